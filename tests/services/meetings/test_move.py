"""Test moving an appointment alone, or together with all later appointments."""

from datetime import timedelta

import pytest

from companion.domain.meetings.clashes import Clashing
from companion.domain.refusals import ChangedElsewhere
from companion.domain.time.london import LONDON
from companion.services.meetings import schedule
from companion.services.meetings.schedule import NewTime
from companion.store import audit
from companion.store.outbox import Notice
from tests.cast import Cast
from tests.services.meetings.booked import (
    books,
    meetings,
    moves,
    notes,
    notices,
    recorded,
    reminders,
    rows_of,
)


def test_moving_all_following_sessions_sends_one_notice(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    books(cast)
    before = meetings(cast)
    reminders(cast, *before)
    moves(cast, rows_of(before[1:], days=1, hours=-3))
    after = meetings(cast)
    assert after[0] == before[0]
    assert [later.starts_at - was.starts_at for was, later in zip(before[1:], after[1:], strict=True)] == [
        timedelta(days=1, hours=-3)
    ] * 4
    assert {each.revision for each in after[1:]} == {2}
    assert cast.sam.work(piece).due == after[0]
    assert notices(cast, Notice.APPOINTMENT_MOVED) == [None]
    assert sorted(each or "" for each in notices(cast, Notice.APPOINTMENT_REMINDER)) == [
        "",
        *["withdrawn"] * 4,
    ]
    assert len(recorded(cast, audit.Event.APPOINTMENT_MOVED)) == 4
    moves(cast, rows_of(before[1:], days=1, hours=-3))  # the form is sent twice
    assert meetings(cast) == after and notices(cast, Notice.APPOINTMENT_MOVED) == [None]


def test_moved_sessions_keep_their_time_of_day_across_a_clock_change(cast: Cast) -> None:
    books(cast, "2027-03-18", "2027-04-01", "2027-04-08", "2027-04-15")
    moves(cast, rows_of(meetings(cast)[1:], days=7))
    assert {f"{each.starts_at.astimezone(LONDON):%H:%M}" for each in meetings(cast)[1:]} == {"14:00"}


def test_moving_several_sessions_changes_only_the_sessions_that_have_a_new_time(cast: Cast) -> None:
    books(cast)
    first, *rest = meetings(cast)[1:]
    moves(cast, [*rows_of([first], hours=1), *rows_of(rest)])
    assert [each.revision for each in meetings(cast)] == [1, 2, 1, 1, 1]


def test_if_one_session_was_changed_in_the_meantime_no_session_is_moved(cast: Cast) -> None:
    books(cast)
    those = meetings(cast)[1:]
    page = rows_of(those, days=1)
    notes(cast, those[2], "cancelled_by_participant")
    with pytest.raises(ChangedElsewhere):
        moves(cast, page)
    notes(cast, those[2], "not_noted")
    # the session has changed since the page was opened
    with pytest.raises(ChangedElsewhere):
        moves(cast, page)
    with pytest.raises(ChangedElsewhere):
        moves(cast, page[:2])
    assert [each.starts_at for each in meetings(cast)[1:]] == [each.starts_at for each in those]


def test_sessions_moved_together_do_not_clash_with_their_old_times(cast: Cast) -> None:
    books(cast)
    those = meetings(cast)[1:]
    schedule.move_appointment(cast.priya.actor, those[0].id, NewTime("2026-12-10", "15:00", 1, ""))
    moves(cast, rows_of(meetings(cast)[1:], hours=1))
    assert meetings(cast)[1].starts_at - those[0].starts_at == timedelta(hours=2)


def test_moving_an_appointment_onto_another_appointment_must_be_confirmed(cast: Cast) -> None:
    taken = meetings(cast, cast.owen)[0].starts_at
    (meeting,) = meetings(cast)

    def to(confirmed: str) -> None:
        schedule.move_appointment(
            cast.priya.actor, meeting.id, NewTime(f"{taken:%Y-%m-%d}", f"{taken:%H:%M}", 1, confirmed)
        )

    with pytest.raises(Clashing) as refused:
        to("")
    to(refused.value.clashes.mark)
    assert meetings(cast)[0].starts_at == taken


def test_sending_the_form_twice_moves_an_appointment_once(cast: Cast) -> None:
    (meeting,) = meetings(cast)
    reminders(cast, meeting)
    for _ in range(2):
        schedule.move_appointment(cast.priya.actor, meeting.id, NewTime("2026-12-10", "14:00", 1, ""))
    assert meetings(cast)[0].revision == 2
    assert notices(cast, Notice.APPOINTMENT_MOVED) == [None]
    assert notices(cast, Notice.APPOINTMENT_REMINDER) == ["withdrawn"]
