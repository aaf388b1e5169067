"""Fixtures for activities that the practitioner Priya is writing."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from companion.services.authoring import drafts
from tests.cast import Cast
from tests.web.activities.desk import ABOUT, Desk
from tests.web.forms import filled


@pytest.fixture
def desk(cast: Cast, enter: SimpleNamespace) -> Desk:
    """Return an activity that Priya has started but that has no questions yet."""
    activity_id = uuid4()
    drafts.begin(cast.priya.actor, activity_id, ABOUT)
    return Desk(cast, enter.priya, activity_id)


@pytest.fixture
def walk(desk: Desk) -> Desk:
    """Return an activity with three questions, the first of which branches to the last."""
    desk.adds("one_choice", ask=["Did you go?"], **{"options-label": ["Yes", "Not today"]})
    for ask in ("What was in the way?", "What did you see?"):
        desk.adds(ask=[ask])
    form = desk.form("/questions/question-1")
    desk.sends(
        "/questions/question-1", filled(form, {"when": ["question-1|one_of|yes"], "to": ["question-3"]})
    )
    assert desk.activity.prompts[0].branches
    return desk
