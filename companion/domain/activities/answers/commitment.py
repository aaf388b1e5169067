"""A question about a commitment: what, when, where, and how confident the participant is."""

from functools import partial
from typing import ClassVar

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected, all_of
from companion.domain.text import clean

MOST = 300
"""The maximum number of characters in each part of the answer."""
SURE = range(11)


class Commitment(Prompt, frozen=True, kw_only=True, tag="commitment"):
    """A prompt answered with a commitment to do something. The participant can say what would make them surer
    of keeping the commitment.
    """

    fields: ClassVar[tuple[str, ...]] = ("what", "when", "where", "sure", "surer")
    free_text: ClassVar[bool] = True
    example: ClassVar[Example] = Example(
        "What will you do before we meet?",
        {
            "what": ["I walk to the bridge."],
            "when": ["On Friday."],
            "where": ["Along the river."],
            "sure": ["7"],
            "surer": ["Dry shoes."],
        },
    )

    @property
    def steps(self) -> range:
        """The numbers from 0 to 10 for how sure the participant is."""
        return SURE

    def place(self, sure: int) -> float:
        """Return a number's position along the drawn scale, from 0.0 to 1.0."""
        return sure / SURE[-1]

    def parse(self, form: Form) -> Value:
        texts = ("what", "when", "where")
        *said, sure, surer = all_of(
            *(partial(clean, first(form, name), MOST, name) for name in texts),
            lambda: _sure(first(form, "sure")),
            lambda: clean(first(form, "surer"), MOST, "surer", required=False),
        )
        return {**dict(zip(texts, said, strict=True)), "sure": sure, "surer": surer}

    def fill(self, value: Value) -> Form:
        return {name: [str(value[name])] for name in self.fields}

    def in_one(self, value: Value) -> str:
        return ", ".join(" ".join(value[name].split()).rstrip(".,;") for name in ("what", "when", "where"))

    def number(self, value: Value) -> int | None:
        """Return how sure the participant is, from 0 to 10."""
        return int(value["sure"])

    def numbers(self) -> range:
        return SURE


def _sure(text: str) -> int:
    if not text:
        raise Rejected(Problem("nothing_chosen", field="sure"))
    if text not in {str(step) for step in SURE}:
        raise Rejected(Problem("off_scale", {"low": SURE[0], "high": SURE[-1]}, "sure"))
    return int(text)
