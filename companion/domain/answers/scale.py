"""A place on a line from one number to another."""

from typing import Annotated

import msgspec

from companion.domain.answers import Form, Line, Prompt, Value, first
from companion.domain.refusals import Problem, Rejected


class Scale(Prompt, frozen=True, kw_only=True, tag="scale"):
    """Answered with a whole number from ``low`` to ``high``, both included."""

    low: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    high: Annotated[int, msgspec.Meta(ge=1, le=10)] = 10
    low_label: Line
    high_label: Line

    @property
    def steps(self) -> range:
        """The numbers offered, in order."""
        return range(self.low, self.high + 1)

    def place(self, value: Value) -> float:
        """Where the answer lies along the line, from 0.0 to 1.0, for its picture."""
        return float((value - self.low) / (self.high - self.low))

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
        return int(value)

    def faults(self) -> list[str]:
        return [] if self.low < self.high else ["scale_ends"]
