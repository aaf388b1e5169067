"""One activity that has every kind of answer once, and what somebody says to each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from companion.domain.activities.activity import Activity, from_plain
from companion.domain.activities.answers import kinds
from companion.domain.forms import Form
from companion.store.activities import activities
from companion.store.base import Store

TITLE = "Every kind"
EMPTY, NOTHING_CHOSEN = "There is nothing here yet.", "Nothing is chosen yet."
NO_DATE = "There is no date yet."
TOO_MANY, NOT_OFFERED = "too many. Nothing is lost.", "That is not one of the choices."
HOSTILE = "<b>I&{{7*7}}walkedandwalkedandwalked</b> %(x)s 👩‍👩‍👧\u200fhome"
"""Mark-up, a template's own signs, a word wider than a telephone, joined signs, writing that turns round."""
FAR_TOO_LONG = "x" * 20_001
WALK, BRIDGE, RANG = "I walked to the bridge.", "It was still light.", "I rang my sister back."
PLACES = [{"id": "park", "label": "The park"}, {"id": "river", "label": "The river"}]
ENDS = {"low_label": "Hard", "high_label": "Good"}


@dataclass(frozen=True)
class Sample:
    """A question of one kind: what is typed, by the form's fields, and the words that then stand there.

    ``empty`` is said when nothing is typed, ``wrong`` when it is ``FAR_TOO_LONG`` or nothing of the sort.
    """

    ask: str
    form: Form
    said: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    empty: str = EMPTY
    wrong: str = TOO_MANY
    own_words: bool = True
    then: str = ""
    """The button that ends what stays open when it is answered."""

    def filled(self, words: str, last: str = "") -> Form:
        """The form with these words wherever he writes his own, or else everywhere; ``last`` in the last place."""
        form = {name: list(texts) for name, texts in self.form.items()}
        places = [
            (name, place)
            for name, texts in form.items()
            for place, text in enumerate(texts)
            if text and not (self.own_words and text.isdigit())
        ]
        for name, place in places:
            form[name][place] = words
        if last:
            form[places[-1][0]][places[-1][1]] = last
        return form


def _text(ask: str, said: str) -> Sample:
    return Sample(ask, {"answer": [said]}, (said,))


def _choice(ask: str, form: Form, said: tuple[str, ...], wrong: str = NOT_OFFERED, **settings: Any) -> Sample:
    return Sample(ask, form, said, settings, NOTHING_CHOSEN, wrong, own_words=False)


SAMPLES = {
    "short_text": _text("What was the best moment of today?", WALK),
    "long_text": _text("What was this morning like?", RANG),
    "letter": _text("What would you like to say to yourself in a year?", "Dear me, keep walking."),
    "one_choice": _choice("Where did you walk?", {"answer": ["river"]}, ("The river",), options=PLACES),
    "several_choices": _choice(
        "Where could you walk next?", {"answer": ["park", "river"]}, ("The park", "The river"), options=PLACES
    ),
    "yes_no": _choice("Did you go outside today?", {"answer": ["no"]}, ("No",)),
    "scale": _choice(
        "How was the walk for you?",
        {"answer": ["7"]},
        ("7 on a line from 0 to 10", "Hard", "Good"),
        "Please choose a number from 0 to 10.",
        **ENDS,
    ),
    "list": Sample(
        "What did you see on the way?",
        {"answer": ["A heron", "Two kites", "The ferry"]},
        ("A heron", "Two kites", "The ferry"),
    ),
    "date": Sample(
        "When will you walk again?",
        {"day": ["3"], "month": ["12"], "year": ["2026"]},
        ("Thursday 3 December 2026",),
        empty=NO_DATE,
        wrong="This is not a date.",
        own_words=False,
    ),
    "steps": Sample(
        "Which steps led you out of the house?",
        {"step": [RANG, "I put my shoes on.", "I took the keys.", WALK], "out": ["3"]},
        (RANG, "I put my shoes on.", "I took the keys.", "I could step out here", WALK),
        settings={"shape": "ring"},
    ),
    "triangle": Sample(
        "What was it like at the bridge?",
        {
            "situation": [BRIDGE],
            "thought": ["I can do this again."],
            "feeling": ["Calm."],
            "behaviour": [WALK],
        },
        ("What was happening", BRIDGE, "Thought", "I can do this again.", "Feeling", "Calm.", WALK),
    ),
    "timeline": Sample(
        "Which walks do you remember best?",
        {
            "when": ["Last spring", "In June", "This week"],
            "what": ["Along the coast.", "Up the hill.", WALK],
            "felt": ["Windy and good.", "", "Quiet."],
        },
        ("Last spring", "Along the coast.", "How it felt:", "Windy and good.", "In June", "This week", "Quiet."),
    ),
    "two_sides": Sample(
        "What speaks for and against a walk before work?",
        {
            "for_now": ["Fresh air."],
            "for_later": ["I sleep better."],
            "against_now": ["It is cold."],
            "against_later": [""],
        },
        (
            *("What speaks for it", "Now", "Fresh air.", "Later on", "I sleep better."),
            *("What speaks against it", "Now", "It is cold.", "Later on", "Nothing written"),
        ),
    ),
    "if_then": Sample(
        "What will you do when it rains?",
        {"situation": ["If it rains in the morning."], "plan": ["Walk after lunch."]},
        ("If this happens", "If it rains in the morning.", "Then I will", "Walk after lunch."),
    ),
    "daily_record": Sample(
        "How was each day until we meet?",
        {
            "number-1": ["4"], "number-2": ["10"], "line": [BRIDGE],
        },
        ("My mood 4", "My sleep 10", BRIDGE),
        empty=NOTHING_CHOSEN,
        then="I have added my last entry",
        settings={
            "measures": [
                {"id": "mood", "label": "My mood", **ENDS},
                {"id": "sleep", "label": "My sleep", **ENDS},
            ],
            "line_label": "One line about the day",
        },
    ),
    "commitment": Sample(
        "What will you do before we meet?",
        {
            "what": [WALK], "when": ["On Friday."], "where": ["Along the river."],
            "sure": ["7"], "surer": ["Dry shoes."],
        },
        ("What I will do", WALK, "On Friday.", "Along the river.", "7 on a line from 0 to 10", "Dry shoes."),
    ),
}  # fmt: skip


def every_kind(only: str = "") -> Activity:
    """An activity that asks for every kind of answer that there is, or for one of them."""
    unlike = set(kinds()) ^ set(SAMPLES)
    assert not unlike, f"give each kind its sample here: {unlike}"
    prompts = [
        {"id": prompt_id(kind), "kind": kind, "ask": sample.ask, **sample.settings}
        for kind, sample in SAMPLES.items()
        if only in ("", kind)
    ]
    return from_plain(
        {
            "format": 1,
            "id": "every-kind",
            "title": TITLE,
            "minutes": 30,
            "introduction": "This piece asks for one answer of every kind.",
            "prompts": prompts,
        }
    )


def prompt_id(kind: str) -> str:
    return kind.replace("_", "-")


def hold_every_kind(store: Store, now: datetime, only: str = "") -> None:
    """Put the activity where a practitioner can set it."""
    with store.writing() as tx:
        activities.add_version(tx, every_kind(only), now)
        tx.commit()
