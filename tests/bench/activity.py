"""A made-up activity of any length, with its answers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from companion.domain.activities.activity import Activity, from_plain
from companion.domain.forms import Form
from companion.services.work import answers
from companion.services.work.answer_drafts import AnswerForm
from companion.store.activities import activities
from tests.bench.portal import Portal
from tests.people import Participant

_ASKED: Sequence[dict[str, Any]] = (
    {
        "kind": "short_text",
        "ask": "Think of your last walk. What did you see *first*?",
        "help": "One or two sentences are enough.",
    },
    {"kind": "list", "ask": "What helped you to go out of the door? Put one thing on each line."},
    {
        "kind": "scale",
        "ask": "How easy was it to go?",
        "low_label": "not easy at all",
        "high_label": "very easy",
    },
    {
        "kind": "one_choice",
        "ask": "When will you go for a walk **again**?",
        "options": [{"id": "soon", "label": "This week"}, {"id": "later", "label": "Later than that"}],
    },
)
_SAID: dict[str, Sequence[str]] = {
    "short_text": ["A blackbird on the wall by the gate.\nIt sang, and I stood still for a while."],
    "list": ["My coat was by the door.", "The rain had stopped.", "A friend came too."],
    "scale": ["7"],
    "one_choice": ["soon"],
}


def walks(prompts: int) -> Activity:
    """Return an activity with this many prompts.

    ``said`` returns answers that lead a participant through every prompt.
    """
    return from_plain(
        {
            "format": 1,
            "id": f"walks-{prompts}",
            "title": "Some walks",
            "minutes": 60,
            "introduction": "A look back at some walks.",
            "prompts": [_prompt(place, prompts) for place in range(prompts)],
        }
    )


def _prompt(place: int, prompts: int) -> dict[str, Any]:
    kind = _ASKED[place % len(_ASKED)]
    asked = dict(kind, id=f"walk-{place}", ask=f"Walk {place + 1}. {kind['ask']}")
    if place + 2 < prompts and asked["kind"] == "one_choice":
        asked["branches"] = [
            {"to": f"walk-{place + 2}", "when": {"one_of": ["later"]}},
            {"to": f"walk-{place + 1}", "when": {"prompt": f"walk-{place - 1}", "at_least": 5}},
        ]
    return asked


def said(activity: Activity) -> dict[str, Form]:
    """Return the form fields that answer each prompt, keyed by the prompt's id."""
    return {
        prompt.id: {"answer": list(_SAID[str(prompt.__struct_config__.tag)])} for prompt in activity.prompts
    }


def taken_in(portal: Portal, activity: Activity) -> Activity:
    """Import the activity, and return the activity."""
    with portal.cast.store.writing(portal.cast.now) as tx:
        activities.add_version(tx, activity)
        tx.commit()
    return activity


def set_and_answered(participant: Participant, activity: Activity) -> UUID:
    """Set this activity, answer every prompt without submitting, and return the work's id."""
    cast = participant.cast
    work_id = cast.priya.sets(participant, activity.id)
    for prompt_id, form in said(activity).items():
        typed = AnswerForm(prompt_id, seen=0, draft_seen=0, tab="one", form=form)
        answers.send_answer(participant.actor, work_id, typed, "answered")
    return work_id
