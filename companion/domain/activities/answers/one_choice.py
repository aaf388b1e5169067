"""A question answered with one of several options."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import msgspec

from companion.domain.activities.answers import OPTIONS_MOST, Example, Prompt, Value
from companion.domain.authored import Authored, Id, Line
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected


class Option(Authored, frozen=True, kw_only=True):
    """An option of a question. Companion stores the option's id and shows its label."""

    id: Id
    label: Line


Options = Annotated[tuple[Option, ...], msgspec.Meta(max_length=OPTIONS_MOST)]


class OneChoice(Prompt, frozen=True, kw_only=True, tag="one_choice"):
    """A prompt answered with one of the options. The answer is stored as the option's id."""

    options: Options
    example: ClassVar[Example] = Example(
        "Where did you walk?",
        {"answer": ["river"]},
        {
            "options": [
                {"id": "park", "label": "The park"},
                {"id": "river", "label": "The river, as far as the second bridge and back on the other side"},
            ]
        },
    )

    def parse(self, form: Form) -> Value:
        answer = first(form, "answer")
        if not answer:
            raise Rejected(Problem("nothing_chosen", field="answer"))
        if answer not in {option.id for option in self.options}:
            raise Rejected(Problem("not_offered", field="answer"))
        return answer

    def fill(self, value: Value) -> Form:
        return {"answer": [value]}

    def chosen(self, value: Value) -> frozenset[str]:
        """Return the id of the chosen option."""
        return frozenset({value})

    def choosing(self, option_id: str) -> Value:
        return option_id

    def offers(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    def label(self, option_id: str) -> str:
        """Return an option's label, or the id if the option no longer exists."""
        return label_of(self.options, option_id)

    def faults(self) -> list[str]:
        return option_faults(self.options)


def label_of(options: Sequence[Option], option_id: str) -> str:
    """Return an option's label, or the id if the option no longer exists."""
    return next((option.label for option in options if option.id == option_id), option_id)


def option_faults(options: Sequence[Option]) -> list[str]:
    """Return a message key for each error in an author's options."""
    if len(options) < 2:
        return ["too_few_options"]
    if len({option.id for option in options}) < len(options):
        return ["option_twice"]
    return []
