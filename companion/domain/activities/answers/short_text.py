"""A question answered with one line of free text."""

from typing import Annotated, ClassVar

import msgspec

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.forms import Form, first
from companion.domain.text import clean


class ShortText(Prompt, frozen=True, kw_only=True, tag="short_text"):
    """A prompt answered with one line of at most ``most`` characters."""

    most: Annotated[int, msgspec.Meta(ge=1, le=2_000)] = 300

    free_text: ClassVar[bool] = True
    example: ClassVar[Example] = Example(
        "What was the best moment of today?",
        {"answer": ["I walked to the bridge."]},
    )

    def parse(self, form: Form) -> Value:
        return clean(first(form, "answer"), self.most, "answer")

    def fill(self, value: Value) -> Form:
        return {"answer": [value]}
