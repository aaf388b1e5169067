"""A sample answer for every kind of question, collected from each kind's test file."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as some

from companion.domain.activities.activity import Activity, from_plain
from companion.domain.activities.answers import Prompt, Value, kinds
from companion.domain.forms import Form

EMPTY, NOTHING_CHOSEN = "You haven't written anything yet.", "You haven't chosen anything yet."
TOO_MANY, NOT_OFFERED = "too many. You haven't lost anything.", "That isn't one of the choices on this page."
HOSTILE = "<b>I&{{7*7}}walkedandwalkedandwalked</b> %(x)s 👩‍👩‍👧\u200fhome"
"""Text with markup, template syntax, a very long word, and unusual characters."""
FAR_TOO_LONG = "x" * 20_001


def _choices(prompt: Prompt) -> list[Value]:
    return [prompt.choosing(each) for each in prompt.offers()] or [prompt.parse(prompt.example.form)]


@dataclass(frozen=True)
class Sample:
    """An example question, with the answer and the errors that pages show.

    ``said`` is the text of the answer. ``empty`` is the error for a missing answer. ``wrong`` is the error
    expected for a nonsensical answer or for ``FAR_TOO_LONG``.
    """

    kind: str
    said: tuple[str, ...]
    forms: Callable[[Any], some.SearchStrategy[Form]]
    """A function that takes a prompt, and returns a Hypothesis strategy for valid form data."""
    settings_by_chance: some.SearchStrategy[Mapping[str, Any]] = some.just({})  # noqa: RUF009
    values: Callable[[Any], list[Value]] = _choices
    """A function that returns sample answers, with at least one for each possible branch condition."""
    empty: str = EMPTY
    wrong: str = TOO_MANY
    own_words: bool = True
    filled_by_the_page: tuple[str, ...] = ()
    then: str = ""
    """The name of the button that a participant presses when they have no more entries to add."""

    @property
    def ask(self) -> str:
        return kinds()[self.kind].example.ask

    @property
    def settings(self) -> Mapping[str, Any]:
        return kinds()[self.kind].example.settings

    @property
    def form(self) -> Form:
        """The fields that a person fills in, with example text."""
        typed = kinds()[self.kind].example.form
        return {name: texts for name, texts in typed.items() if name not in self.filled_by_the_page}

    @property
    def prompt_id(self) -> str:
        return self.kind.replace("_", "-")

    def filled(self, words: str, last: str = "") -> Form:
        """Return the form with this text in every free-text field.

        If this kind of question has no free-text field, put the text into every field. If ``last`` isn't
        empty, put the text ``last`` into the last field.
        """
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
    """Return the sample for every kind of question, keyed by the kind's name."""
    return {kind: sample_of(kind) for kind in kinds()}


def sample_of(kind: str) -> Sample:
    """Return the sample for this kind of question, from the kind's test file."""
    found: Sample = importlib.import_module(f"tests.domain.activities.answers.test_{kind}").SAMPLE
    return found


def every_kind(*only: str) -> Activity:
    """Return an activity with one question of each kind. If ``only`` names kinds of question, leave out all
    other kinds.
    """
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
