"""Functions that apply an author's changes to an activity and return the changed activity."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import cast, get_args

import msgspec

from companion.domain.activities.activity import (
    FORMAT,
    MOST_PROMPTS,
    Accepted,
    Activity,
    Difficulty,
    model,
)
from companion.domain.activities.answers import Prompt
from companion.domain.activities.answers.long_text import LongText
from companion.domain.activities.checker import UNKNOWN_TOPIC, warnings
from companion.domain.activities.layout import END, NEXT
from companion.domain.activities.readability import labels
from companion.domain.forms import Form, first
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.domain.text import clean, clean_line, composed

LINE, PASSAGE = 300, 2000
"""The maximum lengths of a short text, such as a title, and of a long text."""
ID_MOST = 40
QUICK_MOST = 12
"""The maximum number of questions in an activity that its author writes as plain lines of text."""


@dataclass(frozen=True)
class About:
    """An activity's title and other details, without the prompts."""

    title: str
    topic: str | None
    minutes: int
    introduction: str
    difficulty: Difficulty | None = None

    @classmethod
    def typed(cls, form: Form, topics: Collection[str]) -> "About":
        """Return the activity details that an author typed. Raise ``Rejected`` if any detail isn't valid."""
        problems: list[Problem] = []
        texts: dict[str, str] = {}
        for name, cleaned, most in (("title", clean_line, LINE), ("introduction", clean, PASSAGE)):
            try:
                texts[name] = cleaned(first(form, name), most, name)
            except Rejected as rejected:
                problems += rejected.problems
        topic = first(form, "topic")
        if topic and topic not in topics:
            problems.append(Problem("not_offered", field="topic"))
        minutes = first(form, "minutes").strip()
        if not (re.fullmatch(r"[0-9]{1,3}", minutes) and 1 <= int(minutes) <= 120):
            problems.append(Problem("minutes", {"least": 1, "most": 120}, "minutes"))
        difficulty = first(form, "difficulty")
        if difficulty and difficulty not in get_args(Difficulty):
            problems.append(Problem("not_offered", field="difficulty"))
        if problems:
            raise Rejected(*problems)
        hard = cast(Difficulty, difficulty) if difficulty else None
        return cls(texts["title"], topic or None, int(minutes), texts["introduction"], hard)


def new_id(text: str, taken: Collection[str]) -> str:
    """Return an unused id that is made from the first words of the text."""
    plain = composed(text, "NFKD").encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("0123456789-")
    stem = words[: ID_MOST - 4].rsplit("-", 1)[0] if len(words) > ID_MOST - 4 else words
    stem, reserved = stem.strip("-") or "question", {*taken, END, NEXT}
    number = 1
    while (name := stem if number == 1 else f"{stem}-{number}") in reserved:
        number += 1
    return name


def next_id(activity: Activity) -> str:
    """Return an id for a new prompt. The id appears in URLs and contains none of the prompt's words.

    Don't reuse the id of a removed prompt if another prompt still refers to it.
    """
    named = {name for prompt in activity.prompts for name in _named(prompt)}
    number = len(activity.prompts) + 1
    while f"question-{number}" in named:
        number += 1
    return f"question-{number}"


def _named(prompt: Prompt) -> Iterator[str]:
    yield from (prompt.id, prompt.recall, prompt.for_each)
    for branch in prompt.branches:
        yield from (branch.to, branch.when.prompt)
    for reply in prompt.replies:
        yield from (reply.recall, reply.when.prompt)


def blank(about: About, activity_id: str) -> Activity:
    """Return a new activity with these details and no prompts."""
    return model()(format=FORMAT, id=activity_id, prompts=(), **vars(about))


def with_about(activity: Activity, about: About) -> Activity:
    """Return the activity with new details. If the title, introduction or topic has changed, the author must
    accept the warnings about the whole activity again.
    """
    said = all(getattr(about, name) == getattr(activity, name) for name in ("title", "introduction", "topic"))
    kept = tuple(each for each in activity.accepted if each.prompt or said)
    return msgspec.structs.replace(activity, accepted=kept, **vars(about))


def renamed(activity: Activity, activity_id: str) -> Activity:
    """Return a copy of the activity with another id."""
    return msgspec.structs.replace(activity, id=activity_id)


def quick(title: str, introduction: str, questions: str, minutes: int, activity_id: str) -> Activity:
    """Return an activity with one free-text question for each line of ``questions``.

    Raise ``Rejected`` if there are no questions, if there are too many questions, or if a text isn't valid.
    """
    lines = [line.strip() for line in questions.splitlines() if line.strip()]
    if not lines:
        raise Rejected(Problem("empty", field="questions"))
    if len(lines) > QUICK_MOST:
        raise Rejected(Problem("too_many", {"most": QUICK_MOST, "many": len(lines)}, "questions"))
    asks = [clean(line, PASSAGE, "questions") for line in lines]
    prompts = tuple(LongText(id=f"question-{number}", ask=ask) for number, ask in enumerate(asks, 1))
    return model()(
        format=FORMAT,
        id=activity_id,
        title=clean_line(title, LINE, "title"),
        minutes=min(minutes, 120),
        introduction=clean(introduction, PASSAGE, "introduction"),
        prompts=prompts,
    )


def added(activity: Activity, prompt: Prompt, after: str) -> Activity:
    """Insert a new prompt after the prompt ``after``.

    If ``after`` is empty, insert the new prompt at the beginning.

    Adding the same prompt a second time changes nothing. Raise ``Rejected`` if the activity has too many
    prompts, and ``NotFound`` if it doesn't have the prompt ``after``.
    """
    at = place(activity, after) + 1 if after else 0
    there = activity.prompts[at : at + 1]
    if there and msgspec.structs.replace(there[0], id=prompt.id) == prompt:
        return activity
    return _with_one_more(activity, prompt, at)


def _with_one_more(activity: Activity, prompt: Prompt, at: int) -> Activity:
    if len(activity.prompts) >= MOST_PROMPTS:
        raise Rejected(Problem("too_many", {"most": MOST_PROMPTS, "many": MOST_PROMPTS + 1}))
    return _with(activity, (*activity.prompts[:at], prompt, *activity.prompts[at:]))


def changed(activity: Activity, prompt: Prompt) -> Activity:
    """Return the activity with this prompt in place of the old prompt with the same id. If the prompt's
    wording has changed, the author must accept each warning about it again. Raise ``NotFound`` if the
    activity has no prompt with this id.
    """
    at = place(activity, prompt.id)
    said = _words(activity.prompts[at]) == _words(prompt)
    kept = tuple(each for each in activity.accepted if each.prompt != prompt.id or said)
    after = _with(activity, (*activity.prompts[:at], prompt, *activity.prompts[at + 1 :]))
    return msgspec.structs.replace(after, accepted=kept)


def moved(activity: Activity, prompt_id: str, by: int) -> Activity:
    """Move the prompt down by ``by`` positions, or up if ``by`` is negative. Raise ``NotFound`` if the
    activity doesn't have the prompt.
    """
    at = place(activity, prompt_id)
    others = [prompt for prompt in activity.prompts if prompt.id != prompt_id]
    to = max(0, min(len(others), at + by))
    return _with(activity, (*others[:to], activity.prompts[at], *others[to:]))


def copied(activity: Activity, prompt_id: str) -> Activity:
    """Copy the prompt, and insert the copy below the original. The copied prompt isn't part of the activity's
    short version.

    Raise ``NotFound`` if the activity doesn't have the prompt, and ``Rejected`` if it has too many prompts.
    """
    at = place(activity, prompt_id)
    name = new_id(prompt_id, {each.id for each in activity.prompts})
    copy = msgspec.structs.replace(activity.prompts[at], id=name, short=False)
    return _with_one_more(activity, copy, at + 1)


def shortened(activity: Activity, prompt_id: str, short: bool) -> Activity:
    """Add the prompt to the two-minute version, or remove it. Raise ``NotFound`` if the activity doesn't have
    the prompt.
    """
    at = place(activity, prompt_id)
    prompt = msgspec.structs.replace(activity.prompts[at], short=short)
    return _with(activity, (*activity.prompts[:at], prompt, *activity.prompts[at + 1 :]))


def without(activity: Activity, prompt_id: str) -> Activity:
    """Remove the prompt, and any warnings about it that the author has accepted. Do nothing if the prompt no
    longer exists.
    """
    kept = tuple(each for each in activity.accepted if each.prompt != prompt_id)
    after = _with(activity, tuple(prompt for prompt in activity.prompts if prompt.id != prompt_id))
    return msgspec.structs.replace(after, accepted=kept)


def accepting(activity: Activity, prompt_id: str, warning: str, reason: str) -> Activity:
    """Accept a warning, and store the author's reason.

    Raise ``Rejected`` if the author's reason isn't valid. Raise ``ChangedElsewhere`` if the checker no longer
    gives the warning.
    """
    if not any((each.prompt, each.key) == (prompt_id, warning) for each in warnings(activity)):
        raise ChangedElsewhere
    said = clean_line(reason, LINE, "reason")
    others = tuple(each for each in activity.accepted if (each.prompt, each.warning) != (prompt_id, warning))
    accepted = (*others, Accepted(warning=warning, prompt=prompt_id, reason=said))
    return msgspec.structs.replace(activity, accepted=accepted)


def without_stale(activity: Activity) -> Activity:
    """Remove each accepted warning that the checker no longer gives.

    Don't remove a warning about the topic here, because such a warning can be checked only against a
    programme.
    """
    if not activity.accepted:
        return activity
    given = {(each.key, each.prompt) for each in warnings(activity)}
    kept = tuple(
        each
        for each in activity.accepted
        if each.warning == UNKNOWN_TOPIC or (each.warning, each.prompt) in given
    )
    return msgspec.structs.replace(activity, accepted=kept)


def starting_at(activity: Activity, prompt_id: str) -> Activity:
    """Return the activity from this prompt onwards, for a preview.

    If the preview doesn't ask for a list, prompts that repeat for that list's items appear just once. Raise
    ``NotFound`` if the activity doesn't have the prompt.
    """
    prompts = activity.prompts[place(activity, prompt_id) :]
    ids = {prompt.id for prompt in prompts}
    return _with(
        activity,
        tuple(
            prompt if prompt.for_each in ids else msgspec.structs.replace(prompt, for_each="")
            for prompt in prompts
        ),
    )


def place(activity: Activity, prompt_id: str) -> int:
    """Return the prompt's position, starting at 0. Raise ``NotFound`` if the activity doesn't have the
    prompt.
    """
    for at, prompt in enumerate(activity.prompts):
        if prompt.id == prompt_id:
            return at
    raise NotFound


def _words(prompt: Prompt) -> tuple[str, ...]:
    return (prompt.ask, prompt.help, *labels(prompt), *(reply.say for reply in prompt.replies))


def _with(activity: Activity, prompts: tuple[Prompt, ...]) -> Activity:
    return msgspec.structs.replace(activity, prompts=prompts)
