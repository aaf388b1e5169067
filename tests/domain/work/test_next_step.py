"""Test how a participant's next step is chosen."""

from datetime import timedelta

from companion.domain.work.work import Stage, next_step
from tests.domain.caseloads.test_board import DAY, piece


def test_the_next_step_is_the_work_that_is_due_first() -> None:
    later, fresh, begun = (
        piece(stage, due)
        for stage, due in ((Stage.IN_PROGRESS, 2 * DAY), (Stage.NOT_STARTED, DAY), (Stage.IN_PROGRESS, DAY))
    )
    sooner = piece(Stage.NOT_STARTED, DAY - timedelta(hours=1))
    assert next_step([later, fresh, begun]) is begun
    assert next_step([begun, sooner]) is sooner
    assert next_step([piece(Stage.SUBMITTED, DAY)]) is None
