"""A question about a thought, a feeling and a behaviour in a situation."""

from dataclasses import dataclass
from typing import ClassVar

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.activities.answers._shapes import WIDTH, Box, Point, height_of, in_box, line
from companion.domain.activities.answers._words import LEADING, Words, balanced
from companion.domain.forms import Form, first
from companion.domain.text import clean

MOST = 300
"""The maximum number of characters in each part of the answer."""
LINES = 5
TOP_WIDTH = 176.0
CORNER_WIDTH = 144.0
MIDDLE_WIDTH = 128.0
AIR = 20.0
"""The space above and below the text in the middle of the drawing."""


@dataclass(frozen=True)
class Picture:
    """A drawing of three boxes joined by lines."""

    height: float
    thought: Box
    feeling: Box
    behaviour: Box
    sides: tuple[str, ...]
    middle: tuple[tuple[float, str], ...]
    whole: bool


class Triangle(Prompt, frozen=True, kw_only=True, tag="triangle"):
    """A prompt answered with a situation, a thought, a feeling and a behaviour. If ``situation`` is false,
    the participant isn't asked to describe a situation first.
    """

    situation: bool = True

    fields: ClassVar[tuple[str, ...]] = ("situation", "thought", "feeling", "behaviour")
    free_text: ClassVar[bool] = True
    example: ClassVar[Example] = Example(
        "What was it like at the bridge?",
        {
            "situation": ["It was still light."],
            "thought": ["I can do this again."],
            "feeling": ["Calm."],
            "behaviour": ["I walked to the bridge."],
        },
    )

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of the form fields that the participant fills in, such as ``thought`` and ``feeling``."""
        return self.fields if self.situation else self.fields[1:]

    def parse(self, form: Form) -> Value:
        return {name: clean(first(form, name), MOST, name) for name in self.asked}

    def fill(self, value: Value) -> Form:
        return {name: [text] for name, text in value.items()}

    def picture(self, value: Value) -> Picture:
        """Draw the thought at the top, with feeling and behaviour below."""
        thought = in_box(value["thought"], TOP_WIDTH, LINES)
        feeling = in_box(value["feeling"], CORNER_WIDTH, LINES)
        behaviour = in_box(value["behaviour"], CORNER_WIDTH, LINES)
        middle = balanced(value.get("situation", ""), MIDDLE_WIDTH, LINES)

        top = Box((WIDTH - TOP_WIDTH) / 2, 1, TOP_WIDTH, height_of(thought), thought)
        apart = max(2 * AIR + LEADING * len(middle.lines), 64)
        y, height = top.bottom.y + apart, max(height_of(feeling), height_of(behaviour))
        left = Box(1, y, CORNER_WIDTH, height, feeling)
        right = Box(WIDTH - 1 - CORNER_WIDTH, y, CORNER_WIDTH, height, behaviour)
        return Picture(
            height=left.bottom.y + 1,
            thought=top,
            feeling=left,
            behaviour=right,
            sides=_sides(top, left, right),
            middle=_middle(middle, top.bottom.y, apart),
            whole=all(words.whole for words in (thought, feeling, behaviour, middle)),
        )


def _sides(top: Box, left: Box, right: Box) -> tuple[str, ...]:
    out = TOP_WIDTH / 2 - 18
    return (
        line(Point(top.middle.x - out, top.bottom.y), Point(left.middle.x - 26, left.y)),
        line(Point(top.middle.x + out, top.bottom.y), Point(right.middle.x + 26, right.y)),
        line(left.right, right.left),
    )


def _middle(words: Words, y: float, apart: float) -> tuple[tuple[float, str], ...]:
    start = y + (apart - LEADING * len(words.lines)) / 2 + 13
    return tuple((start + LEADING * place, each) for place, each in enumerate(words.lines) if each)
