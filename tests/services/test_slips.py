"""A slip opens nothing once the one who made it could not make it any more; the next practitioner sees that."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from companion.cli.demo.people import a_session
from companion.domain.people import INVITATION_LIFE, Role
from companion.domain.refusals import Rejected
from companion.services import handing_over, joining, resetting
from companion.services.enrolling import add_participant, invite_again
from companion.services.joining import Slip
from companion.store import slips
from companion.store.passphrases import Hasher
from companion.store.people import Invitation
from tests.cast import Cast, Staff
from tests.conftest import Clock
from tests.slips import WORD, slip_for

PASSPHRASE = "seven pears in a row of robins"


class Door:
    """Slips that are made, and tried."""

    def __init__(self, cast: Cast, hasher: Hasher) -> None:
        self.cast, self.hasher = cast, hasher

    def knocks(self, slip: Slip) -> UUID:
        """Give code and word."""
        return joining.open_door(self.cast.store, self.hasher, slip.code, WORD, "", self.cast.now)

    def opens(self, slip: Slip) -> bool:
        """Whether code and word open it."""
        try:
            self.knocks(slip)
        except Rejected:
            return False
        return True

    def uses(self, slip: Slip, name: str) -> str:
        """Choose a sign-in name and a passphrase."""
        return joining.join(self.cast.store, self.hasher, self.knocks(slip), name, PASSPHRASE, self.cast.now)

    def for_sam(self) -> Slip:
        """Priya makes one with which Sam chooses anew."""
        store, sam = self.cast.store, self.cast.sam.enrolment_id
        return resetting.reset_participant(
            store, self.hasher, self.cast.priya.viewer, sam, WORD, self.cast.now
        )

    def for_staff(self, who: Staff) -> Slip:
        """An administrator asks for it, and Margaret makes one."""
        account_id, now = who.viewer.account_id, self.cast.now
        resetting.ask(self.cast.store, self.cast.alex.viewer, account_id, now)
        return resetting.reset_staff(
            self.cast.store, self.hasher, self.cast.margaret.viewer, account_id, WORD, now
        )

    def for_kit(self) -> tuple[Slip, UUID, UUID]:
        """Priya adds Kit: his first slip, his enrolment and his account."""
        store, priya, now = self.cast.store, self.cast.priya.viewer, self.cast.now
        first = a_session(now + timedelta(days=3), 0)
        added = add_participant(store, self.hasher, priya, uuid4(), "Kit", WORD, first, now)
        with store.reading() as tx:
            newest = select(Invitation.account_id).order_by(Invitation.made_at.desc())
            kit = tx.scalars(newest.where(Invitation.resets.is_(False))).first()
        assert kit
        return added.slip, added.enrolment_id, kit

    def hands_over(self, enrolment_id: UUID) -> None:
        """A lead hands somebody of Priya's to Daniel."""
        cast = self.cast
        lead, priya, daniel = (who.viewer for who in (cast.margaret, cast.priya, cast.daniel))
        handing_over.hand_over_several(
            cast.store, lead, priya.account_id, [enrolment_id], uuid4(), daniel.account_id, "Away.", cast.now
        )

    def ended(self, account_id: UUID) -> bool:
        """Whether it shows that his last slip was ended."""
        with self.cast.store.reading() as tx:
            return account_id in slips.ended(tx, [account_id], self.cast.now)


@pytest.fixture
def door(cast: Cast, hasher: Hasher) -> Door:
    assert cast.sam and cast.daniel and cast.margaret and cast.ruth and cast.alex
    return Door(cast, hasher)


ENDINGS: dict[str, Callable[[Door], object]] = {
    "handed over": lambda door: door.cast.priya.hands_over(door.cast.sam, door.cast.daniel),
    "handed over by a lead": lambda door: door.hands_over(door.cast.sam.enrolment_id),
    "its maker left": lambda door: door.cast.alex.marks_as_left(door.cast.priya),
    "its maker chose anew": lambda door: door.uses(door.for_staff(door.cast.priya), "priya"),
}


@pytest.mark.parametrize("what", ENDINGS)
def test_a_reset_slip_opens_nothing_once_its_maker_could_not_make_it(door: Door, what: str) -> None:
    sam, slip = door.cast.sam.viewer.account_id, door.for_sam()
    assert door.opens(slip) and not door.ended(sam)
    ENDINGS[what](door)
    assert not door.opens(slip) and door.ended(sam)


@pytest.mark.parametrize("leaves", [False, True])
def test_neither_does_a_first_slip_nor_one_that_opened_the_door_before(door: Door, leaves: bool) -> None:
    slip, enrolment_id, kit = door.for_kit()
    invitation = door.knocks(slip)
    if leaves:
        door.cast.alex.marks_as_left(door.cast.priya)
    else:
        door.hands_over(enrolment_id)
    assert not door.opens(slip) and door.ended(kit)
    for late in (
        lambda: joining.joiner(door.cast.store, invitation, door.cast.now),
        lambda: joining.acknowledge(door.cast.store, invitation, 1, "en", door.cast.now),
        lambda: joining.join(door.cast.store, door.hasher, invitation, "kit", PASSPHRASE, door.cast.now),
    ):
        with pytest.raises(Rejected):
            late()


def test_the_next_practitioner_makes_a_new_one_and_nothing_is_ended_any_more(door: Door) -> None:
    _, enrolment_id, kit = door.for_kit()
    door.hands_over(enrolment_id)
    cast = door.cast
    new = invite_again(cast.store, door.hasher, cast.daniel.viewer, enrolment_id, WORD, cast.now)
    assert door.opens(new) and not door.ended(kit)


def test_one_that_ran_out_or_was_used_is_not_shown_as_ended(door: Door) -> None:
    sam, slip = door.cast.sam.viewer.account_id, door.for_sam()
    door.uses(slip, "samuel")
    door.cast.priya.hands_over(door.cast.sam, door.cast.daniel)
    assert not door.ended(sam)


def test_it_is_shown_for_as_long_as_somebody_could_try_it(door: Door, clock: Clock) -> None:
    sam, slip = door.cast.sam.viewer.account_id, door.for_sam()
    door.cast.priya.hands_over(door.cast.sam, door.cast.daniel)
    clock.forward(seconds=INVITATION_LIFE.total_seconds() - 1)
    assert door.ended(sam)
    clock.forward(seconds=1)
    assert not door.ended(sam) and not door.opens(slip)


def test_a_slip_of_staff_ends_with_the_lead_who_made_it(door: Door, hasher: Hasher) -> None:
    first, again = slip_for(door.cast, hasher, Role.PRACTITIONER), door.for_staff(door.cast.priya)
    assert door.opens(first) and door.opens(again)
    door.cast.alex.marks_as_left(door.cast.margaret)
    assert not door.opens(first) and not door.opens(again)
    assert door.ended(door.cast.priya.viewer.account_id)


@pytest.mark.parametrize("known", [True, False], ids=["", "from an older version"])
def test_one_that_was_made_at_the_moment_of_the_handover_opens_nothing_either(
    door: Door, known: bool
) -> None:
    slip, enrolment_id, _ = door.for_kit()
    assert door.opens(slip)
    door.hands_over(enrolment_id)
    with door.cast.store.writing() as tx:  # nothing has ended it, and an older version wrote no maker down
        tx.execute(update(Invitation).values(expires_at=door.cast.now + INVITATION_LIFE))
        if not known:
            tx.execute(update(Invitation).values(made_by=None))
        tx.commit()
    assert not door.opens(slip)


def test_every_slip_says_who_made_it(door: Door, hasher: Hasher) -> None:
    door.for_kit()
    door.for_sam()
    door.for_staff(door.cast.priya)
    slip_for(door.cast, hasher, Role.ADMINISTRATOR)
    with door.cast.store.reading() as tx:
        assert None not in tx.scalars(select(Invitation.made_by).where(Invitation.used_at.is_(None))).all()
