"""One question of every kind of answer, and what somebody says to it."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from companion.domain.activities.activity import from_plain
from companion.domain.activities.answers import Prompt, Value
from companion.domain.activities.conversation import Given
from companion.domain.forms import Form
from companion.domain.refusals import Problem, Rejected

ENDS = {"low_label": "Hard", "high_label": "Good"}
PLACES = [
    {"id": "park", "label": "The park"},
    {
        "id": "river",
        "label": "The river, as far as the second bridge and back on the other side, whatever the weather",
    },
]
SAVED_AT = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)
WALK, LONG = "I walked to the bridge.", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
ASKED: dict[str, tuple[str, dict[str, Any], Form]] = {
    "short_text": ("What was the best moment of today?", {}, {"answer": [WALK]}),
    "long_text": (
        "What was this morning like?",
        {"help": "A few lines are enough."},
        {"answer": [f"{WALK} It rained.\n\nI came back by {LONG}."]},
    ),
    "letter": ("What would you say to yourself?", {}, {"answer": ["Dear me,\n\nkeep walking."]}),
    "one_choice": ("Where did you walk?", {"options": PLACES}, {"answer": ["river"]}),
    "several_choices": ("Where could you walk?", {"options": PLACES}, {"answer": ["park", "river"]}),
    "yes_no": ("Did you go outside today?", {}, {"answer": ["no"]}),
    "scale": ("How was the walk for you?", ENDS, {"answer": ["7"]}),
    "list": ("What did you see on the way?", {}, {"answer": ["A heron", LONG, "The ferry"]}),
    "date": ("When will you walk again?", {}, {"day": ["3"], "month": ["12"], "year": ["2026"]}),
    "steps": (
        "Which steps led you out of the house?",
        {"shape": "ring"},
        {"step": ["I rang my sister.", "I put my shoes on.", "I took the keys.", WALK], "out": ["3"]},
    ),
    "triangle": (
        "What was it like at the bridge?",
        {},
        {"situation": ["It was still light."], "thought": ["I can do this again."], "feeling": ["Calm."],
         "behaviour": [WALK]},
    ),
    "timeline": (
        "Which walks do you remember best?",
        {},
        {"when": ["Last spring", "This week"], "what": ["Along the coast.", WALK], "felt": ["Windy and good.", ""]},
    ),
    "two_sides": (
        "What speaks for and against a walk before work?",
        {},
        {"for_now": ["Fresh air."], "for_later": ["I sleep better."], "against_now": [LONG], "against_later": [""]},
    ),
    "if_then": ("What will you do when it rains?", {}, {"situation": ["If it rains."], "plan": ["Walk after lunch."]}),
    "daily_record": (
        "How was each day until we meet?",
        {"measures": [{"id": "mood", "label": "My mood", **ENDS}], "line_label": "One line about the day"},
        {"noted-on": ["2026-11-03"], "number-1": ["4"], "line": [WALK]},
    ),
    "commitment": (
        "What will you do before we meet?",
        {},
        {"what": [WALK], "when": ["On Friday."], "where": ["By the river."], "sure": ["7"], "surer": ["Dry shoes."]},
    ),
}  # fmt: skip
"""What is asked, the settings of its kind, and what is typed."""


@dataclass(frozen=True)
class Sample:
    """A kind as it is asked, as it is refused when it is sent empty, and as its answer stands there."""

    kind: str
    open: Prompt
    wrong: Prompt
    problem: Problem
    given: Given
    typed: Form


@functools.cache
def samples() -> list[Sample]:
    """One of every kind."""
    return list(_samples())


def _samples() -> Iterator[Sample]:
    for kind, (ask, settings, form) in ASKED.items():
        plain = [
            {"id": kind.replace("_", "-") + end, "kind": kind, "ask": ask, **settings}
            for end in ("", "-wrong")
        ]
        activity = {
            "format": 1,
            "id": kind.replace("_", "-"),
            "title": ask,
            "minutes": 1,
            "introduction": ask,
        }
        asked, wrong = from_plain({**activity, "prompts": plain}).prompts
        given = Given("answered", _said(asked, form), 1, SAVED_AT)
        yield Sample(kind, asked, wrong, _refused(wrong), given, form)


def _said(prompt: Prompt, form: Form) -> Value:
    return prompt.parse({name: form.get(name, ()) for name in prompt.fields})


def _refused(prompt: Prompt) -> Problem:
    """What is said to an empty answer."""
    try:
        prompt.parse({})
    except Rejected as rejected:
        return rejected.problems[0]
    raise AssertionError(f"{prompt.id} takes an empty answer")
