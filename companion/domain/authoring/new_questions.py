"""Add the follow-up questions that an author enters on another question's page.

Each new question follows from one answer to the question being written. Each new question leads straight to
the next existing question. If an earlier branch would skip the new question, the author can point the branch
at it.
"""

from collections.abc import Collection, Mapping

import msgspec

from companion.domain.activities import editing
from companion.domain.activities.activity import MOST_PROMPTS, Activity
from companion.domain.activities.answers import Branch, Condition, Prompt
from companion.domain.activities.answers.long_text import LongText
from companion.domain.activities.layout import END, NEXT
from companion.domain.refusals import Problem, Rejected


def added(
    activity: Activity, prompt: Prompt, after: str, asks: Mapping[str, str], through: Collection[str]
) -> Activity:
    """Insert ``prompt`` and the new questions in ``asks`` directly after the prompt whose id is ``after``.

    If ``after`` is empty, insert the prompts at the beginning. If a prompt whose id is in ``through`` has an
    unconditional branch past the new prompt, make that branch lead to the new prompt instead. Adding the same
    prompt a second time changes nothing. Raise ``Rejected`` if the activity would have too many prompts.
    Raise ``NotFound`` if the activity has no prompt with the id ``after``.
    """
    asks = _named_by(prompt, asks)
    at = editing.place(activity, after) + 1 if after else 0
    if any(_says_the_same(activity, there, prompt, asks) for there in activity.prompts[at : at + 1]):
        return activity
    passing = {each.id for each in passing_by(activity, at)} & {*through}
    more = editing.added(activity, prompt, after)
    led = tuple(_led_to(each, prompt.id) if each.id in passing else each for each in more.prompts)
    return _with_new(msgspec.structs.replace(more, prompts=led), prompt.id, asks)


def changed(activity: Activity, prompt: Prompt, asks: Mapping[str, str]) -> Activity:
    """Replace the activity's old version of ``prompt``, and add the new questions that ``asks`` lists.

    Making the same change a second time changes nothing. Raise ``Rejected`` if the activity would have too
    many prompts. Raise ``NotFound`` if the activity has no prompt with this id.
    """
    asks = _named_by(prompt, asks)
    there = activity.prompts[editing.place(activity, prompt.id)]
    if _says_the_same(activity, there, prompt, asks):
        return activity
    return _with_new(editing.changed(activity, prompt), prompt.id, asks)


def passing_by(activity: Activity, at: int) -> list[Prompt]:
    """Return the earlier prompts that have an unconditional branch to the position ``at``.

    If a new prompt is inserted at ``at``, unconditional branches to the prompt formerly there would skip the
    new one.
    """
    to = activity.prompts[at].id if at < len(activity.prompts) else END
    return [each for each in activity.prompts[:at] if Branch(to=to) in each.branches]


def _named_by(prompt: Prompt, asks: Mapping[str, str]) -> Mapping[str, str]:
    return {each.to: asks[each.to] for each in prompt.branches if each.to in asks}


def _led_to(prompt: Prompt, to: str) -> Prompt:
    branches = (Branch(to=to) if each.when == Condition() else each for each in prompt.branches)
    return msgspec.structs.replace(prompt, branches=tuple(branches))


def _with_new(activity: Activity, prompt_id: str, asks: Mapping[str, str]) -> Activity:
    """Insert the questions in ``asks`` directly after the prompt ``prompt_id``, and branch to them from that
    prompt.
    """
    at = editing.place(activity, prompt_id)
    prompt, follows = activity.prompts[at], _follows(activity, at)
    names = list(asks)
    if len(activity.prompts) + len(names) > MOST_PROMPTS:
        raise Rejected(Problem("too_many", {"most": MOST_PROMPTS, "many": MOST_PROMPTS + 1}))
    ids: dict[str, str] = {}
    for place, name in enumerate(names, at + 1):
        last = place == at + len(names)
        new = LongText(
            id=editing.next_id(activity),
            ask=asks[name],
            for_each=prompt.for_each,
            branches=() if last else (Branch(to=follows),),
        )
        ids[name] = new.id
        before, behind = activity.prompts[:place], activity.prompts[place:]
        activity = msgspec.structs.replace(activity, prompts=(*before, new, *behind))
    branches = [Branch(to=ids.get(each.to, each.to), when=each.when) for each in prompt.branches]
    if names and not any(each.when == Condition() for each in branches):
        branches.append(Branch(to=follows))
    prompts = (
        msgspec.structs.replace(each, branches=tuple(branches)) if each.id == prompt_id else each
        for each in activity.prompts
    )
    return msgspec.structs.replace(activity, prompts=tuple(prompts))


def _follows(activity: Activity, at: int) -> str:
    """Return the target for the step after the prompt at index ``at``: an id, ``NEXT`` or ``END``."""
    part = activity.prompts[at].for_each
    following = next(iter(activity.prompts[at + 1 :]), None)
    if part and (following is None or following.for_each != part):
        return NEXT
    return following.id if following else END


def _says_the_same(activity: Activity, there: Prompt, prompt: Prompt, asks: Mapping[str, str]) -> bool:
    """Return whether the activity already contains this prompt and its follow-up questions.

    The author may have sent the form twice.
    """
    leads = {each.when: each.to for each in there.branches}
    branches = []
    for each in prompt.branches:
        made = activity.prompt(leads.get(each.when, ""))
        is_made = made is not None and each.to in asks and made.ask == asks[each.to]
        branches.append(Branch(to=leads[each.when], when=each.when) if is_made else each)
    if asks and not any(each.when == Condition() for each in branches):
        branches += [each for each in there.branches if each.when == Condition()]
    return msgspec.structs.replace(prompt, id=there.id, branches=tuple(branches)) == there
