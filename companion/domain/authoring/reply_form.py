"""Convert a prompt's replies to an author's form fields, and form fields to replies.

Authors can type a reply beside each option of a prompt, and beside responses such as *not sure*. Replies that
don't belong to a single option, such as those that also depend on another prompt, have their own row in the
form. Companion checks the replies in the form's separate rows first, and then those typed beside options.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from companion.domain.activities.answers import REPLIES_MOST, Condition, Prompt, Reply
from companion.domain.authoring.condition_codes import WAYS, code, condition
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean_line

SAY_MOST = 300
ALWAYS = "{}"
"""The form value for the condition *always*."""


def typed_replies(
    form: Form, prompt_id: str, ids: Collection[str], options: Sequence[Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Return the replies that an author entered for this prompt.

    Raise ``Rejected`` if a reply isn't valid.
    """
    problems: list[Problem] = []
    found = [
        *_in_rows(form, prompt_id, ids, problems),
        *_beside_options(form, options, problems),
        *_beside_offers(form, problems),
        *_to_ways(form, problems),
    ]
    if len(found) > REPLIES_MOST:
        problems.append(Problem("too_many", {"most": REPLIES_MOST, "many": len(found)}, "reply-say-1"))
    if problems:
        raise Rejected(*problems)
    return [msgspec.to_builtins(reply) for reply in found]


def reply_form(prompt: Prompt) -> Form:
    """Return the form fields for this prompt's replies."""
    in_rows = _rows_before(prompt)
    rest = prompt.replies[len(in_rows) :]
    beside = {each.when.one_of[0]: each.say for each in rest if each.when.one_of}
    to_ways = {each.when.way: each.say for each in rest if each.when.way}
    options = getattr(prompt, "options", None)
    return {
        "options-reply": [beside.get(option.id, "") for option in options or ()],
        "reply-to": list(prompt.offers()) if options is None else [],
        "reply-to-say": [beside.get(each, "") for each in prompt.offers()] if options is None else [],
        **{f"reply-{way}": [to_ways.get(way, "")] for way in WAYS},
        "reply-when": [code(each.when, prompt.id) or ALWAYS for each in in_rows],
        "reply-say": [each.say for each in in_rows],
        "reply-recall": [each.recall for each in in_rows],
    }


def _rows_before(prompt: Prompt) -> Sequence[Reply]:
    place, after = len(prompt.replies), len(prompt.offers()) + len(WAYS)
    while place and (here := _place_in_form(prompt.replies[place - 1], prompt)) is not None and here < after:
        place, after = place - 1, here
    return prompt.replies[:place]


def _place_in_form(reply: Reply, prompt: Prompt) -> int | None:
    """Return the position of the option or response that this reply sits beside in the form, or None."""
    offers = prompt.offers()
    choice = "".join(reply.when.one_of[:1])
    if reply == Reply(say=reply.say, when=Condition(one_of=(choice,))) and offers.count(choice) == 1:
        return offers.index(choice)
    way = reply.when.way
    if way is not None and reply == Reply(say=reply.say, when=Condition(way=way)):
        return len(offers) + WAYS.index(way)
    return None


def _in_rows(form: Form, prompt_id: str, ids: Collection[str], problems: list[Problem]) -> Iterator[Reply]:
    columns = [form.get(f"reply-{name}", ()) for name in ("when", "say", "recall")]
    for number in range(max(map(len, columns))):
        when, say, recall = (column[number] if number < len(column) else "" for column in columns)
        if not (when or say.strip() or recall):
            continue
        asked = condition(when, prompt_id) if when else None
        words = _said(say, f"reply-say-{number + 1}", problems, required=True)
        if asked is None:
            problems.append(
                Problem("not_offered" if when else "nothing_chosen", field=f"reply-when-{number + 1}")
            )
        elif recall and recall not in ids:
            problems.append(Problem("not_offered", field=f"reply-recall-{number + 1}"))
        elif words:
            yield Reply(say=words, when=asked, recall=recall)


def _beside_options(
    form: Form, options: Sequence[Mapping[str, str]], problems: list[Problem]
) -> Iterator[Reply]:
    """Yield the replies that an author entered next to the options of a question.

    Report a problem if the author entered a reply next to an empty option.
    """
    left = iter(options)
    labels = form.get("options-label", ())
    for number, say in enumerate(form.get("options-reply", ()) if "options-label" in form else ()):
        is_option = number < len(labels) and bool(labels[number].strip())
        words = _said(say, f"options-reply-{number + 1}", problems)
        option = next(left, None) if is_option else None
        if words and option:
            yield Reply(say=words, when=Condition(one_of=(option["id"],)))
        elif words and not is_option:
            problems.append(Problem("empty", field=f"options-label-{number + 1}"))


def _beside_offers(form: Form, problems: list[Problem]) -> Iterator[Reply]:
    offers, says = form.get("reply-to", ()), form.get("reply-to-say", ())
    for number, (offer, say) in enumerate(zip(offers, says, strict=False), 1):
        words = _said(say, f"reply-to-say-{number}", problems)
        asked = condition(f"|one_of|{offer}", "")
        if words and asked is None:
            problems.append(Problem("not_offered", field=f"reply-to-say-{number}"))
        elif words and asked:
            yield Reply(say=words, when=asked)


def _to_ways(form: Form, problems: list[Problem]) -> Iterator[Reply]:
    for way in WAYS:
        if words := _said(first(form, f"reply-{way}"), f"reply-{way}", problems):
            yield Reply(say=words, when=Condition(way=way))


def _said(text: str, field: str, problems: list[Problem], *, required: bool = False) -> str:
    try:
        on_one_line = " ".join(line.strip() for line in re.split(r"[\r\n]+", text))
        return clean_line(on_one_line, SAY_MOST, field, required=required)
    except Rejected as rejected:
        problems.extend(rejected.problems)
        return ""
