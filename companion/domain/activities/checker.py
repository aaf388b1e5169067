"""Check an activity for errors and warnings. An activity with errors can't be set as work."""

from collections.abc import Collection, Iterator

from companion.domain.activities.activity import Activity, Finding, to_plain
from companion.domain.activities.answers import Branch, Condition, Prompt
from companion.domain.activities.conditions import asks, recalls
from companion.domain.activities.layout import END, MOST_ITEMS, NEXT, Layout
from companion.domain.activities.leading_to_help import dead_ends
from companion.domain.activities.progress_checks import telling_scales
from companion.domain.activities.readability import wording
from companion.domain.activities.reply_checks import unsound_replies
from companion.domain.activities.schema_errors import unreadable
from companion.domain.activities.short_version import short_dead_ends, short_faults, short_leads_on
from companion.domain.activities.toml_files import written
from companion.domain.activities.toml_guard import LARGEST_FILE, At

RESERVED = {END, NEXT}
UNKNOWN_TOPIC = "unknown_topic"


def check(activity: Activity, topics: Collection[str] | None = None) -> list[Finding]:
    """Return an activity's errors, and every warning that its author hasn't accepted.

    Look for errors in the paths and in the short version only if the texts and the structure have no errors.
    If ``topics`` contains a programme's topics, also warn if the activity's topic isn't one of them.
    """
    faults, warned = _faults(activity), warnings(activity, topics)
    found = {(each.key, each.prompt) for each in warned}
    for place, each in enumerate(activity.accepted):
        judged = each.warning != UNKNOWN_TOPIC or topics is not None
        if judged and (each.warning, each.prompt) not in found:
            faults.append(
                Finding("accepts_nothing", each.prompt, {"warning": each.warning}, at=("accepted", place))
            )
    accepted = {(each.warning, each.prompt) for each in activity.accepted}
    return [*faults, *(each for each in warned if (each.key, each.prompt) not in accepted)]


def warnings(activity: Activity, topics: Collection[str] | None = None) -> list[Finding]:
    """Return every warning about an activity, even if its author has accepted the warning."""
    to_help = {(each.key, each.prompt): each for each in (*short_dead_ends(activity), *dead_ends(activity))}
    return [*_topic(activity, topics), *wording(activity), *to_help.values(), *short_leads_on(activity)]


def faults(activity: Activity) -> list[Finding]:
    """Return the errors that prevent practitioners from setting an activity as work."""
    if activity.accepted:
        return [finding for finding in check(activity) if not finding.warning]
    return _faults(activity)


def _faults(activity: Activity) -> list[Finding]:
    return [*_texts(activity), *_structure(activity)] or [*_paths(activity), *short_faults(activity)]


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
        if prompt.plan and (prompt.for_each or not prompt.free_text):
            yield Finding("plan_of_no_words", prompt.id, at=("prompts", place, "plan"))
        yield from telling_scales(prompt, ("prompts", place))
        yield from _branches(prompt, place, layout)
        yield from recalls(prompt.recall, prompt, place, layout, ("prompts", place, "recall"))
        yield from unsound_replies(prompt, place, layout)
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
        yield from asks(branch.when, prompt, place, layout, (*at, "when"))


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
