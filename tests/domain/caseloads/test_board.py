"""Test the overdue work, messages and next steps that a board shows, and the order of its rows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.caseloads.board import (
    OF_LEADS,
    OF_PRACTITIONERS,
    OWING,
    Glance,
    NextStep,
    Show,
    days_without,
    glance,
    next_step,
    week_ahead,
)
from companion.domain.caseloads.board_query import EVERY, HIDDEN, PAGE, BoardQuery, Paging, asked
from companion.domain.concerns.concern_rules import Limits
from companion.domain.concerns.concerns import Concern, ConcernKind, ConcernState
from companion.domain.enrolments.pathway import EXPECTS_WORK, AppointmentKind, PathwayState
from companion.domain.meetings.appointments import Appointment
from companion.domain.work.work import Piece, Stage

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # this is a Tuesday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def piece(stage: Stage, due: timedelta, *, to_talk: int = 0, submitted: timedelta | None = None) -> Piece:
    """Return a piece of work due this long after ``NOW``."""
    meeting = Appointment(uuid4(), AppointmentKind.SESSION, NOW + due, 120, "epsom", 1)
    handed_in = stage not in (Stage.NOT_STARTED, Stage.IN_PROGRESS)
    return Piece(
        uuid4(), uuid4(), "A walk", 15, stage, meeting, 0, 1, 1, None,
        uuid4() if handed_in else None, 1, NOW + (submitted or -HOUR) if handed_in else None, None,
        to_talk, False, None,
    )  # fmt: skip


def standing(state: PathwayState = PathwayState.IN_PROGRAMME, **known: object) -> Glance:
    return Glance("K7-402", state, **known)  # type: ignore[arg-type]  # the known facts differ between tests


def test_a_participants_overview_summarises_their_work_that_needs_attention() -> None:
    pieces = [
        piece(Stage.ANSWERED, -3 * DAY, to_talk=5),
        piece(Stage.SUBMITTED, DAY, to_talk=2, submitted=-2 * HOUR),
        piece(Stage.SUBMITTED, DAY, submitted=-5 * HOUR),
        piece(Stage.READ, DAY, to_talk=1, submitted=-9 * DAY),
        piece(Stage.RETURNED, 2 * DAY, to_talk=3),
        piece(Stage.NOT_STARTED, 9 * DAY),
    ]
    limits = Limits(NOW, NOW)
    concerns = {
        NOW - 3 * DAY: Concern(ConcernKind.TOLD, ConcernState.CLOSED, limits, uuid4()),
        NOW - 2 * DAY: Concern(ConcernKind.RAISED, ConcernState.PASSED_ON, limits, uuid4()),
        NOW - 1 * DAY: Concern(ConcernKind.RAISED, ConcernState.NEW, limits, uuid4()),
    }
    found = glance("K7-402", PathwayState.IN_PROGRAMME, None, pieces, concerns)
    assert found == standing(
        unread_since=NOW - 5 * HOUR, due_from=NOW + 2 * DAY, to_talk=11, concern_since=NOW - 2 * DAY
    )


def test_answers_marked_for_a_session_stay_listed_until_a_session_takes_place() -> None:
    answered = piece(Stage.ANSWERED, DAY, to_talk=2, submitted=-2 * HOUR)
    for attended, waits in (([], 2), ([NOW - 3 * HOUR], 2), ([NOW - HOUR], 0)):
        found = glance("K7-402", PathwayState.IN_PROGRAMME, None, [answered], {}, attended)
        assert found.to_talk == waits, attended


def test_the_board_counts_a_message_as_late_if_nobody_has_read_it_by_the_promised_day() -> None:
    monday = date(2026, 11, 23)
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    found = glance("K7-402", PathwayState.IN_PROGRAMME, NOW, [], {}, promised=[monday + DAY, monday])
    assert found == standing(message_due=midnight, next_at=NOW)
    before = midnight - timedelta(seconds=1)
    assert found.late_since(before) is None and not found.is_in(Show.EYES, before)
    assert found.late_since(midnight) == midnight and found.is_in(Show.EYES, midnight)
    assert found.is_in(Show.MESSAGES, before) and not standing().is_in(Show.MESSAGES, midnight)


def test_a_board_lists_missing_attendance_records() -> None:
    met = standing(unnoted_since=NOW - DAY)
    assert met.is_in(Show.UNNOTED, NOW) and not standing().is_in(Show.UNNOTED, NOW)
    assert not replace(met, state=PathwayState.DIED).is_in(Show.UNNOTED, NOW)


def test_a_session_is_not_listed_as_having_no_work_while_the_participant_has_unfinished_work() -> None:
    soon = standing(unset_at=NOW + DAY)
    assert soon.is_in(Show.UNSET, NOW)
    assert not soon.is_in(Show.UNSET, NOW - 3 * DAY) and not soon.is_in(Show.UNSET, NOW + DAY)
    assert not replace(soon, due_from=NOW + DAY).is_in(Show.UNSET, NOW)
    for state in PathwayState:
        assert replace(soon, state=state).is_in(Show.UNSET, NOW) == (state in EXPECTS_WORK)


def test_a_late_message_appears_in_the_filter_for_late_messages() -> None:
    assert standing(message_due=NOW).is_in(Show.LATE, NOW)
    assert not standing(message_due=NOW + HOUR).is_in(Show.LATE, NOW)


@pytest.mark.parametrize("state", PathwayState)
def test_work_becomes_overdue_at_the_start_of_the_appointment_for_which_it_was_due(
    state: PathwayState,
) -> None:
    late = standing(state, due_from=NOW)
    assert (late.overdue_since(NOW) == NOW) == (state in OWING)
    assert late.overdue_since(NOW - timedelta(seconds=1)) is None
    assert late.is_in(Show.OVERDUE, NOW) == late.is_in(Show.EYES, NOW) == (state in OWING)


@pytest.mark.parametrize(
    ("known", "shows"),
    [
        ({}, set()),
        ({"next_at": week_ahead(NOW) - HOUR}, {Show.NEXT_7_DAYS}),
        ({"next_at": week_ahead(NOW)}, set()),
        ({"next_at": None}, {Show.UNBOOKED, Show.EYES}),
        ({"unread_since": NOW}, {Show.TO_READ, Show.EYES}),
        ({"to_talk": 1}, {Show.TO_TALK}),
        ({"concern_since": NOW}, {Show.CONCERNS, Show.EYES}),
    ],
)
def test_each_filter_of_a_board_selects_the_right_participants(
    known: dict[str, object], shows: set[Show]
) -> None:
    found = standing(**{"next_at": week_ahead(NOW), **known})
    assert {show for show in Show if found.is_in(show, NOW)} == shows | {Show.ALL}


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (datetime(2026, 11, 29, 23, 59, tzinfo=UTC), datetime(2026, 12, 6, tzinfo=UTC)),
        (datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 7, tzinfo=UTC)),
        (
            datetime(2026, 3, 28, 12, tzinfo=UTC),
            datetime(2026, 4, 3, 23, tzinfo=UTC),
        ),  # the clocks go forward
        (datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC)),  # the clocks go back
    ],
)
def test_the_next_seven_days_end_at_midnight_in_london(day: datetime, ends: datetime) -> None:
    assert week_ahead(day) == ends


def test_the_filter_for_the_next_seven_days_does_not_end_at_the_weekend() -> None:
    friday = datetime(2026, 11, 27, 16, tzinfo=UTC)
    monday = standing(next_at=datetime(2026, 11, 30, 10, tzinfo=UTC))
    assert monday.is_in(Show.NEXT_7_DAYS, friday)
    assert not standing(next_at=friday + 7 * DAY).is_in(Show.NEXT_7_DAYS, friday)


def test_a_leads_board_lists_concerns_first() -> None:
    soon, late = {"next_at": NOW + DAY}, {"next_at": NOW + 9 * DAY}
    ordered = [
        standing(concern_since=NOW - 2 * DAY),
        standing(concern_since=NOW - 1 * DAY, unread_since=NOW - 9 * DAY),
        standing(message_due=NOW - 9 * DAY),
        standing(due_from=NOW - 8 * DAY, unread_since=NOW - 2 * DAY),
        standing(unread_since=NOW - 3 * DAY, due_from=NOW + DAY),
        standing(),  # no session is booked
        standing(PathwayState.REVIEWS, due_from=NOW - 9 * DAY, **soon),
        standing(**late),
    ]
    shuffled = ordered[::-1]
    assert sorted(shuffled, key=lambda each: each.eyes_first(NOW)) == ordered
    by_meeting = sorted(ordered, key=Glance.by_meeting)
    assert [each.next_at for each in by_meeting[:2]] == [NOW + DAY, NOW + 9 * DAY]


@pytest.mark.parametrize(
    ("stages", "step"),
    [
        ([], NextStep.SET_WORK),
        ([Stage.ANSWERED], NextStep.SET_WORK),
        ([Stage.NOT_STARTED], NextStep.LOOK),
        ([Stage.NOT_STARTED, Stage.READ], NextStep.ANSWER),
        ([Stage.READ, Stage.SUBMITTED], NextStep.READ),
    ],
)
def test_a_board_shows_the_most_urgent_action_as_the_next_step(stages: list[Stage], step: NextStep) -> None:
    pieces = [piece(stage, DAY) for stage in stages]
    assert next_step(PathwayState.IN_PROGRAMME, True, pieces)[0] is step
    assert (
        next_step(PathwayState.CLOSED, True, [])[0]
        is next_step(PathwayState.SUITABLE, False, [])[0]
        is NextStep.LOOK
    )


@pytest.mark.parametrize("state", list(PathwayState))
def test_setting_work_is_suggested_only_at_stages_of_the_pathway_that_allow_it(state: PathwayState) -> None:
    assert state in EXPECTS_WORK or next_step(state, True, [])[0] is NextStep.LOOK


def test_the_next_step_is_to_read_the_submission_that_is_due_first() -> None:
    later, sooner = piece(Stage.SUBMITTED, 9 * DAY, submitted=-3 * DAY), piece(Stage.SUBMITTED, DAY)
    assert next_step(PathwayState.IN_PROGRAMME, True, [later, sooner]) == (NextStep.READ, sooner)


def test_days_without_contact_are_counted_as_calendar_days() -> None:
    assert days_without([], NOW) is days_without([None, NOW + HOUR], NOW) is None
    assert days_without([NOW - 15 * HOUR, NOW - 9 * DAY, NOW + DAY, None], NOW) == 1
    assert days_without([NOW], NOW) == 0


def test_a_boards_filters_and_page_number_are_read_from_its_url() -> None:
    args = {"show": "to-read", "state": "reviews", "page": "3"}
    assert asked(args, OF_PRACTITIONERS) == BoardQuery(Show.TO_READ, "reviews", 3)
    assert asked({}, OF_LEADS).states == set(PathwayState) - HIDDEN
    assert asked({"state": EVERY}, OF_LEADS).states == set(PathwayState)
    assert asked({"state": "closed"}, OF_LEADS).states == {PathwayState.CLOSED}
    assert asked({"show": "to-talk"}, OF_LEADS).misread == {"show"}, "a filter that this board has not"


@given(st.dictionaries(st.sampled_from(["show", "state", "page"]), st.text(max_size=30)))
def test_any_parameters_in_a_boards_url_give_a_valid_query(args: dict[str, str]) -> None:
    found = asked(args, OF_PRACTITIONERS)
    assert found.page >= 1 and found.states and found.misread <= set(args)


@given(st.integers(1, 10**6), st.integers(0, 9000))
def test_any_page_number_in_a_url_selects_an_existing_page_of_a_board(number: int, total: int) -> None:
    paging = Paging(number, total)
    assert 1 <= paging.page <= paging.pages and 0 <= paging.start <= max(total - 1, 0)
    assert (paging.pages - 1) * PAGE < max(total, 1) <= paging.pages * PAGE
