"""Examples of each kind of prompt: unanswered, with an error, and answered."""

from dataclasses import dataclass
from datetime import UTC, datetime

from companion.domain.activities.activity import from_plain
from companion.domain.activities.answers import Prompt, kinds
from companion.domain.activities.conversation import Given
from companion.domain.refusals import Problem, Rejected

SAVED_AT = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """An example of one kind of prompt. ``problem`` is the error for an empty answer."""

    open: Prompt
    wrong: Prompt
    problem: Problem
    given: Given


def samples() -> dict[str, Sample]:
    """Return an example of every kind of prompt, by the kind's name."""
    return {kind: _sample(kind, prompt) for kind, prompt in kinds().items()}


def _sample(kind: str, prompt: type[Prompt]) -> Sample:
    ask, form, settings = prompt.example
    name = kind.replace("_", "-")
    asked = {"kind": kind, "ask": ask, **settings}
    activity = {
        "format": 1,
        "id": name,
        "title": ask,
        "minutes": 1,
        "introduction": ask,
        "prompts": [{**asked, "id": name}, {**asked, "id": f"{name}-wrong"}],
    }
    opened, wrong = from_plain(activity).prompts
    value = opened.parse({field: form.get(field, ()) for field in opened.fields})
    return Sample(opened, wrong, _refused(wrong), Given("answered", value, 1, SAVED_AT))


def _refused(prompt: Prompt) -> Problem:
    try:
        prompt.parse({})
    except Rejected as rejected:
        return rejected.problems[0]
    raise AssertionError(f"{prompt.id} takes an empty answer")
