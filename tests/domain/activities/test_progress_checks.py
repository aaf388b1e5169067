"""Which scales the checker lets be drawn as progress."""

import pytest

from companion.content import starter_activities
from companion.domain.activities.answers.scale import Scale
from companion.domain.activities.progress_checks import telling_scales

ENDS = {"low_label": "Not at all", "high_label": "Very"}


def refused(ask: str, **more: str | bool) -> list[str]:
    prompt = Scale(id="s", ask=ask, **{**ENDS, "progress": True, **more})  # type: ignore[arg-type]
    return [each.key for each in telling_scales(prompt, ("prompts", 0))]


@pytest.mark.parametrize(
    "ask",
    [
        "How strong was the urge?",
        "How are you today?",
        "How much control did you have?",
        "How low is your mood?",
        "How high is the risk?",
        "How worried are you?",
        "Pa mor gryf oedd yr ysfa?",
        "Sut ydych chi heddiw?",
    ],
)
def test_an_urge_distress_risk_and_how_he_is_are_refused(ask: str) -> None:
    assert refused(ask) == ["progress_of_distress"]
    assert refused(ask, progress=False) == []


def test_the_ends_of_the_scale_are_read_too() -> None:
    assert refused("Where are you?", high_label="As strong as it gets") == ["progress_of_distress"]
    assert refused("Where are you?", low_label="No control") == ["progress_of_distress"]


def test_how_sure_and_how_useful_may_be_drawn() -> None:
    assert refused("How sure are you that you will use your plan?") == []
    assert refused("How useful was the session for you?") == []
    assert refused("How sure are you?", for_each="items") == ["progress_of_items"]


def test_the_shipped_ones_that_are_drawn_are_of_confidence_alone() -> None:
    drawn = {
        (activity.id, prompt.id)
        for activity in starter_activities()
        for prompt in activity.prompts
        if isinstance(prompt, Scale) and prompt.progress
    }
    assert drawn and {prompt for _, prompt in drawn} == {"how-sure"}
