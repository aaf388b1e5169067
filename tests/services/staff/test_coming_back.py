"""Test how staff who have left the service can come back."""

import pytest
from sqlalchemy import select

from companion.domain.people import Credentials
from companion.domain.refusals import NotAllowed, NotFound, Rejected
from companion.services.accounts.sign_in import Browser, sign_in
from companion.services.staff import accounts, leaving, resets
from companion.store import people
from companion.store.accounts.passphrases import Hasher
from companion.store.audit import AuditEntry, Event
from companion.store.caseloads import by_reference
from tests.cast import Cast
from tests.people import Somebody


def enters(cast: Cast, hasher: Hasher, who: Somebody) -> str:
    return sign_in(
        cast.store, hasher, Credentials(who.sign_in_name, who.passphrase), Browser(""), cast.now
    ).token


def asks_back(cast: Cast, who: Somebody, by: Somebody | None = None) -> bool:
    return leaving.ask_back((by or cast.alex).actor, who.viewer.account_id)


def agrees(cast: Cast, who: Somebody, by: Somebody) -> None:
    leaving.take_back(by.actor, who.viewer.account_id)


@pytest.mark.parametrize("name", ["priya", "ruth"])
def test_a_practitioner_who_left_can_sign_in_again_after_a_lead_agrees(
    cast: Cast, hasher: Hasher, name: str
) -> None:
    who: Somebody = getattr(cast, name)
    assert cast.margaret and cast.sam
    cast.alex.marks_as_left(who)
    for _ in range(2):
        assert not asks_back(cast, who)
        with pytest.raises(Rejected):
            enters(cast, hasher, who)
    agrees(cast, who, cast.margaret)
    assert enters(cast, hasher, who)
    with cast.store.reading() as tx:
        assert by_reference.without_practitioner(tx, cast.now) == []
        events = select(AuditEntry.event).where(AuditEntry.subject_id == who.viewer.account_id)
        said = [
            each for each in tx.scalars(events.order_by(AuditEntry.at)) if each.startswith("account_return")
        ]
    assert sorted(said) == [Event.ACCOUNT_RETURN_ASKED, Event.ACCOUNT_RETURNED]


def test_an_administrator_alone_cannot_bring_back_a_practitioner(cast: Cast, hasher: Hasher) -> None:
    assert cast.margaret and cast.sam and cast.daniel
    cast.alex.marks_as_left(cast.priya)
    with pytest.raises(NotAllowed):
        agrees(cast, cast.priya, cast.margaret)  # nobody has requested this
    asks_back(cast, cast.priya)
    for other in (cast.alex, cast.daniel, cast.sam):
        with pytest.raises(NotFound):
            agrees(cast, cast.priya, other)
    with pytest.raises(Rejected):
        enters(cast, hasher, cast.priya)


def test_only_an_administrator_can_ask_to_bring_staff_back(cast: Cast) -> None:
    assert cast.margaret and cast.sam and cast.daniel
    cast.alex.marks_as_left(cast.priya)
    for other in (cast.margaret, cast.daniel, cast.sam):
        with pytest.raises(NotFound):
            asks_back(cast, cast.priya, other)
    with pytest.raises(NotFound):
        asks_back(cast, cast.sam)
    with pytest.raises(NotAllowed):
        asks_back(cast, cast.daniel)


def test_a_lead_cannot_agree_twice_to_the_same_return_request(cast: Cast) -> None:
    assert cast.margaret
    cast.alex.marks_as_left(cast.priya)
    asks_back(cast, cast.priya)
    agrees(cast, cast.priya, cast.margaret)
    with pytest.raises(NotAllowed):
        agrees(cast, cast.priya, cast.margaret)
    cast.alex.marks_as_left(cast.priya)
    with pytest.raises(NotAllowed):
        agrees(cast, cast.priya, cast.margaret)


def test_an_administrator_who_left_can_be_brought_back_at_once(cast: Cast, hasher: Hasher) -> None:
    accounts.add_staff(cast.alex.actor, hasher, "Robin", "administrator", "lighthouse")
    with cast.store.reading() as tx:
        robin = next(each.id for each in people.staff(tx) if each.name == "Robin")
    leaving.mark_as_left(cast.alex.actor, robin)
    assert leaving.ask_back(cast.alex.actor, robin)
    with cast.store.reading() as tx:
        assert people.account(tx, robin).left_at is None


def test_a_lead_sees_how_many_messages_a_former_practitioner_left_unread(cast: Cast) -> None:
    cast.sam.writes("May I bring my notebook?")
    cast.sam.writes("Or two?")
    assert cast.owen
    cast.alex.marks_as_left(cast.priya)
    with cast.store.reading() as tx:
        lines = by_reference.without_practitioner(tx, cast.now)
    assert {line.id: line.messages for line in lines} == {cast.sam.enrolment_id: 2, cast.owen.enrolment_id: 0}


def test_an_account_reset_requested_before_somebody_left_the_service_is_invalid_when_they_return(
    cast: Cast, hasher: Hasher
) -> None:
    assert cast.margaret
    resets.ask(cast.alex.actor, cast.priya.viewer.account_id)
    cast.alex.marks_as_left(cast.priya)
    asks_back(cast, cast.priya)
    agrees(cast, cast.priya, cast.margaret)
    with pytest.raises(NotAllowed, match="reset_not_asked"):
        resets.reset_staff(cast.margaret.actor, hasher, cast.priya.viewer.account_id, "lighthouse")
