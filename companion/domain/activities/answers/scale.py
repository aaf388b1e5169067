"""A question that is answered with a number on a scale."""

import functools
from typing import Annotated, ClassVar

import msgspec

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.authored import Line
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected


class Scale(Prompt, frozen=True, kw_only=True, tag="scale"):
    """A prompt answered with a whole number from ``low`` to ``high``."""

    low: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    high: Annotated[int, msgspec.Meta(ge=1, le=10)] = 10
    low_label: Line
    high_label: Line
    progress: bool = False
    """True if the participant sees a chart of their answers over time."""
    example: ClassVar[Example] = Example(
        "How was the walk for you?",
        {"answer": ["7"]},
        {"low_label": "Hard", "high_label": "Good"},
    )

    @property
    def steps(self) -> range:
        """The numbers from which the participant can choose, in order."""
        return range(self.low, self.high + 1)

    def place(self, value: Value) -> float:
        """Return the answer's position along the drawn scale, from 0.0 to 1.0."""
        return float((value - self.low) / (self.high - self.low))

    @property
    def ticks(self) -> str:
        """The scale's tick marks as an SVG path. The scale begins at x = 10 and is 280 units long."""
        return _ticks(self.low, self.high)

    def parse(self, form: Form) -> Value:
        answer = first(form, "answer").strip()
        if not answer:
            raise Rejected(Problem("nothing_chosen", field="answer"))
        if answer not in {str(step) for step in self.steps}:
            raise Rejected(Problem("off_scale", {"low": self.low, "high": self.high}, "answer"))
        return int(answer)

    def fill(self, value: Value) -> Form:
        return {"answer": [str(value)]}

    def number(self, value: Value) -> int | None:
        """Return the chosen number."""
        return int(value)

    def numbers(self) -> range:
        return self.steps

    def faults(self) -> list[str]:
        return [] if self.low < self.high else ["scale_ends"]


@functools.cache
def _ticks(low: int, high: int) -> str:
    return "".join(
        f"M{round(10 + 280 * (step - low) / (high - low), 1)} 8v8" for step in range(low, high + 1)
    )
