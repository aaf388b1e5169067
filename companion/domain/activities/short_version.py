"""An activity's two-minute version: only the prompts that the author marked.

If a branch leads to a prompt that the two-minute version leaves out, go to the next prompt that this version
includes.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import msgspec

from companion.domain.activities.activity import Activity, Finding
from companion.domain.activities.answers import Branch, Prompt
from companion.domain.activities.layout import END, Layout
from companion.domain.activities.leading_to_help import dead_ends

NEXT_QUESTION = re.compile(r"next question", re.IGNORECASE)
SHORT_MOST = 4
"""The maximum number of prompts in a short version."""


def has_short(activity: Activity) -> bool:
    """Return whether the activity's author marked any prompt for the short version."""
    return any(prompt.short for prompt in activity.prompts)


def on_way(activity: Activity, *, short: bool) -> Activity:
    """Return the short version if wanted and available, or else the whole activity."""
    return _short_version(activity) if short and has_short(activity) else activity


def _short_version(activity: Activity) -> Activity:
    marked = tuple(prompt for prompt in activity.prompts if prompt.short)
    ids = {prompt.id for prompt in marked}
    layout = Layout(activity.prompts)
    return msgspec.structs.replace(
        activity, prompts=tuple(_alone(prompt, ids, layout) for prompt in marked), accepted=()
    )


def _alone(prompt: Prompt, ids: set[str], layout: Layout) -> Prompt:
    """Return the prompt without references to prompts outside the short version."""
    branches = [each for each in prompt.branches if each.when.prompt in ids | {""}]
    return msgspec.structs.replace(
        prompt,
        recall=prompt.recall if prompt.recall in ids else "",
        branches=tuple(Branch(to=_next_marked(each.to, layout), when=each.when) for each in branches),
        replies=tuple(
            each for each in prompt.replies if {each.when.prompt, each.recall} <= ids | {"", prompt.id}
        ),
    )


def _next_marked(to: str, layout: Layout) -> str:
    place = layout.places.get(to, layout.end)
    return next((prompt.id for prompt in layout.prompts[place:] if prompt.short), END)


def short_faults(activity: Activity) -> Iterator[Finding]:
    """Yield the errors that stop the short version from working."""
    marked = [(place, prompt) for place, prompt in enumerate(activity.prompts) if prompt.short]
    if not marked:
        return
    if len(marked) > SHORT_MOST:
        place, beyond = marked[SHORT_MOST]
        values: dict[str, str | int] = {"most": SHORT_MOST, "many": len(marked)}
        yield Finding("short_too_long", beyond.id, values, at=("prompts", place, "short"))
    if len(marked) == len(activity.prompts):
        yield Finding("short_is_all", marked[0][1].id, at=("prompts", 0, "short"))
    ids = {prompt.id for _, prompt in marked}
    short = Layout(on_way(activity, short=True).prompts)
    reached = short.reached()
    for place, prompt in marked:
        at = ("prompts", place, "short")
        asked = {prompt.recall, *(each.when.prompt for each in prompt.branches)} - ids - {""}
        if prompt.for_each:
            yield Finding("short_in_part", prompt.id, at=at)
        if prompt.by_day:
            yield Finding("short_by_day", prompt.id, at=at)
        if asked:
            yield Finding("short_needs_another", prompt.id, {"asked": min(asked)}, at=at)
        if short.places[prompt.id] not in reached:
            yield Finding("short_off_the_path", prompt.id, at=at)


def short_leads_on(activity: Activity) -> Iterator[Finding]:
    """Yield a warning if a reply mentions the next question and the short version omits that question."""
    layout = Layout(activity.prompts)
    for place, prompt in enumerate(layout.prompts):
        if not prompt.short or not any(NEXT_QUESTION.search(reply.say) for reply in prompt.replies):
            continue
        ways = {way for way in layout.ways(place) if way < layout.end}
        if not all(layout.prompts[way].short for way in ways):
            yield Finding("short_leads_on", prompt.id, warning=True, at=("prompts", place))


def short_dead_ends(activity: Activity) -> Iterator[Finding]:
    """If a worrying answer in an activity's short version doesn't lead to help, yield a warning."""
    if has_short(activity):
        places = Layout(activity.prompts).places
        for each in dead_ends(on_way(activity, short=True)):
            yield replace(each, at=("prompts", places[each.prompt]))
