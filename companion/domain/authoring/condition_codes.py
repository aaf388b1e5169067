"""Convert conditions to and from the strings that forms use.

Forms write a condition as text, such as ``prompt|one_of|option``, ``prompt|at_least|7``, ``prompt|at_most|3``
or ``prompt|way|talk``. A condition in an imported file can combine several tests. In forms, a condition that
combines several tests is sent as JSON.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import cast, get_args

import msgspec

from companion.domain.activities.answers import Condition, Prompt, Way
from companion.domain.activities.toml_guard import MOST_DIGITS
from companion.domain.text import without_hidden

WAYS: tuple[Way, ...] = ("not_sure", "talk", "answered")
"""How participants can respond to a prompt, in the order in which the author's form lists the responses."""
NUMBERS_MOST = 12
"""If a prompt is answered with a number, a form offers conditions for at most this many of the possible
numbers. Each possible number can appear in two conditions: *at least* this number, and *at most* this number.
"""


def code(when: Condition, prompt_id: str) -> str:
    """Return the text by which a form refers to a condition.

    The text is empty if the condition is always met.
    """
    if when == Condition():
        return ""
    asked = when.prompt or prompt_id
    short = [
        *([f"{asked}|way|{when.way}"] if when.way else []),
        *(f"{asked}|one_of|{option}" for option in when.one_of),
        *([f"{asked}|at_least|{when.at_least}"] if when.at_least is not None else []),
        *([f"{asked}|at_most|{when.at_most}"] if when.at_most is not None else []),
    ]
    if len(short) == 1 and condition(short[0], prompt_id) == when:
        return short[0]
    return msgspec.json.encode(when).decode()


def condition(text: str, prompt_id: str) -> Condition | None:
    """Return the condition with this code, or None for an invalid code."""
    found = _whole(text) if text.startswith("{") else _short(text, prompt_id)
    said = (found.prompt, *found.one_of) if found else ()
    return found if all(without_hidden(each) == each for each in said) else None


def _short(text: str, prompt_id: str) -> Condition | None:
    asked, _, rest = text.partition("|")
    what, _, value = rest.partition("|")
    about = "" if asked == prompt_id else asked
    match what:
        case "way" if value in get_args(Way):
            return Condition(prompt=about, way=cast(Way, value))
        case "one_of" if value:
            return Condition(prompt=about, one_of=(value,))
        case "at_least" if _is_number(value):
            return Condition(prompt=about, at_least=int(value))
        case "at_most" if _is_number(value):
            return Condition(prompt=about, at_most=int(value))
    return None


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= MOST_DIGITS


def _whole(text: str) -> Condition | None:
    with suppress(msgspec.MsgspecError, UnicodeError, RecursionError):
        found = msgspec.json.decode(text, type=Condition)
        if all(abs(each or 0) < 10**MOST_DIGITS for each in (found.at_least, found.at_most)):
            return found
    return None


def askable(asked: Prompt) -> Iterator[tuple[str, Condition]]:
    """Yield the conditions that an author can choose for this prompt's answer. Each condition comes with its
    value in the form, such as ``prompt|at_least|7``.
    """
    for way in WAYS:
        yield f"{asked.id}|way|{way}", Condition(way=way)
    for option in asked.offers():
        yield f"{asked.id}|one_of|{option}", Condition(one_of=(option,))
    numbers = asked.numbers()[:NUMBERS_MOST]
    for number in numbers[1:]:
        yield f"{asked.id}|at_least|{number}", Condition(at_least=number)
    for number in numbers[:-1]:
        yield f"{asked.id}|at_most|{number}", Condition(at_most=number)
