"""Test which events cancel a joining code.

After a handover, the new practitioner sees that the joining code was cancelled.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from companion.domain.accounts.slips import SLIP_LIFE
from companion.domain.people import Credentials, Role
from companion.domain.refusals import Rejected
from companion.services.accounts import join
from companion.services.caseloads.add_participant import invite_again
from companion.store.accounts.passphrases import Hasher
from companion.store.people import Invitation
from tests.cast import Cast
from tests.fixtures import Clock
from tests.slips import PASSPHRASE, STATEMENT, WORD, Door, slip_for


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
def test_a_participants_reset_code_is_cancelled_if_their_practitioner_changes_or_leaves(
    door: Door, what: str
) -> None:
    sam, slip = door.cast.sam.viewer.account_id, door.for_sam()
    assert door.opens(slip) and not door.ended(sam)
    ENDINGS[what](door)
    assert not door.opens(slip) and door.ended(sam)


@pytest.mark.parametrize("leaves", [False, True])
def test_a_handover_or_departure_cancels_a_joining_code_that_is_already_entered(
    door: Door, leaves: bool
) -> None:
    slip, enrolment_id, kit = door.for_kit()
    invitation = door.knocks(slip)
    if leaves:
        door.cast.alex.marks_as_left(door.cast.priya)
    else:
        door.hands_over(enrolment_id)
    assert not door.opens(slip) and door.ended(kit)
    for late in (
        lambda: join.joiner(door.cast.store, invitation, door.cast.now),
        lambda: join.acknowledge(door.cast.store, invitation, STATEMENT.edition, STATEMENT, door.cast.now),
        lambda: join.join(
            door.cast.store, door.hasher, invitation, Credentials("kit", PASSPHRASE), door.cast.now
        ),
    ):
        with pytest.raises(Rejected):
            late()


def test_a_cancelled_joining_code_is_no_longer_shown_once_a_new_code_exists(
    door: Door,
) -> None:
    _, enrolment_id, kit = door.for_kit()
    door.hands_over(enrolment_id)
    cast = door.cast
    new = invite_again(cast.daniel.actor, door.hasher, enrolment_id, WORD)
    assert door.opens(new) and not door.ended(kit)


def test_a_used_joining_code_is_not_shown_as_cancelled(door: Door) -> None:
    sam, slip = door.cast.sam.viewer.account_id, door.for_sam()
    door.uses(slip, "samuel")
    door.cast.priya.hands_over(door.cast.sam, door.cast.daniel)
    assert not door.ended(sam)


def test_a_cancelled_joining_code_is_shown_until_it_would_have_expired(door: Door, clock: Clock) -> None:
    sam, slip = door.cast.sam.viewer.account_id, door.for_sam()
    door.cast.priya.hands_over(door.cast.sam, door.cast.daniel)
    clock.forward(seconds=SLIP_LIFE.total_seconds() - 1)
    assert door.ended(sam)
    clock.forward(seconds=1)
    assert not door.ended(sam) and not door.opens(slip)


def test_a_staff_joining_code_stops_working_when_the_lead_who_made_it_leaves(
    door: Door, hasher: Hasher
) -> None:
    first, again = slip_for(door.cast, hasher, Role.PRACTITIONER), door.for_staff(door.cast.priya)
    assert door.opens(first) and door.opens(again)
    door.cast.alex.marks_as_left(door.cast.margaret)
    assert not door.opens(first) and not door.opens(again)
    assert door.ended(door.cast.priya.viewer.account_id)


@pytest.mark.parametrize("known", [True, False], ids=["", "from an older version"])
def test_a_joining_code_made_during_a_handover_does_not_work(door: Door, known: bool) -> None:
    slip, enrolment_id, _ = door.for_kit()
    assert door.opens(slip)
    door.hands_over(enrolment_id)
    # make the code valid again, with or without the maker's id
    with door.cast.store.writing() as tx:
        for row in tx.scalars(select(Invitation)):
            row.expires_at = door.cast.now + SLIP_LIFE
            row.made_by = row.made_by if known else None
        tx.commit()
    assert not door.opens(slip)


def test_companion_records_who_made_every_joining_code(door: Door, hasher: Hasher) -> None:
    door.for_kit()
    door.for_sam()
    door.for_staff(door.cast.priya)
    slip_for(door.cast, hasher, Role.ADMINISTRATOR)
    with door.cast.store.reading() as tx:
        assert None not in tx.scalars(select(Invitation.made_by).where(Invitation.used_at.is_(None))).all()
