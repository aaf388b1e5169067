"""What an author does to an activity: plain changes, each giving the activity as it is then.

A change may leave a fault behind, such as a branch to a prompt that is gone; the checker says so.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import msgspec

from companion.domain.activities.activity import FORMAT, MOST_PROMPTS, Accepted, Activity, model
from companion.domain.activities.answers import Prompt
from companion.domain.activities.answers.long_text import LongText
from companion.domain.activities.layout import END, NEXT
from companion.domain.activities.readability import labels, wording
from companion.domain.forms import Form, first
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.domain.text import clean, clean_line, composed

LINE, PASSAGE = 300, 2000
"""Characters of a title or label, and of a question or an introduction (as the file allows)."""
ID_MOST = 40
QUICK_MOST = 12
"""Questions that are quickly set at once."""


@dataclass(frozen=True)
class About:
    """What an activity says of itself."""

    title: str
    topic: str | None
    minutes: int
    introduction: str

    @classmethod
    def typed(cls, form: Form, topics: Collection[str]) -> "About":
        """From what an author typed. Raises ``Rejected``."""
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
        if problems:
            raise Rejected(*problems)
        return cls(texts["title"], topic or None, int(minutes), texts["introduction"])


def new_id(text: str, taken: Collection[str]) -> str:
    """A name made of the text's first words that nothing else has."""
    plain = composed(text, "NFKD").encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("0123456789-")
    stem = words[: ID_MOST - 4].rsplit("-", 1)[0] if len(words) > ID_MOST - 4 else words
    stem, reserved = stem.strip("-") or "question", {*taken, END, NEXT}
    number = 1
    while (name := stem if number == 1 else f"{stem}-{number}") in reserved:
        number += 1
    return name


def next_id(activity: Activity) -> str:
    """A name for a new prompt. Addresses show it, so it holds none of its words.

    What a branch or a reply still names is not given again: it would be about another question than its author meant.
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
    """An activity without prompts."""
    return model()(format=FORMAT, id=activity_id, prompts=(), **vars(about))


def with_about(activity: Activity, about: About) -> Activity:
    """The activity with other words about itself. What was accepted about other words is not any more."""
    said = all(getattr(about, name) == getattr(activity, name) for name in ("title", "introduction", "topic"))
    kept = tuple(each for each in activity.accepted if each.prompt or said)
    return msgspec.structs.replace(activity, accepted=kept, **vars(about))


def renamed(activity: Activity, activity_id: str) -> Activity:
    """A copy under another name."""
    return msgspec.structs.replace(activity, id=activity_id)


def quick(title: str, introduction: str, questions: str, minutes: int, activity_id: str) -> Activity:
    """An activity of the questions in a text, one a line, each answered in words. Raises ``Rejected``."""
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
    """With a new prompt after another one; first where ``after`` is empty. Adding it twice adds it once.

    Raises ``Rejected`` when the activity is full.
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
    """With another prompt in the place of the one with the same id. What was accepted about other words is
    not any more."""
    at = place(activity, prompt.id)
    said = _words(activity.prompts[at]) == _words(prompt)
    kept = tuple(each for each in activity.accepted if each.prompt != prompt.id or said)
    after = _with(activity, (*activity.prompts[:at], prompt, *activity.prompts[at + 1 :]))
    return msgspec.structs.replace(after, accepted=kept)


def moved(activity: Activity, prompt_id: str, by: int) -> Activity:
    """With the prompt ``by`` places further down, or up where that is negative; it stops at the ends."""
    at = place(activity, prompt_id)
    others = [prompt for prompt in activity.prompts if prompt.id != prompt_id]
    to = max(0, min(len(others), at + by))
    return _with(activity, (*others[:to], activity.prompts[at], *others[to:]))


def copied(activity: Activity, prompt_id: str) -> Activity:
    """With the prompt once more, below itself."""
    at = place(activity, prompt_id)
    name = new_id(prompt_id, {each.id for each in activity.prompts})
    return _with_one_more(activity, msgspec.structs.replace(activity.prompts[at], id=name), at + 1)


def without(activity: Activity, prompt_id: str) -> Activity:
    """Without the prompt and what was accepted about it; as it is where the prompt is gone already."""
    kept = tuple(each for each in activity.accepted if each.prompt != prompt_id)
    after = _with(activity, tuple(prompt for prompt in activity.prompts if prompt.id != prompt_id))
    return msgspec.structs.replace(after, accepted=kept)


def accepting(activity: Activity, prompt_id: str, warning: str, reason: str) -> Activity:
    """With a warning of the checker accepted, and why. Raises ``Rejected``.

    Raises ``ChangedElsewhere`` where the checker does not warn of that, so not any more.
    """
    if not any((each.prompt, each.key) == (prompt_id, warning) for each in wording(activity)):
        raise ChangedElsewhere
    said = clean_line(reason, LINE, "reason")
    others = tuple(each for each in activity.accepted if (each.prompt, each.warning) != (prompt_id, warning))
    accepted = (*others, Accepted(warning=warning, prompt=prompt_id, reason=said))
    return msgspec.structs.replace(activity, accepted=accepted)


def starting_at(activity: Activity, prompt_id: str) -> Activity:
    """Its prompts from this one on, as a preview begins there; what hangs on an earlier list is asked once."""
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
    """Where the prompt stands, from 0. Raises ``NotFound``."""
    for at, prompt in enumerate(activity.prompts):
        if prompt.id == prompt_id:
            return at
    raise NotFound


def _words(prompt: Prompt) -> tuple[str, ...]:
    return (prompt.ask, prompt.help, *labels(prompt), *(reply.say for reply in prompt.replies))


def _with(activity: Activity, prompts: tuple[Prompt, ...]) -> Activity:
    return msgspec.structs.replace(activity, prompts=prompts)
