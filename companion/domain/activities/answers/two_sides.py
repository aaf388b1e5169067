"""A question with four boxes: pros and cons, each for now and for later."""

from typing import Annotated, ClassVar

import msgspec

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean

MOST = 1000
"""The maximum number of characters in each of the four boxes."""
SIDES = ("for", "against")
TIMES = ("now", "later")

Heading = Annotated[str, msgspec.Meta(max_length=60)]


class TwoSides(Prompt, frozen=True, kw_only=True, tag="two_sides"):
    """A prompt answered with pros and cons, both short-term and long-term. The answer needs at least one pro
    and one con.
    """

    for_label: Heading = ""
    against_label: Heading = ""
    now_label: Heading = ""
    later_label: Heading = ""

    fields: ClassVar[tuple[str, ...]] = tuple(f"{side}_{time}" for side in SIDES for time in TIMES)
    free_text: ClassVar[bool] = True
    example: ClassVar[Example] = Example(
        "What speaks for and against a walk before work?",
        {
            "for_now": ["Fresh air."],
            "for_later": ["I sleep better."],
            "against_now": ["It is cold."],
            "against_later": [""],
        },
    )

    def parse(self, form: Form) -> Value:
        value = {name: clean(first(form, name), MOST, name, required=False) for name in self.fields}
        empty = [side for side in SIDES if not any(value[f"{side}_{time}"] for time in TIMES)]
        if empty:
            field = f"{empty[0]}_{TIMES[0]}"
            if len(empty) == len(SIDES):
                raise Rejected(Problem("empty", field=field))
            raise Rejected(Problem("two_sides.one_side", field=field))
        return value

    def fill(self, value: Value) -> Form:
        return {name: [text] for name, text in value.items()}
