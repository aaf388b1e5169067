"""Test when practitioners get the daily email, and what the email counts."""

from datetime import date
from uuid import UUID

import pytest

from companion.services.meetings import attendance
from companion.services.meetings.attendance import AttendanceForm
from companion.services.notices.send import Why
from companion.store.outbox import Notice, Outcome
from tests.cast import Cast
from tests.fixtures import Clock
from tests.services.meetings.booked import books, meetings
from tests.services.reminded import Postbox, moves, rows, ticks, until, wants


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


def hands_in(cast: Cast) -> UUID:
    work_id = cast.priya.sets(cast.sam, "hopes-and-fears")
    cast.sam.finishes(work_id)
    return cast.sam.submits(work_id)


def digests(postbox: Postbox) -> list[tuple[int, str]]:
    return [(each.digest.count, f"{each.digest.until}") for each in postbox.letters if each.digest]


def test_the_daily_email_counts_everything_due_by_the_next_working_day(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.priya, digest=True)
    wants(cast, cast.daniel, digest=True)  # Daniel has nothing to read
    submission = hands_in(cast)
    until(clock, 2026, 11, 25, 7, 29)
    ticks(cast, postbox)
    assert digests(postbox) == []
    for _ in range(2):
        until(clock, 2026, 11, 25, 7, 30)
        ticks(cast, postbox)
    assert digests(postbox) == [(1, "2026-11-26")]
    made = {outcome for _, outcome in rows(cast.store, Notice.DIGEST)}
    assert made == {Outcome.SENT, Outcome.WITHDRAWN} and len(rows(cast.store, Notice.DIGEST)) == 2
    cast.priya.reads(submission)
    until(clock, 2026, 11, 26, 7, 30)
    ticks(cast, postbox)
    assert len(digests(postbox)) == 1


def test_the_daily_email_on_friday_includes_everything_due_on_monday(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.priya, digest=True)
    hands_in(cast)
    moves(cast, "2026-11-30")
    until(clock, 2026, 11, 26, 7, 30)
    ticks(cast, postbox)
    assert digests(postbox) == []  # no session is booked before the end of Friday
    until(clock, 2026, 11, 27, 7, 30)
    ticks(cast, postbox)
    until(clock, 2026, 11, 28, 7, 30)
    ticks(cast, postbox)
    assert digests(postbox) == [(1, "2026-11-30")]


def test_work_for_a_cancelled_appointment_is_due_at_the_next_appointment(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.priya, digest=True)
    hands_in(cast)
    (meant,) = meetings(cast)
    moves(cast, "2026-12-10")
    books(cast, "2026-11-27")
    until(clock, 2026, 11, 27, 7, 0)
    attendance.note(
        cast.priya.actor, meant.id, AttendanceForm("cancelled_by_service", "", "", meant.revision + 1)
    )
    until(clock, 2026, 11, 27, 7, 30)
    ticks(cast, postbox)
    assert digests(postbox) == [(1, "2026-11-30")]


def test_an_undelivered_daily_email_is_not_sent_on_a_later_day(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    wants(cast, cast.priya, digest=True)
    hands_in(cast)
    until(clock, 2026, 11, 25, 7, 30)
    postbox.why = Why.AWAY
    ticks(cast, postbox)
    until(clock, 2026, 11, 26, 0, 30)
    postbox.why = None
    ticks(cast, postbox)
    assert digests(postbox) == [] and rows(cast.store, Notice.DIGEST) == [("25 07:30", Outcome.FAILED)]


def test_nobody_gets_the_daily_email_without_choosing_it(cast: Cast, clock: Clock, postbox: Postbox) -> None:
    wants(cast, cast.priya)
    hands_in(cast)
    until(clock, 2026, 11, 25, 7, 30)
    ticks(cast, postbox)
    assert digests(postbox) == [] and rows(cast.store, Notice.DIGEST) == []


def test_the_daily_email_also_counts_messages_to_a_colleague_for_whom_the_practitioner_is_covering(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    cast.sam.writes("May I bring my notebook?")
    for each in (cast.priya, cast.daniel):
        wants(cast, each, digest=True)
    cast.priya.is_away(date(2026, 11, 25), date(2026, 11, 25), cast.daniel)
    until(clock, 2026, 11, 25, 7, 30)
    ticks(cast, postbox)
    assert [(each.address, each.digest and each.digest.count) for each in postbox.letters if each.digest] == [
        ("daniel@post.example", 1)
    ]
    until(clock, 2026, 11, 26, 7, 30)
    ticks(cast, postbox)
    assert [each.address for each in postbox.letters if each.digest][1:] == ["priya@post.example"]


def test_the_daily_email_counts_upcoming_sessions_without_work(
    cast: Cast, clock: Clock, postbox: Postbox
) -> None:
    """The daily email says how many sessions in the next two working days still have no work set. If the
    practitioner is away, the email leaves out their sessions.
    """
    wants(cast, cast.priya, digest=True)
    moves(cast, "2026-12-01")
    cast.priya.is_away(date(2026, 11, 27), date(2026, 11, 27))
    for day in (25, 26, 27, 30):
        until(clock, 2026, 11, day, 7, 30)
        ticks(cast, postbox)
    (letter,) = [each.digest for each in postbox.letters if each.digest]
    assert (f"{letter.day}", letter.count, letter.unset) == ("2026-11-30", 0, 1)
    cast.priya.sets(cast.sam, "hopes-and-fears")
    until(clock, 2026, 12, 1, 7, 30)
    ticks(cast, postbox)
    assert len([each for each in postbox.letters if each.digest]) == 1
