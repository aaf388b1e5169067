"""Test that only allowed pathway steps can be made, with a date and any required reason."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from companion.domain.enrolments.pathway import (
    MOVES,
    NEEDS_REASON,
    PathwayState,
    PathwayStep,
    StepForm,
    came_from,
    move,
    standing,
)
from companion.domain.refusals import NotAllowed, Rejected

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
SINCE = date(2026, 11, 10)


def test_every_pathway_state_can_be_reached_and_only_a_death_is_final() -> None:
    assert {state for moves in MOVES.values() for state in moves} == set(PathwayState) - {
        PathwayState.REFERRED
    }
    assert [state for state, moves in MOVES.items() if not moves] == [PathwayState.DIED]


@pytest.mark.parametrize("state", PathwayState)
@pytest.mark.parametrize("to", [*PathwayState, "", "elsewhere"])
def test_a_step_that_the_pathway_does_not_allow_is_refused(state: PathwayState, to: str) -> None:
    if to in MOVES[state]:
        assert move(state, StepForm(state, to, "2026-11-20", "They agreed on it."), SINCE, NOW)[0] == to
    else:
        with pytest.raises(NotAllowed):
            move(state, StepForm(state, to, "2026-11-20", "They agreed on it."), SINCE, NOW)


@pytest.mark.parametrize("day", ["2026-11-25", "2026-11-09", "", "soon", "2026-02-30", "\x00"])
def test_a_pathway_step_with_an_invalid_date_is_refused(day: str) -> None:
    with pytest.raises(Rejected) as refused:
        move(
            PathwayState.SUITABLE,
            StepForm(PathwayState.SUITABLE, PathwayState.IN_PROGRAMME, day, ""),
            SINCE,
            NOW,
        )
    assert [problem.field for problem in refused.value.problems] == ["day"]


def test_a_pathway_step_without_a_required_reason_is_refused() -> None:
    for to in NEEDS_REASON:
        state = next(state for state, moves in MOVES.items() if to in moves)
        with pytest.raises(Rejected) as refused:
            move(state, StepForm(state, to, "2026-11-20", "  "), SINCE, NOW)
        assert [problem.field for problem in refused.value.problems] == ["reason"]
    assert (
        move(
            PathwayState.SUITABLE,
            StepForm(PathwayState.SUITABLE, PathwayState.IN_PROGRAMME, "2026-11-24", ""),
            SINCE,
            NOW,
        )[2]
        == ""
    )


def walked(*states: PathwayState | None) -> list[PathwayStep]:
    """Return pathway steps that lead to these states.

    In ``states``, None means: undo the previous step.
    """
    found: list[PathwayStep] = []
    for state in states:
        before = came_from(found)
        to = state or (before.state if before else PathwayState.REFERRED)
        found.append(PathwayStep(UUID(int=len(found)), to, SINCE, NOW, UUID(int=1), "", back=state is None))
    return found


def test_undoing_a_pathway_step_restores_the_previous_state() -> None:
    steps = walked(PathwayState.REFERRED, PathwayState.INITIAL_MEETING, PathwayState.NOT_SUITABLE)
    before = came_from(steps)
    assert before and before.state is PathwayState.INITIAL_MEETING
    steps = walked(PathwayState.REFERRED, PathwayState.INITIAL_MEETING, PathwayState.NOT_SUITABLE, None)
    assert [step.state for step in standing(steps)] == [PathwayState.REFERRED, PathwayState.INITIAL_MEETING]
    before = came_from(steps)
    assert before and before.state is PathwayState.REFERRED  # a second undo would return to this state
    assert came_from(walked(PathwayState.REFERRED, PathwayState.CLOSED, None)) is None
    assert came_from(walked(PathwayState.REFERRED)) is None and came_from([]) is None
