"""Check the conditions of branches and replies, and references to earlier answers."""

from collections.abc import Iterator

from companion.domain.activities.activity import Finding
from companion.domain.activities.answers import Condition, Prompt
from companion.domain.activities.layout import END, Layout
from companion.domain.activities.toml_guard import At


def asks(condition: Condition, prompt: Prompt, place: int, layout: Layout, at: At) -> Iterator[Finding]:
    """Yield the errors in the condition of a branch or reply.

    ``place`` is the prompt's position in the activity.
    """
    name = condition.prompt or prompt.id
    asked_at = layout.places.get(name)
    if asked_at is None or name == END:
        yield Finding("asks_unknown_prompt", prompt.id, {"asked": name}, at=at)
    elif asked_at > place:
        yield Finding("asks_later_prompt", prompt.id, {"asked": name}, at=at)
    elif layout.part(asked_at) not in (None, layout.part(place)):
        yield Finding("asks_part", prompt.id, {"asked": name}, at=at)
    else:
        yield from _suits(condition, prompt.id, asked_at, layout, at)


def _suits(condition: Condition, where: str, asked_at: int, layout: Layout, at: At) -> Iterator[Finding]:
    """Yield an error for each part of the condition that no answer can meet."""
    asked, offers = layout.prompts[asked_at], layout.offers[asked_at]
    named: dict[str, str | int] = {"asked": asked.id}
    least, most, numbers = condition.at_least, condition.at_most, asked.numbers()
    counts = least is not None or most is not None
    if condition.way in ("not_sure", "talk") and (condition.one_of or counts):
        yield Finding("way_never", where, named, at=at)
    for option in condition.one_of if offers else ():
        if option not in offers:
            yield Finding("unknown_choice", where, {**named, "choice": option}, at=at)
    if condition.one_of and not offers:
        yield Finding("no_choices", where, named, at=at)
    if counts and not numbers:
        yield Finding("no_number", where, named, at=at)
    elif counts and not _some(numbers, least, most):
        yield Finding("number_never", where, {**named, "low": numbers[0], "high": numbers[-1]}, at=at)


def _some(numbers: range, least: int | None, most: int | None) -> bool:
    lowest = numbers[0] if least is None else max(least, numbers[0])
    highest = numbers[-1] if most is None else min(most, numbers[-1])
    return lowest <= highest


def recalls(name: str, prompt: Prompt, place: int, layout: Layout, at: At) -> Iterator[Finding]:
    """Yield an error if a prompt or reply quotes an answer that isn't available there."""
    if not name:
        return
    values: dict[str, str | int] = {"recalled": name}
    recalled_at = layout.places.get(name)
    if recalled_at is None or name == END:
        yield Finding("recall_unknown", prompt.id, values, at=at)
    elif recalled_at >= place:
        yield Finding("recall_later", prompt.id, values, at=at)
    elif layout.part(recalled_at) not in (None, layout.part(place)):
        yield Finding("recall_of_part", prompt.id, values, at=at)
