"""A sample of every kind of answer, from its test file: what is typed, what then stands there, and any other."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as some

from companion.domain.activities.activity import Activity, from_plain
from companion.domain.activities.answers import Prompt, Value, kinds
from companion.domain.forms import Form

EMPTY, NOTHING_CHOSEN = "There is nothing here yet.", "Nothing is chosen yet."
TOO_MANY, NOT_OFFERED = "too many. Nothing is lost.", "That is not one of the choices."
HOSTILE = "<b>I&{{7*7}}walkedandwalkedandwalked</b> %(x)s 👩‍👩‍👧\u200fhome"
"""Mark-up, a template's own signs, a word wider than a telephone, joined signs, writing that turns round."""
FAR_TOO_LONG = "x" * 20_001


def _choices(prompt: Prompt) -> list[Value]:
    return [prompt.choosing(each) for each in prompt.offers()] or [prompt.parse(prompt.example.form)]


@dataclass(frozen=True)
class Sample:
    """The example of a kind, sent to a portal. ``said`` are the words that then stand there.

    ``empty`` is said when nothing is typed, ``wrong`` when it is ``FAR_TOO_LONG`` or nothing of the sort.
    """

    kind: str
    said: tuple[str, ...]
    forms: Callable[[Any], some.SearchStrategy[Form]]
    """Whatever can be typed to a prompt of this kind, such that it is taken."""
    settings_by_chance: some.SearchStrategy[Mapping[str, Any]] = some.just({})  # noqa: RUF009
    values: Callable[[Any], list[Value]] = _choices
    """Answers that between them meet every condition that a branch can put."""
    empty: str = EMPTY
    wrong: str = TOO_MANY
    own_words: bool = True
    filled_by_the_page: tuple[str, ...] = ()
    then: str = ""
    """The button that ends what stays open when it is answered."""

    @property
    def ask(self) -> str:
        return kinds()[self.kind].example.ask

    @property
    def settings(self) -> Mapping[str, Any]:
        return kinds()[self.kind].example.settings

    @property
    def form(self) -> Form:
        """What he types; the page fills in the rest."""
        typed = kinds()[self.kind].example.form
        return {name: texts for name, texts in typed.items() if name not in self.filled_by_the_page}

    @property
    def prompt_id(self) -> str:
        return self.kind.replace("_", "-")

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


def samples() -> dict[str, Sample]:
    """The sample of every kind, by its name."""
    return {kind: sample_of(kind) for kind in kinds()}


def sample_of(kind: str) -> Sample:
    """``SAMPLE`` in the kind's test file."""
    found: Sample = importlib.import_module(f"tests.domain.activities.answers.test_{kind}").SAMPLE
    return found


def every_kind(*only: str) -> Activity:
    """An activity that asks for every kind of answer that there is, or for these."""
    return from_plain(
        {
            "format": 1,
            "id": "every-kind",
            "title": "Every kind",
            "minutes": 30,
            "introduction": "This piece asks for one answer of every kind.",
            "prompts": [
                {"id": each.prompt_id, "kind": kind, "ask": each.ask, **each.settings}
                for kind, each in samples().items()
                if not only or kind in only
            ],
        }
    )
