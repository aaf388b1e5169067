"""A question that is answered by choosing any number of options."""

from typing import Annotated, ClassVar

import msgspec

from companion.domain.activities.answers import OPTIONS_MOST, Example, Prompt, Value
from companion.domain.activities.answers.one_choice import Option, label_of, option_faults
from companion.domain.forms import Form
from companion.domain.refusals import Problem, Rejected


class Choice(Option, frozen=True, kw_only=True):
    """An option in a question that allows several choices."""

    alone: bool = False
    """True if this option can't be combined with other options."""


class SeveralChoices(Prompt, frozen=True, kw_only=True, tag="several_choices"):
    """A prompt answered with one or more options. The chosen options are stored in the order in which the
    question lists them.
    """

    options: Annotated[tuple[Choice, ...], msgspec.Meta(max_length=OPTIONS_MOST)]
    example: ClassVar[Example] = Example(
        "Where could you walk next?",
        {"answer": ["park", "river"]},
        {
            "options": [
                {"id": "park", "label": "The park"},
                {"id": "river", "label": "The river, as far as the second bridge and back on the other side"},
            ]
        },
    )

    def parse(self, form: Form) -> Value:
        ticked = set(form.get("answer", ()))
        offered = [option.id for option in self.options]
        if not ticked:
            raise Rejected(Problem("nothing_chosen", field="answer"))
        if not ticked <= set(offered):
            raise Rejected(Problem("not_offered", field="answer"))
        excludes = next((each.label for each in self.options if each.alone and each.id in ticked), None)
        if excludes and len(ticked) > 1:
            raise Rejected(Problem("several_choices.alone", {"label": excludes}, "answer"))
        return [option for option in offered if option in ticked]

    def fill(self, value: Value) -> Form:
        return {"answer": list(value)}

    def chosen(self, value: Value) -> frozenset[str]:
        """Return the ids of the chosen options."""
        return frozenset(value)

    def choosing(self, option_id: str) -> Value:
        return [option_id]

    def offers(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    def number(self, value: Value) -> int | None:
        """Return the number of chosen options."""
        return len(value)

    def numbers(self) -> range:
        return range(1, len(self.options) + 1)

    def items(self, value: Value) -> list[str]:
        """Return the labels of the chosen options."""
        labels = {option.id: option.label for option in self.options}
        return [labels[each] for each in value]

    @property
    def most_items(self) -> int:
        return len(self.options)

    def label(self, option_id: str) -> str:
        """Return an option's label, or the id if the option no longer exists."""
        return label_of(self.options, option_id)

    def faults(self) -> list[str]:
        return option_faults(self.options)
