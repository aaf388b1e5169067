"""A question whose answer is a plan of the form “If …, then I'll …”."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.activities.answers._shapes import WIDTH, Arrow, Box, arrow, height_of, in_box
from companion.domain.forms import Form, first
from companion.domain.refusals import all_of
from companion.domain.text import clean

MOST = 300
"""The maximum number of characters in each half of an if-then plan."""
LINES = 5
GAP = 26.0


@dataclass(frozen=True)
class Picture:
    """A drawing of two boxes and an arrow from the upper to the lower box."""

    height: float
    boxes: tuple[Box, Box]
    arrow: Arrow
    whole: bool


class IfThen(Prompt, frozen=True, kw_only=True, tag="if_then"):
    """A prompt answered with a situation and a plan for that situation. The answer is shown as a drawing."""

    fields: ClassVar[tuple[str, ...]] = ("situation", "plan")
    free_text: ClassVar[bool] = True
    example: ClassVar[Example] = Example(
        "What will you do when it rains?",
        {"situation": ["If it rains in the morning."], "plan": ["Walk after lunch."]},
    )

    def parse(self, form: Form) -> Value:
        said = all_of(*(partial(clean, first(form, name), MOST, name) for name in self.fields))
        return dict(zip(self.fields, said, strict=True))

    def fill(self, value: Value) -> Form:
        return {name: [value[name]] for name in self.fields}

    def picture(self, value: Value) -> Picture:
        """Draw the situation at the top and the plan below."""
        words = [in_box(value[name], WIDTH - 2, LINES) for name in self.fields]
        above = Box(1, 1, WIDTH - 2, height_of(words[0]), words[0])
        below = Box(1, above.bottom.y + GAP, WIDTH - 2, height_of(words[1]), words[1])
        return Picture(
            height=below.bottom.y + 1,
            boxes=(above, below),
            arrow=arrow(above.bottom, below.top),
            whole=all(each.whole for each in words),
        )
