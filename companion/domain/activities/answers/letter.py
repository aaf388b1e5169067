"""A question that a participant answers by writing a letter to somebody."""

from typing import Annotated, ClassVar

import msgspec

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.forms import Form, first
from companion.domain.text import clean


class Letter(Prompt, frozen=True, kw_only=True, tag="letter"):
    """A prompt answered with a letter of at most ``most`` characters. The letter is an exercise: Companion
    never sends it to its addressee.
    """

    most: Annotated[int, msgspec.Meta(ge=1, le=20_000)] = 20_000

    free_text: ClassVar[bool] = True
    example: ClassVar[Example] = Example(
        "What would you like to say to yourself in a year?",
        {"answer": ["Dear me, keep walking."]},
    )

    def parse(self, form: Form) -> Value:
        return clean(first(form, "answer"), self.most, "answer")

    def fill(self, value: Value) -> Form:
        return {"answer": [value]}
