"""A question that is answered with yes or no."""

from typing import ClassVar

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected


class YesNo(Prompt, frozen=True, kw_only=True, tag="yes_no"):
    """A prompt answered with yes or no."""

    example: ClassVar[Example] = Example(
        "Did you go outside today?",
        {"answer": ["no"]},
    )

    def parse(self, form: Form) -> Value:
        answer = first(form, "answer")
        if not answer:
            raise Rejected(Problem("nothing_chosen", field="answer"))
        if answer not in ("yes", "no"):
            raise Rejected(Problem("not_offered", field="answer"))
        return answer

    def fill(self, value: Value) -> Form:
        return {"answer": [value]}

    def chosen(self, value: Value) -> frozenset[str]:
        """Return the answer, ``yes`` or ``no``."""
        return frozenset({value})

    def offers(self) -> tuple[str, ...]:
        return ("yes", "no")
