"""A question that is answered by putting all of its options in order."""

from typing import ClassVar

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.activities.answers.one_choice import Options, label_of, option_faults
from companion.domain.forms import Form
from companion.domain.refusals import Problem, Rejected


class Ranking(Prompt, frozen=True, kw_only=True, tag="ranking"):
    """A prompt answered with all the options, in an order that the participant chooses. The options are
    stored as ids.
    """

    options: Options
    example: ClassVar[Example] = Example(
        "What helps you most on a walk? Put these in order.",
        {"answer": ["company", "quiet", "weather"]},
        {
            "options": [
                {"id": "quiet", "label": "A quiet path"},
                {
                    "id": "company",
                    "label": "Another adult beside me, on the way there and on the way back home",
                },
                {"id": "weather", "label": "Dry weather"},
            ]
        },
    )

    def parse(self, form: Form) -> Value:
        offered, places = list(self.offers()), list(form.get("answer", ()))
        if not any(places):
            raise Rejected(Problem("nothing_chosen", field="answer"))
        if len(places) > len(offered) or not set(places) <= {"", *offered}:
            raise Rejected(Problem("not_offered", field="answer"))
        places += [""] * (len(offered) - len(places))
        left = [each for each in offered if each not in places]
        if len(left) == 1 and places.count("") == 1:
            places[places.index("")] = left[0]
        for row, each in enumerate(places, 1):
            if not each:
                raise Rejected(Problem("ranking.place_empty", {"row": row}, "answer"))
            if each in places[: row - 1]:
                raise Rejected(Problem("ranking.twice", {"row": row}, "answer"))
        return places

    def fill(self, value: Value) -> Form:
        return {"answer": list(value)}

    def chosen(self, value: Value) -> frozenset[str]:
        """Return the id of the option that the participant put first."""
        return frozenset(value[:1])

    def choosing(self, option_id: str) -> Value:
        return [option_id, *(each for each in self.offers() if each != option_id)]

    def offers(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    def items(self, value: Value) -> list[str]:
        """Return the options, in the participant's order."""
        return [self.label(each) for each in value]

    @property
    def most_items(self) -> int:
        return len(self.options)

    def label(self, option_id: str) -> str:
        """Return an option's label, or the id if the option no longer exists."""
        return label_of(self.options, option_id)

    def faults(self) -> list[str]:
        return option_faults(self.options)
