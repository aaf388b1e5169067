"""Check that worrying answers lead to help.

After an answer that shows distress, both the reply to that answer and the next question must say how to get
help. After an answer such as “nobody”, the next question must say how to get help, unless the question itself
does. If an answer such as “nobody” follows an answer that shows distress, the next question must always say
how to get help.

The check reads the labels of options and scales, but only in English.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from companion.domain.activities.activity import Activity, Finding
from companion.domain.activities.answers import Prompt, Value
from companion.domain.activities.answers.daily_record import NUMBERS, DailyRecord
from companion.domain.activities.answers.one_choice import Option
from companion.domain.activities.answers.scale import Scale
from companion.domain.activities.answers.several_choices import SeveralChoices
from companion.domain.activities.conversation import Given, holds
from companion.domain.activities.layout import Layout
from companion.domain.activities.readability import labels

HELP = re.compile(r"I need help now|Helpline")
DANGER = re.compile(r"\b999\b")
HARD_END = re.compile(
    r"no control|very (hard|low|strong)|as (strong|heavy|bad|hard) as it gets|not settled", re.IGNORECASE
)
"""If a scale's end label contains one of these phrases, that end means distress, little self-control or a
strong urge.
"""
NOBODY = re.compile(
    r"nobody (yet|at all)|none of (these|them) yet|I (have not|haven[’']t) found anything yet|no one|nobody",
    re.IGNORECASE,
)
FEELING = re.compile(
    r"(low|sad|ashamed|angry|worried|afraid|scared|alone|lonely|stirred up|numb(, or nothing much)?|hopeless)",
    re.IGNORECASE,
)
ANY_MOMENT = datetime.min.replace(tzinfo=UTC)
ANY_DAY = "2026-01-01"


def dead_ends(activity: Activity) -> Iterator[Finding]:
    """Yield a warning for each question whose worrying answer doesn't lead to help."""
    if activity.language != "en":
        return
    layout = Layout(activity.prompts)
    hard = [_hard(prompt) for prompt in activity.prompts]
    after_hard = {_after(layout, place, value) for place, values in enumerate(hard) for value in values}
    for place, prompt in enumerate(activity.prompts):
        nobody = _nobody(prompt)
        ends = [value for value in hard[place] if not _helps(layout, _after(layout, place, value))]
        if place in after_hard:
            ends += [value for value in nobody if not _helps(layout, _after(layout, place, value))]
        elif not HELP.search(_words(prompt)):
            ends += [value for value in nobody if not _names_help(layout, _after(layout, place, value))]
        if ends:
            yield Finding("no_way_to_help", prompt.id, warning=True, at=("prompts", place))
        if not all(_replied_with_help(prompt, value) for value in hard[place]):
            yield Finding("no_reply_to_distress", prompt.id, warning=True, at=("prompts", place))


def _hard(prompt: Prompt) -> list[Value]:
    """Return the possible answers that mean distress, little self-control or a strong urge."""
    if isinstance(prompt, Scale):
        ends = ((prompt.low_label, prompt.low), (prompt.high_label, prompt.high))
        return [number for label, number in ends if HARD_END.search(label)]
    if isinstance(prompt, DailyRecord):
        return list(_hard_days(prompt))
    if options := _options(prompt):
        named = {option.id: option.label for option in options}
        of_feelings = [
            branch.when.one_of
            for branch in prompt.branches
            if branch.when.one_of
            and all(FEELING.fullmatch(named.get(each, "")) for each in branch.when.one_of)
        ]
        return [
            prompt.choosing(each) for each in dict.fromkeys(each for those in of_feelings for each in those)
        ]
    return []


def _hard_days(prompt: DailyRecord) -> Iterator[Value]:
    middle = dict.fromkeys((measure.id for measure in prompt.measures), NUMBERS[len(NUMBERS) // 2])
    for measure in prompt.measures:
        for label, number in ((measure.low_label, NUMBERS[0]), (measure.high_label, NUMBERS[-1])):
            if HARD_END.search(label):
                yield [{"on": ANY_DAY, "numbers": {**middle, measure.id: number}, "line": ""}]


def _nobody(prompt: Prompt) -> list[Value]:
    """Return the answers that mean the participant has nobody to turn to or nothing that helps."""
    return [prompt.choosing(each.id) for each in _options(prompt) if NOBODY.fullmatch(each.label)]


def _options(prompt: Prompt) -> tuple[Option, ...]:
    return tuple(getattr(prompt, "options", ()))


def _after(layout: Layout, place: int, value: Value) -> int:
    """Return the position of the prompt that follows if the participant gives this answer."""
    prompt = layout.prompts[place]
    given = Given("answered", value, 1, ANY_MOMENT)
    for branch in prompt.branches:
        if branch.when.prompt in ("", prompt.id) and holds(branch.when, prompt, given):
            return layout.target(branch, place)
    return place + 1


def _replied_with_help(prompt: Prompt, value: Value) -> bool:
    return all(HELP.search(_reply(prompt, each)) for each in _with_others(prompt, value))


def _reply(prompt: Prompt, value: Value) -> str:
    """Return the reply that always follows this answer, or an empty string.

    Leave out replies that quote an earlier answer, because they aren't always shown.
    """
    given = Given("answered", value, 1, ANY_MOMENT)
    about_this = (each for each in prompt.replies if each.when.prompt in ("", prompt.id) and not each.recall)
    return next((each.say for each in about_this if holds(each.when, prompt, given)), "")


def _with_others(prompt: Prompt, value: Value) -> Iterator[Value]:
    """Yield this answer and, for several-choice questions, the same answer with one more option ticked.

    A worrying option may get a different reply if the participant also ticks a harmless option.
    """
    yield value
    if isinstance(value, list) and isinstance(prompt, SeveralChoices):
        yield from ([*value, option.id] for option in prompt.options if option.id not in value)


def _names_help(layout: Layout, place: int) -> bool:
    return 0 <= place < layout.end and bool(HELP.search(_words(layout.prompts[place])))


def _helps(layout: Layout, place: int) -> bool:
    """Return whether the question at this position says how to get help.

    Only the pages of free-text questions have a line about urgent help, so questions of all other kinds must
    mention 999 themselves.
    """
    if not 0 <= place < layout.end:
        return False
    prompt = layout.prompts[place]
    said = f"{prompt.ask} {prompt.help}"
    return bool(HELP.search(said)) and (prompt.free_text or bool(DANGER.search(said)))


def _words(prompt: Prompt) -> str:
    return " ".join([prompt.ask, prompt.help, *labels(prompt)])
