"""A question answered with a list, one item on each line."""

from typing import Annotated, ClassVar

import msgspec

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.forms import Form
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean, tidy

ITEM_MOST = 300
"""The maximum number of characters in a list item."""


class ListItems(Prompt, frozen=True, kw_only=True, tag="list"):
    """A prompt answered with a list of 1 to ``most`` items. Empty lines are ignored."""

    most: Annotated[int, msgspec.Meta(ge=1, le=12)] = 6

    free_text: ClassVar[bool] = True
    example: ClassVar[Example] = Example(
        "What did you see on the way?",
        {"answer": ["A heron", "Two kites", "The ferry"]},
    )

    def parse(self, form: Form) -> Value:
        items = [text for text in form.get("answer", ()) if tidy(text)]
        if not items:
            raise Rejected(Problem("empty", field="answer"))
        if len(items) > self.most:
            raise Rejected(Problem("too_many", {"most": self.most, "many": len(items)}, "answer"))
        return [clean(item, ITEM_MOST, "answer") for item in items]

    def fill(self, value: Value) -> Form:
        return {"answer": list(value)}

    def number(self, value: Value) -> int | None:
        """Return the number of items in the list."""
        return len(value)

    def numbers(self) -> range:
        return range(1, self.most + 1)

    def items(self, value: Value) -> list[str]:
        """Return the items of the list."""
        return list(value)

    @property
    def most_items(self) -> int:
        return self.most
