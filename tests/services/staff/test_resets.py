"""Test that a reset slip replaces a lost passphrase or second step. Test that resets don't give
administrators access to records.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from companion.domain.people import Credentials, Role
from companion.domain.refusals import NotAllowed, NotFound, Refused, Rejected, SlowDown
from companion.services.accounts import join, one_time_codes, replace_second_step, sign_in
from companion.services.accounts.sign_in import Browser
from companion.services.act import Actor
from companion.services.staff import accounts
from companion.services.staff.resets import ask, reset_last, reset_participant, reset_staff
from companion.store import people
from companion.store.accounts import second_factors, sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.audit import AuditEntry, Event
from companion.store.base import Store
from companion.store.outbox import Notice, Outgoing
from companion.store.people import Account
from companion.store.staff import resets
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Somebody, Staff

NEW = "seven pears in a row of robins"


class Resets:
    """Shortcuts for the actions that people take in tests of sign-in resets."""

    def __init__(self, cast: Cast, hasher: Hasher) -> None:
        self.cast, self.hasher, self.store = cast, hasher, cast.store

    def of_sam(self, by: Staff, word: str = "harbour", lost: str = "both") -> join.Slip:
        sam, now = self.cast.sam.enrolment_id, self.cast.now
        return reset_participant(Actor(self.store, by.viewer, now), self.hasher, sam, word, lost=lost)

    def asks(self, who: Somebody, about: Somebody) -> None:
        ask(Actor(self.store, who.viewer, self.cast.now), about.viewer.account_id)

    def agrees(self, who: Somebody, about: Somebody, lost: str = "both") -> join.Slip:
        whom, now = about.viewer.account_id, self.cast.now
        return reset_staff(Actor(self.store, who.viewer, now), self.hasher, whom, "harbour", lost=lost)

    def opens(self, slip: join.Slip, word: str = "harbour") -> UUID:
        return join.open_door(self.store, self.hasher, slip.code, word, "", self.cast.now)

    def uses(self, slip: join.Slip, name: str, word: str = "harbour") -> str:
        return join.join(
            self.store, self.hasher, self.opens(slip, word), Credentials(name, NEW), self.cast.now
        )

    def replaces(self, door: UUID, passphrase: str) -> str:
        return replace_second_step.replace(self.store, self.hasher, door, passphrase, self.cast.now)

    def complete(self, token: str) -> bool:
        with self.store.reading() as tx:
            found = sessions.find(tx, token, self.cast.now)
        assert found
        return found.complete

    def lost(self, about: Somebody) -> list[str | None]:
        """For each of this person's resets, return the lost sign-in steps recorded in the audit log."""
        with self.store.reading() as tx:
            rows = (
                select(AuditEntry)
                .where(AuditEntry.subject_id == about.viewer.account_id)
                .order_by(AuditEntry.at)
            )
            return [row.detail for row in tx.scalars(rows) if row.event.startswith("reset")]

    def enters(self, name: str, passphrase: str) -> sign_in.Entered:
        return sign_in.sign_in(
            self.store, self.hasher, Credentials(name, passphrase), Browser(""), self.cast.now
        )

    def alive(self, token: str) -> bool:
        with self.store.reading() as tx:
            return sessions.find(tx, token, self.cast.now) is not None

    def has_factor(self, who: Somebody) -> bool:
        with self.store.reading() as tx:
            return second_factors.factors_of(tx, who.viewer.account_id).any

    def events(self, about: Somebody) -> list[str]:
        with self.store.reading() as tx:
            rows = select(AuditEntry.event).where(AuditEntry.subject_id == about.viewer.account_id)
            # in these tests, sorting by name is chronological
            return sorted(event for event in tx.scalars(rows) if event.startswith("reset"))

    def told(self, who: Somebody) -> int:
        with self.store.reading() as tx:
            mine = Outgoing.account_id == who.viewer.account_id, Outgoing.notice == Notice.ACCESS_RESET
            return len(tx.scalars(select(Outgoing.id).where(*mine)).all())


@pytest.fixture
def reset(cast: Cast, hasher: Hasher) -> Resets:
    return Resets(cast, hasher)


def sets_up_code(cast: Cast, who: Somebody, token: str) -> None:
    """Set up one-time codes in this session."""
    import pyotp

    one_time_codes.offer_new(who.actor)
    offered = one_time_codes.offered(cast.store, who.viewer)
    with cast.store.reading() as tx:
        signed_in = sessions.find(tx, token, cast.now)
    assert offered and signed_in
    one_time_codes.confirm(
        cast.store, signed_in, pyotp.TOTP(offered[0]).at(int(cast.now.timestamp())), cast.now
    )


def test_a_reset_slip_replaces_the_passphrase_only_when_it_is_used(cast: Cast, reset: Resets) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(work, "the-week", "6")
    sets_up_code(cast, cast.sam, reset.enters("sam", cast.sam.passphrase).token)
    first = reset.enters("sam", cast.sam.passphrase)
    slip = reset.of_sam(cast.priya)
    assert reset.alive(first.token) and reset.has_factor(cast.sam) and not first.complete
    token = reset.uses(slip, "samuel")
    assert reset.alive(token) and not reset.alive(first.token) and not reset.has_factor(cast.sam)
    for name, passphrase in (("sam", cast.sam.passphrase), ("samuel", cast.sam.passphrase), ("sam", NEW)):
        with pytest.raises(Rejected):
            reset.enters(name, passphrase)
    assert reset.enters("samuel", NEW).complete
    assert list(cast.sam.work(work).answers) == ["the-week"]
    assert reset.events(cast.sam) == [Event.RESET_BEGUN, Event.RESET_DONE] and reset.told(cast.sam) == 2
    with pytest.raises(Rejected):
        reset.opens(slip)


def test_a_participant_can_keep_their_sign_in_name_after_a_reset(cast: Cast, reset: Resets) -> None:
    assert cast.owen
    slip = reset.of_sam(cast.priya)
    with pytest.raises(Rejected, match="name_taken"):
        reset.uses(slip, "owen")
    reset.uses(slip, "sam")
    assert reset.enters("sam", NEW).complete


def test_only_the_participants_own_practitioner_can_make_their_reset_slip(cast: Cast, reset: Resets) -> None:
    for nobody in (cast.daniel, cast.margaret, cast.alex):
        with pytest.raises(NotFound):
            reset.of_sam(nobody)
    with pytest.raises(Rejected):
        reset.of_sam(cast.priya, word="x")


def test_a_joining_slip_cannot_be_used_for_a_reset(cast: Cast, reset: Resets, hasher: Hasher) -> None:
    sam = cast.sam.viewer.account_id
    with cast.store.writing(cast.now, cast.priya.viewer) as tx:
        account = people.account(tx, sam)
        slip = join.invite(tx, account, hasher.hash("harbour"))
        tx.commit()
    with pytest.raises(Rejected):
        reset.uses(slip, "samuel")


def test_if_many_people_use_one_reset_slip_at_once_only_one_of_them_succeeds(
    cast: Cast, reset: Resets
) -> None:
    door = reset.opens(reset.of_sam(cast.priya))

    def tries(number: int) -> bool:
        try:
            return bool(
                join.join(cast.store, reset.hasher, door, Credentials(f"sam {number}", NEW), cast.now)
            )
        except (Rejected, SlowDown):
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tries, range(20))) == 1


def test_an_account_reset_that_an_administrator_requests_needs_a_leads_agreement(
    cast: Cast, reset: Resets, clock: Clock
) -> None:
    token = reset.enters("priya", cast.priya.passphrase).token
    with pytest.raises(NotAllowed):
        reset.agrees(cast.margaret, cast.priya)  # nobody has requested this
    reset.asks(cast.alex, cast.priya)
    clock.forward(days=7)
    with pytest.raises(NotAllowed):
        reset.agrees(cast.margaret, cast.priya)  # the request was made too long ago
    reset.asks(cast.alex, cast.priya)
    slip = reset.agrees(cast.margaret, cast.priya)
    with pytest.raises(NotAllowed):
        reset.agrees(cast.margaret, cast.priya)  # only one slip can be made for each request
    new = reset.uses(slip, "priya")
    assert not reset.alive(token) and not reset.has_factor(cast.priya)
    with cast.store.reading() as tx:
        found = sessions.find(tx, new, cast.now)
    assert found and not found.complete  # the member of staff must set up a second step first
    assert one_time_codes.offered(cast.store, cast.priya.viewer)
    asked = [Event.RESET_ASKED, Event.RESET_ASKED, Event.RESET_BEGUN, Event.RESET_DONE]
    assert reset.events(cast.priya) == asked


def test_nobody_can_agree_to_their_own_reset(cast: Cast, reset: Resets) -> None:
    assert cast.ruth
    reset.asks(cast.alex, cast.margaret)
    with pytest.raises(NotAllowed):
        reset.agrees(cast.margaret, cast.margaret)
    assert reset.agrees(cast.ruth, cast.margaret)


@pytest.mark.parametrize("role", ["administrator", "lead", "practitioner"])
def test_only_an_administrator_can_add_a_staff_account(cast: Cast, hasher: Hasher, role: str) -> None:
    for nobody in (cast.sam, cast.priya, cast.margaret):
        with pytest.raises(NotFound):
            accounts.add_staff(nobody.actor, hasher, "Noor", role, "harbour")


def another_administrator(cast: Cast, hasher: Hasher) -> Somebody:
    slip = accounts.add_staff(cast.alex.actor, hasher, "Noor", "administrator", "harbour")
    assert slip
    door = join.open_door(cast.store, hasher, slip.code, "harbour", "", cast.now)
    join.join(cast.store, hasher, door, Credentials("noor", "two blue kites over the dunes"), cast.now)
    with cast.store.reading() as tx:
        row = tx.scalars(select(Account).where(Account.role == Role.ADMINISTRATOR)).all()[-1]
        noor = next(
            each for each in people.accounts(tx, Role.ADMINISTRATOR) if people.name(tx, each) == "Noor"
        )
        assert row
        return Somebody(cast, people.viewer(tx, noor), "noor", "two blue kites over the dunes")


def test_an_administrator_can_reset_another_administrators_sign_in(
    cast: Cast, reset: Resets, hasher: Hasher
) -> None:
    noor = another_administrator(cast, hasher)
    with pytest.raises(NotAllowed):
        reset.agrees(cast.alex, cast.alex)
    with pytest.raises(NotFound):
        reset.agrees(cast.margaret, noor)
    with pytest.raises(NotFound):
        reset.asks(cast.alex, noor)
    reset.uses(reset.agrees(cast.alex, noor), "noor")
    assert reset.enters("noor", NEW)


def test_an_administrator_gets_no_reset_slip_for_participants_or_practitioners_or_leads(
    cast: Cast, reset: Resets, hasher: Hasher, clock: Clock
) -> None:
    """The administrator tries every way to get a reset slip."""
    store, alex = cast.store, cast.alex.viewer
    ways: list[Callable[[UUID, datetime], object]] = [
        lambda whom, now: ask(Actor(store, alex, now), whom),
        lambda whom, now: reset_staff(Actor(store, alex, now), hasher, whom, "harbour"),
        lambda whom, now: reset_participant(Actor(store, alex, now), hasher, whom, "harbour"),
        lambda whom, now: accounts.approve_staff(Actor(store, alex, now), hasher, whom, "harbour"),
        lambda whom, now: accounts.invite_administrator_again(
            Actor(store, alex, now), hasher, whom, "harbour"
        ),
    ]
    for role in ("practitioner", "lead"):
        assert accounts.add_staff(Actor(store, alex, cast.now), hasher, "Robin", role, "harbour") is None
    for whom in (cast.priya, cast.margaret, cast.sam):
        for _ in range(2):  # the second time, a reset has been requested
            for way in ways:
                try:
                    assert way(whom.viewer.account_id, cast.now) is None
                except Refused:
                    continue
    with pytest.raises(NotFound):
        reset_participant(Actor(store, alex, cast.now), hasher, cast.sam.enrolment_id, "harbour")
    with store.reading() as tx:
        slips = select(people.Invitation).where(people.Invitation.resets)
        assert tx.scalars(slips).all() == []


def test_an_operator_can_reset_the_sign_in_of_the_only_lead(
    cast: Cast, reset: Resets, hasher: Hasher, clock: Clock
) -> None:
    assert cast.alex and cast.margaret
    word, slip = reset_last(cast.store, hasher, Role.LEAD, cast.now)
    assert (reset.told(cast.alex), reset.told(cast.margaret)) == (1, 1)
    reset.uses(slip, "margaret", word)
    with cast.store.reading() as tx:
        shown = resets.by_operators(tx, cast.now)
    assert [(each.name, each.used_at) for each in shown] == [("Margaret", cast.now)]
    assert cast.ruth
    with pytest.raises(NotAllowed):
        reset_last(cast.store, hasher, Role.LEAD, cast.now)
    with pytest.raises(NotAllowed):
        reset_last(cast.store, hasher, Role.PRACTITIONER, cast.now)
    clock.forward(days=90)
    with cast.store.reading() as tx:
        assert resets.by_operators(tx, cast.now) == []


def test_the_sign_in_of_somebody_who_has_left_cannot_be_reset(
    cast: Cast, reset: Resets, store: Store
) -> None:
    cast.alex.marks_as_left(cast.daniel)
    for act in (reset.asks, reset.agrees):
        with pytest.raises(NotAllowed):
            act(cast.alex, cast.daniel)
    reset.asks(cast.alex, cast.priya)
    cast.alex.marks_as_left(cast.priya)
    with pytest.raises(NotAllowed):
        reset.agrees(cast.margaret, cast.priya)


def test_replacing_a_lost_passphrase_keeps_the_second_step(cast: Cast, reset: Resets) -> None:
    sets_up_code(cast, cast.sam, reset.enters("sam", cast.sam.passphrase).token)
    before = reset.enters("sam", cast.sam.passphrase)
    with cast.store.reading() as tx:
        recovery = second_factors.factors_of(tx, cast.sam.viewer.account_id).recovery_codes
    token = reset.uses(reset.of_sam(cast.priya, lost="passphrase"), "sam")
    assert recovery and not reset.complete(token) and not reset.alive(before.token)
    assert not reset.enters("sam", NEW).complete
    with cast.store.reading() as tx:
        assert second_factors.factors_of(tx, cast.sam.viewer.account_id).recovery_codes == recovery
    assert reset.lost(cast.sam) == ["passphrase", "passphrase"]
    reset.asks(cast.alex, cast.priya)  # the same rule applies to staff
    token = reset.uses(reset.agrees(cast.margaret, cast.priya, "passphrase"), "priya")
    assert not reset.complete(token) and reset.has_factor(cast.priya)
    assert one_time_codes.offered(cast.store, cast.priya.viewer) is None


def test_replacing_a_lost_second_step_needs_the_passphrase(cast: Cast, reset: Resets) -> None:
    sets_up_code(cast, cast.sam, reset.enters("sam", cast.sam.passphrase).token)
    before = reset.enters("sam", cast.sam.passphrase)
    slip = reset.of_sam(cast.priya, lost="second_step")
    with pytest.raises(Rejected, match="wrong_code"):
        reset.uses(slip, "samuel")  # nobody can choose a new passphrase with this slip
    door = reset.opens(slip)
    with pytest.raises(Rejected, match="wrong_passphrase"):
        reset.replaces(door, NEW)
    assert reset.alive(before.token) and reset.has_factor(cast.sam)
    token = reset.replaces(door, cast.sam.passphrase)
    assert reset.complete(token) and not reset.alive(before.token) and not reset.has_factor(cast.sam)
    assert reset.enters("sam", cast.sam.passphrase).complete
    with pytest.raises(Rejected, match="wrong_code"):
        reset.replaces(door, cast.sam.passphrase)
    assert reset.lost(cast.sam) == ["second_step", "second_step"]
    reset.asks(cast.alex, cast.priya)  # members of staff must first set up a new second step
    token = reset.replaces(
        reset.opens(reset.agrees(cast.margaret, cast.priya, "second_step")), cast.priya.passphrase
    )
    assert not reset.complete(token) and one_time_codes.offered(cast.store, cast.priya.viewer)


def test_somebody_with_a_reset_slip_can_guess_the_passphrase_only_a_few_times(
    cast: Cast, reset: Resets
) -> None:
    sets_up_code(cast, cast.sam, reset.enters("sam", cast.sam.passphrase).token)
    door = reset.opens(reset.of_sam(cast.priya, lost="second_step"))
    for _ in range(5):
        with pytest.raises(Rejected):
            reset.replaces(door, NEW)
    with pytest.raises(SlowDown):
        reset.replaces(door, cast.sam.passphrase)
    assert not reset.enters("sam", cast.sam.passphrase).complete  # the rate limit doesn't apply to signing in


def test_a_reset_request_must_say_what_was_lost(cast: Cast, reset: Resets) -> None:
    reset.of_sam(cast.priya, lost="both")  # Sam has no second step, and so can have lost only the passphrase
    assert reset.lost(cast.sam) == ["passphrase"]
    sets_up_code(cast, cast.sam, reset.enters("sam", cast.sam.passphrase).token)
    for nothing in ("", "everything"):
        with pytest.raises(Rejected) as refusal:
            reset.of_sam(cast.priya, lost=nothing)
        assert [each.field for each in refusal.value.problems] == ["lost"]


def test_a_reset_slip_made_by_an_older_version_resets_both_passphrase_and_second_step(
    cast: Cast, reset: Resets
) -> None:
    sets_up_code(cast, cast.sam, reset.enters("sam", cast.sam.passphrase).token)
    slip = reset.of_sam(cast.priya, lost="passphrase")
    with cast.store.writing() as tx:
        for each in tx.scalars(select(people.Invitation).where(people.Invitation.resets)):
            each.lost = None
        tx.commit()
    assert reset.complete(reset.uses(slip, "sam")) and not reset.has_factor(cast.sam)
