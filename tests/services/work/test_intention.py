"""Test that participants and practitioners can change when and where the participant plans to do the work.
Test that reminders don't reveal what the work is.
"""

from uuid import UUID

import pytest

from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound
from companion.domain.work.intention import Intention, TypedIntention
from companion.services.work import paper
from companion.services.work.intention import OnePiece, open_intention, save_intention, take_out
from companion.services.work.paper import PaperForm
from companion.store import audit
from companion.store.outbox import Notice, Outcome
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Somebody
from tests.services.reminded import Postbox, meeting, moves, rows, ticks, until, wants
from tests.store.chain import lines


@pytest.fixture
def work(cast: Cast) -> UUID:
    wants(cast, cast.sam)
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    ticks(cast, Postbox())  # this sends the notice that says work was set
    return piece


def says(who: Somebody, work: UUID, day: str = "2026-11-25", part: str = "evening", seen: int = 0) -> None:
    typed = TypedIntention(day, part, "At the table", "I'll do one question.", seen)
    save_intention(who.actor, OnePiece(work), typed)


def said(cast: Cast, work: UUID) -> Intention | None:
    return cast.sam.work(work).intention


def noticed(cast: Cast) -> list[tuple[str, str | None]]:
    return rows(cast.store, Notice.WORK_INTENDED)


def test_a_reminder_at_the_planned_time_reveals_nothing(cast: Cast, clock: Clock, work: UUID) -> None:
    says(cast.sam, work)
    assert noticed(cast) == [("25 18:00", None)]
    postbox = Postbox()
    until(clock, 2026, 11, 25, 17, 59)
    assert ticks(cast, postbox) == 0
    until(clock, 2026, 11, 25, 18, 1)
    assert ticks(cast, postbox) == 1
    assert [(letter.address, letter.digest) for letter in postbox.letters] == [("sam@post.example", None)]


def test_changing_the_planned_time_changes_the_reminder(cast: Cast, work: UUID) -> None:
    says(cast.sam, work)
    says(cast.sam, work)  # the form is sent twice but saved once
    says(cast.sam, work, "2026-11-26", "morning", seen=1)
    assert noticed(cast) == [("25 18:00", Outcome.WITHDRAWN), ("26 09:00", None)]
    take_out(cast.sam.actor, OnePiece(work), 2)
    take_out(cast.sam.actor, OnePiece(work), 2)
    assert said(cast, work) is None
    assert [outcome for _, outcome in noticed(cast)] == [Outcome.WITHDRAWN] * 2


def test_a_planned_time_from_another_tab_is_never_silently_overwritten(cast: Cast, work: UUID) -> None:
    says(cast.priya, work)
    with pytest.raises(ChangedElsewhere):
        says(cast.sam, work, "2026-11-26", "morning")
    with pytest.raises(ChangedElsewhere):
        take_out(cast.sam.actor, OnePiece(work), 0)
    says(cast.sam, work, "2026-11-26", "morning", seen=1)
    now = said(cast, work)
    assert now and (now.part, now.revision) == ("morning", 2)


@pytest.mark.parametrize("act", ["sent", "on paper", "moved", "next day"])
def test_no_reminder_is_sent_if_the_work_is_done(cast: Cast, clock: Clock, work: UUID, act: str) -> None:
    says(cast.sam, work)
    if act == "sent":
        cast.sam.finishes(work)
        cast.sam.submits(work)
    elif act == "on paper":
        form = PaperForm("2026-11-24", "")
        paper.mark_done(cast.priya.actor, cast.sam.enrolment_id, work, work, form)
    elif act == "moved":
        moves(cast, "2026-11-25", "17:00")
    ticks(cast, Postbox())
    postbox = Postbox()
    until(clock, 2026, 11, *((26, 9, 1) if act == "next day" else (25, 18, 1)))
    assert ticks(cast, postbox) == 0
    assert [outcome for _, outcome in noticed(cast)] == [Outcome.WITHDRAWN]


def test_a_reminder_is_still_sent_for_work_that_was_returned(cast: Cast, clock: Clock, work: UUID) -> None:
    says(cast.sam, work)
    cast.sam.finishes(work)
    cast.priya.returns(cast.sam.submits(work), "Could you say more?")
    ticks(cast, Postbox())
    until(clock, 2026, 11, 25, 18, 1)
    assert ticks(cast, Postbox()) == 1


def test_a_planned_time_is_kept_even_if_the_appointment_is_moved_to_an_earlier_time(
    cast: Cast, clock: Clock, work: UUID
) -> None:
    says(cast.sam, work)
    moves(cast, "2026-11-25", "10:00")
    kept, due = said(cast, work), meeting(cast)[1]
    assert kept and kept.too_late(due)
    says(cast.sam, work, "2026-11-24", "evening", seen=1)
    now = said(cast, work)
    assert now and not now.too_late(due)


def test_submitted_work_cannot_be_given_a_planned_time(cast: Cast, work: UUID) -> None:
    cast.sam.finishes(work)
    cast.sam.submits(work)
    with pytest.raises(NotAllowed):
        says(cast.sam, work)
    with pytest.raises(NotAllowed):
        take_out(cast.priya.actor, OnePiece(work), 0)


def test_only_participant_and_practitioner_can_see_the_planned_time(cast: Cast, work: UUID) -> None:
    says(cast.sam, work)
    for outsider in (cast.idris, cast.daniel, cast.margaret, cast.alex):
        with pytest.raises(NotFound):
            open_intention(outsider.actor, OnePiece(work))
        with pytest.raises(NotFound):
            says(outsider, work, seen=1)


def test_reading_the_planned_time_of_work_is_audited(cast: Cast, work: UUID) -> None:
    open_intention(cast.priya.actor, OnePiece(work))
    says(cast.sam, work)
    open_intention(cast.sam.actor, OnePiece(work))
    open_intention(cast.priya.actor, OnePiece(work))
    found = [each.event for each in lines(cast.store) if each.subject_id == work]
    assert found.count(audit.Event.INTENTION_READ) == 1
    assert found.count(audit.Event.INTENTION_SAVED) == 1
