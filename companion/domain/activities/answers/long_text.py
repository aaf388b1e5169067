"""A question that is answered with a few paragraphs in the participant's own words."""

from typing import Annotated, ClassVar

import msgspec

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.forms import Form, first
from companion.domain.text import clean


class LongText(Prompt, frozen=True, kw_only=True, tag="long_text"):
    """A prompt answered with paragraphs that have at most ``most`` characters in total."""

    most: Annotated[int, msgspec.Meta(ge=1, le=20_000)] = 10_000

    free_text: ClassVar[bool] = True
    example: ClassVar[Example] = Example(
        "What was this morning like?",
        {"answer": ["I called my sister back."]},
        {"help": "A few lines are enough."},
    )

    def parse(self, form: Form) -> Value:
        return clean(first(form, "answer"), self.most, "answer")

    def fill(self, value: Value) -> Form:
        return {"answer": [value]}
