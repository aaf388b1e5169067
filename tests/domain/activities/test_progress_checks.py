"""Test which scales may be shown as charts on the progress page."""

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
def test_a_scale_for_mood_or_distress_or_urges_cannot_be_charted(ask: str) -> None:
    assert refused(ask) == ["progress_of_distress"]
    assert refused(ask, progress=False) == []


def test_a_scale_whose_labels_describe_distress_cannot_be_charted() -> None:
    assert refused("Where are you?", high_label="As strong as it gets") == ["progress_of_distress"]
    assert refused("Where are you?", low_label="No control") == ["progress_of_distress"]


def test_a_scale_about_confidence_or_usefulness_can_be_charted() -> None:
    assert refused("How sure are you that you will use your plan?") == []
    assert refused("How useful was the session for you?") == []
    assert refused("How sure are you?", for_each="items") == ["progress_of_items"]


def test_starter_activities_draw_charts_only_of_confidence_scales() -> None:
    drawn = {
        (activity.id, prompt.id)
        for activity in starter_activities()
        for prompt in activity.prompts
        if isinstance(prompt, Scale) and prompt.progress
    }
    assert drawn and {prompt for _, prompt in drawn} == {"how-sure"}
