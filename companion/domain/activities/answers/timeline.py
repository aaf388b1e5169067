"""A question that is answered with the stages of a life. Each stage has a time, what happened and how it
felt.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import msgspec

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.activities.answers._rows import at_row, cell, filled
from companion.domain.activities.answers._shapes import WIDTH
from companion.domain.activities.answers._words import BOLD, LEADING, Words, wrap
from companion.domain.forms import Form
from companion.domain.refusals import Problem, Rejected

MOST = {"when": 60, "what": 300, "felt": 300}
"""The maximum number of characters in each part of a stage."""
LINES = {"when": 2, "what": 4, "felt": 3}
LINE_X, WORDS_X = 9.0, 30.0
TOP, BETWEEN = 17.0, 22.0


@dataclass(frozen=True)
class Stage:
    """How to draw one stage of a timeline: its dot, and its text, with a position for each line."""

    y: float
    when: tuple[tuple[float, str], ...]
    what: tuple[tuple[float, str], ...]
    felt: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Picture:
    """A drawing of the stages along a vertical line."""

    height: float
    line_x: float
    words_x: float
    stages: tuple[Stage, ...]
    whole: bool


class Timeline(Prompt, frozen=True, kw_only=True, tag="timeline"):
    """A prompt answered with a timeline of one to ``most`` stages. The page shows the timeline as a drawing.
    The participant can leave out how a stage felt.
    """

    most: Annotated[int, msgspec.Meta(ge=1, le=12)] = 8

    fields: ClassVar[tuple[str, ...]] = ("when", "what", "felt")
    free_text: ClassVar[bool] = True
    example: ClassVar[Example] = Example(
        "Which walks do you remember best?",
        {
            "when": ["Last spring", "In June", "This week"],
            "what": ["Along the coast.", "Up the hill.", "I walked to the bridge."],
            "felt": ["Windy and good.", "", "Quiet."],
        },
    )

    def parse(self, form: Form) -> Value:
        rows = filled(form, self.fields)
        if not rows:
            raise Rejected(Problem("empty", {"row": 1}, "when"))
        if len(rows) > self.most:
            problem = Problem("too_many", {"most": self.most, "many": len(rows)}, "when")
            raise Rejected(at_row(problem, rows[self.most][0]))
        return [
            {
                name: cell(text, MOST[name], name, place, required=name != "felt")
                for name, text in zip(self.fields, row, strict=True)
            }
            for place, row in rows
        ]

    def fill(self, value: Value) -> Form:
        return {name: [stage[name] for stage in value] for name in self.fields}

    def number(self, value: Value) -> int | None:
        """Return the number of stages."""
        return len(value)

    def numbers(self) -> range:
        return range(1, self.most + 1)

    def picture(self, value: Value) -> Picture:
        """Draw the stages from top to bottom."""
        y, whole = TOP, True
        stages = []
        for said in value:
            parts: dict[str, tuple[tuple[float, str], ...]] = {}
            dot = y - 5
            for name in self.fields:
                words = _words(said[name], LINES[name])
                parts[name] = tuple((y + LEADING * place, text) for place, text in enumerate(words.lines))
                y += LEADING * len(words.lines)
                whole = whole and words.whole
            stages.append(Stage(dot, **parts))
            y += BETWEEN
        return Picture(y - BETWEEN, LINE_X, WORDS_X, tuple(stages), whole)


def _words(text: str, most: int) -> Words:
    return wrap(text, (WIDTH - WORDS_X) / BOLD, most) if text else Words((), whole=True)
