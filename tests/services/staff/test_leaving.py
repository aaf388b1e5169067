"""Test that staff who leave are signed out at once. Test that a lead sees the unfinished work of staff who
left.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select

from companion.domain.notices.reminders import Choice
from companion.domain.people import Credentials
from companion.domain.refusals import NotAllowed, NotFound, Rejected
from companion.services.accounts import join
from companion.services.accounts.sign_in import Browser, sign_in
from companion.services.concerns.escalate import escalate
from companion.services.meetings import calendars
from companion.services.notices import preferences, send
from companion.services.staff import accounts, leaving
from companion.store import outbox, people
from companion.store.accounts import sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.audit import AuditEntry, Event
from companion.store.caseloads import by_reference
from companion.store.concerns import concern_rules
from companion.store.outbox import Outgoing
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Somebody


def enters(cast: Cast, hasher: Hasher, who: Somebody) -> str:
    return sign_in(
        cast.store, hasher, Credentials(who.sign_in_name, who.passphrase), Browser(""), cast.now
    ).token


def test_marking_somebody_as_having_left_ends_their_sessions(cast: Cast, hasher: Hasher) -> None:
    token = enters(cast, hasher, cast.priya)
    cast.alex.marks_as_left(cast.priya)
    cast.alex.marks_as_left(cast.priya)
    with cast.store.reading() as tx:
        assert sessions.find(tx, token, cast.now) is None
        gone = AuditEntry.event == Event.ACCOUNT_LEFT
        assert tx.scalars(select(AuditEntry.subject_id).where(gone)).all() == [cast.priya.viewer.account_id]
    problems = []
    for passphrase in (cast.priya.passphrase, "three fast trains to the coast"):
        with pytest.raises(Rejected) as refused:
            sign_in(cast.store, hasher, Credentials("priya", passphrase), Browser(""), cast.now)
        problems.append(refused.value.problems)
    assert problems[0] == problems[1]


def test_signing_in_hashes_the_passphrase_even_for_unknown_names(
    cast: Cast, hasher: Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.alex.marks_as_left(cast.priya)
    computed: list[str] = []
    verify = PasswordHasher.verify

    def watched(self: PasswordHasher, stored: str, passphrase: str) -> bool:
        try:
            return verify(self, stored, passphrase)
        except VerifyMismatchError:  # a malformed hash would raise a different error at once
            computed.append(passphrase)
            raise

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    for name in ("priya", "somebody"):
        with pytest.raises(Rejected):
            sign_in(cast.store, hasher, Credentials(name, f"not {name} herself"), Browser(""), cast.now)
    assert computed == ["not priya herself", "not somebody herself"]


@pytest.mark.parametrize("who", ["priya", "margaret", "sam"])
def test_only_an_administrator_can_mark_staff_as_having_left(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        leaving.mark_as_left(getattr(cast, who).actor, cast.daniel.viewer.account_id)
    with pytest.raises(NotFound):
        cast.alex.marks_as_left(cast.sam)


def test_the_last_administrator_and_the_last_lead_cannot_leave(cast: Cast, hasher: Hasher) -> None:
    assert cast.margaret
    accounts.add_staff(cast.alex.actor, hasher, "Robin", "administrator", "lighthouse")
    for last in (cast.alex, cast.margaret):  # Robin hasn't joined
        with pytest.raises(NotAllowed):
            cast.alex.marks_as_left(last)
    assert cast.ruth
    cast.alex.marks_as_left(cast.margaret)
    with pytest.raises(NotAllowed):
        cast.alex.marks_as_left(cast.ruth)


def test_the_last_two_leads_cannot_leave_at_the_same_moment(cast: Cast) -> None:
    assert cast.alex

    def leaves(who: Somebody) -> str:
        try:
            cast.alex.marks_as_left(who)
        except NotAllowed:
            return "stays"
        return "left"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leaves, (cast.margaret, cast.ruth))) == ["left", "stays"]


def test_the_joining_slip_of_somebody_who_has_left_does_not_work(cast: Cast, hasher: Hasher) -> None:
    slip = accounts.add_staff(cast.alex.actor, hasher, "Robin", "administrator", "lighthouse")
    with cast.store.reading() as tx:
        robin = next(each.id for each in people.staff(tx) if each.name == "Robin")
    leaving.mark_as_left(cast.alex.actor, robin)
    assert slip
    with pytest.raises(Rejected):
        join.open_door(cast.store, hasher, slip.code, "lighthouse", "", cast.now)
    with pytest.raises(NotAllowed):
        accounts.invite_administrator_again(cast.alex.actor, hasher, robin, "lighthouse")


def test_nobody_who_has_left_is_told_about_a_concern(cast: Cast, clock: Clock) -> None:
    assert cast.sam and cast.margaret and cast.ruth
    for gone in (cast.priya, cast.margaret):
        cast.alex.marks_as_left(gone)
    concern = cast.sam.tells("I need to say this.")
    clock.forward(days=7)
    escalate(cast.store, clock.now)
    with cast.store.reading() as tx:
        assert [lead.name for lead in concern_rules.leads(tx)] == ["Ruth"]
        told = set(tx.scalars(select(Outgoing.account_id).where(Outgoing.subject_id == concern)))
    assert told == {cast.ruth.viewer.account_id}


def test_nobody_who_has_left_gets_an_email(cast: Cast) -> None:
    letters: list[str] = []
    preferences.choose(cast.priya.actor, Choice("priya@post.example"))
    cast.alex.marks_as_left(cast.priya)
    with cast.store.writing(cast.now) as tx:
        outbox.notify(tx, cast.priya.viewer.account_id, outbox.Notice.WORK_SUBMITTED, uuid4())
        tx.commit()
    send.deliver(cast.store, lambda letter: letters.append(letter.address), cast.now)
    assert letters == []


def test_a_lead_sees_a_former_practitioners_participants(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    cast.sam.submits(piece)
    assert cast.owen and cast.idris
    with cast.store.reading() as tx:
        assert by_reference.without_practitioner(tx, cast.now) == []
    cast.alex.marks_as_left(cast.priya)
    with cast.store.reading() as tx:
        found = by_reference.without_practitioner(tx, cast.now)
        offered = {each.name for each in people.practitioners(tx)}
    assert {line.id: line.unread for line in found} == {cast.sam.enrolment_id: 1, cast.owen.enrolment_id: 0}
    assert {line.practitioner for line in found} == {"Priya"} and offered == {"Daniel"}


def test_a_former_practitioners_calendar_url_stops_working(cast: Cast) -> None:
    assert cast.sam
    token = calendars.new_address(cast.priya.actor)
    assert calendars.at_address(cast.store, token, "", cast.now)
    cast.alex.marks_as_left(cast.priya)
    with pytest.raises(NotFound):
        calendars.at_address(cast.store, token, "", cast.now)
    with cast.store.reading() as tx:
        ended = select(AuditEntry.subject_id).where(AuditEntry.event == Event.CALENDAR_ADDRESS_ENDED)
        assert tx.scalars(ended).all() == [cast.priya.viewer.account_id]


def test_a_covering_practitioner_who_has_left_cannot_read_messages(cast: Cast) -> None:
    first, last = date(2026, 11, 23), date(2026, 12, 8)
    assert cast.daniel
    cast.priya.is_away(first, last, cast.daniel)
    assert cast.sam.reads_messages().reader == "Daniel"
    cast.alex.marks_as_left(cast.daniel)
    assert cast.sam.reads_messages().reader == "Priya"
    with pytest.raises(Rejected):
        cast.priya.is_away(first, last, cast.daniel)
