"""The checker: what keeps an activity from being set, and what its author should look at again.

Structure first: what names what. Only where that holds, the paths. Then the words, as warnings.
"""

from collections.abc import Collection, Iterator

from companion.domain.activities.activity import Activity, Finding, to_plain
from companion.domain.activities.answers import Branch, Condition, Prompt
from companion.domain.activities.layout import END, MOST_ITEMS, NEXT, Layout
from companion.domain.activities.leading_to_help import dead_ends
from companion.domain.activities.readability import wording
from companion.domain.activities.schema_errors import unreadable
from companion.domain.activities.toml_files import written
from companion.domain.activities.toml_guard import LARGEST_FILE, At

RESERVED = {END, NEXT}


def check(activity: Activity, topics: Collection[str] | None = None) -> list[Finding]:
    """Every fault and every warning that is not accepted. Without a fault it can be approved and set.

    With the ``topics`` of a programme it also warns of a topic that is not among them.
    """
    faults = _faults(activity)
    warnings = [*_topic(activity, topics), *wording(activity), *dead_ends(activity)]
    found = {(each.key, each.prompt) for each in warnings}
    for place, each in enumerate(activity.accepted):
        judged = each.warning != "unknown_topic" or topics is not None
        if judged and (each.warning, each.prompt) not in found:
            faults.append(
                Finding("accepts_nothing", each.prompt, {"warning": each.warning}, at=("accepted", place))
            )
    accepted = {(each.warning, each.prompt) for each in activity.accepted}
    return [*faults, *(each for each in warnings if (each.key, each.prompt) not in accepted)]


def faults(activity: Activity) -> list[Finding]:
    """What keeps the activity from being set. Words are judged only where something was accepted about them."""
    if activity.accepted:
        return [finding for finding in check(activity) if not finding.warning]
    return _faults(activity)


def _faults(activity: Activity) -> list[Finding]:
    return [*_texts(activity), *_structure(activity)] or list(_paths(activity))


def _topic(activity: Activity, topics: Collection[str] | None) -> Iterator[Finding]:
    if topics is not None and activity.topic is not None and activity.topic not in topics:
        values: dict[str, str | int] = {"topic": activity.topic, "known": ", ".join(topics)}
        yield Finding("unknown_topic", "", values, warning=True, at=("topic",))


def _texts(activity: Activity) -> Iterator[Finding]:
    for each in unreadable(to_plain(activity)):
        prompt = activity.prompts[int(each.at[1])].id if each.at[0] == "prompts" else ""
        yield Finding(each.key, prompt, each.values, at=each.at)


def _structure(activity: Activity) -> Iterator[Finding]:
    if len(written(activity)) > LARGEST_FILE:
        yield Finding("file_too_large", values={"most": LARGEST_FILE})
    if not activity.prompts:
        yield Finding("no_prompts", at=("prompts",))
    seen: set[str] = set()
    layout = Layout(activity.prompts)
    for place, prompt in enumerate(activity.prompts):
        if prompt.id in RESERVED:
            yield Finding("id_reserved", prompt.id, at=("prompts", place, "id"))
        if prompt.id in seen:
            yield Finding("id_twice", prompt.id, at=("prompts", place, "id"))
        seen.add(prompt.id)
        yield from (Finding(fault, prompt.id, at=("prompts", place)) for fault in prompt.faults())
        yield from _branches(prompt, place, layout)
        yield from _recall(prompt, place, layout)
        yield from _for_each(prompt, place, layout)


def _branches(prompt: Prompt, place: int, layout: Layout) -> Iterator[Finding]:
    before: set[Condition] = set()
    for number, branch in enumerate(prompt.branches):
        at: At = ("prompts", place, "branches", number)
        if Condition() in before:
            yield Finding("branch_after_always", prompt.id, {"to": branch.to}, at=at)
        elif branch.when in before:
            yield Finding("branch_twice", prompt.id, {"to": branch.to}, at=at)
        before.add(branch.when)
        yield from _leads(branch, prompt, place, layout, (*at, "to"))
        yield from _asks(branch.when, prompt, place, layout, (*at, "when"))


def _leads(branch: Branch, prompt: Prompt, place: int, layout: Layout, at: At) -> Iterator[Finding]:
    values: dict[str, str | int] = {"to": branch.to}
    if branch.to == NEXT:
        if layout.part(place) is None:
            yield Finding("next_outside_part", prompt.id, at=at)
        return
    to = layout.places.get(branch.to)
    if to is None:
        yield Finding("branch_nowhere", prompt.id, values, at=at)
    elif to <= place:
        yield Finding("branch_back", prompt.id, values, at=at)
    elif (part := layout.part(to)) and part != layout.part(place) and to != part.start:
        yield Finding("into_part", prompt.id, values, at=at)


def _asks(condition: Condition, prompt: Prompt, place: int, layout: Layout, at: At) -> Iterator[Finding]:
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
    """Whether an answer to the prompt at ``asked_at`` can meet the condition at all."""
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


def _recall(prompt: Prompt, place: int, layout: Layout) -> Iterator[Finding]:
    if not prompt.recall:
        return
    values: dict[str, str | int] = {"recalled": prompt.recall}
    named_at: At = ("prompts", place, "recall")
    at = layout.places.get(prompt.recall)
    if at is None or prompt.recall == END:
        yield Finding("recall_unknown", prompt.id, values, at=named_at)
    elif at >= place:
        yield Finding("recall_later", prompt.id, values, at=named_at)
    elif layout.part(at) not in (None, layout.part(place)):
        yield Finding("recall_of_part", prompt.id, values, at=named_at)


def _for_each(prompt: Prompt, place: int, layout: Layout) -> Iterator[Finding]:
    if not prompt.for_each:
        return
    values: dict[str, str | int] = {"over": prompt.for_each, "most": MOST_ITEMS}
    named_at: At = ("prompts", place, "for_each")
    at = layout.places.get(prompt.for_each)
    if at is None or prompt.for_each == END:
        yield Finding("for_each_unknown", prompt.id, values, at=named_at)
    elif at >= place:
        yield Finding("for_each_later", prompt.id, values, at=named_at)
    elif layout.part(at):
        yield Finding("for_each_of_part", prompt.id, values, at=named_at)
    elif not layout.prompts[at].most_items:
        yield Finding("for_each_no_list", prompt.id, values, at=named_at)
    elif layout.prompts[at].most_items > MOST_ITEMS:
        yield Finding("for_each_too_many", prompt.id, values, at=named_at)


def _paths(activity: Activity) -> Iterator[Finding]:
    layout = Layout(activity.prompts)
    reached, asked_before = layout.reached(), layout.asked_before()
    for place, prompt in enumerate(activity.prompts):
        if place not in reached:
            yield Finding("unreachable", prompt.id, at=("prompts", place))
            continue
        if prompt.recall and prompt.recall not in asked_before[place]:
            values: dict[str, str | int] = {"recalled": prompt.recall}
            yield Finding("recall_sometimes", prompt.id, values, at=("prompts", place, "recall"))
        if prompt.for_each and prompt.for_each not in asked_before[place]:
            values = {"over": prompt.for_each}
            yield Finding("for_each_sometimes", prompt.id, values, at=("prompts", place, "for_each"))
