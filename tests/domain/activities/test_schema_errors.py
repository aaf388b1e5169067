"""Test that all errors in an activity's data are reported together. If msgspec accepts the data, no error may
be reported.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from companion.domain.activities.activity import MOST_PROMPTS, Activity, model, read, to_plain
from companion.domain.activities.schema_errors import MISFITS_MOST, misfits
from companion.domain.activities.toml_guard import At, parse
from tests.domain.any_activity import activities
from tests.domain.planted import SOUND

VALUES = some.one_of(
    some.text(max_size=3),
    some.integers(-1, 500),
    some.floats(allow_nan=False),
    some.booleans(),
    some.just(date(2026, 1, 1)),
    some.sampled_from([[], {}, [1], {"a": 1}, ["a"], "a" * 3000, "answered", "end", 1.0]),
)
PROMPT = '[[prompts]]\nkind = "yes_no"\nid = "a"\nask = "a"\n'


def places(plain: Any, at: At = ()) -> Iterator[At]:
    """Yield the path (keys and indexes) to every value in nested dicts and lists."""
    parts = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    for name, part in parts:
        yield (*at, name)
        yield from places(part, (*at, name))


def told(data: str) -> list[tuple[str, At]]:
    return [(each.key, each.at) for each in misfits(parse(data.encode()), model())]


@given(activity=activities(), draw=some.data())
def test_our_schema_checker_refuses_exactly_the_data_that_msgspec_refuses(
    activity: Activity, draw: some.DataObject
) -> None:
    plain = msgspec.json.decode(msgspec.json.encode(to_plain(activity)))
    *above, name = draw.draw(some.sampled_from([*places(plain)]))
    part = plain
    for step in above:
        part = part[step]
    act = draw.draw(some.sampled_from(["change", "leave out", "add"]))
    if act == "change":
        part[name] = draw.draw(VALUES)
    elif act == "leave out" or isinstance(part, list):
        del part[name]
    else:
        part["zz"] = draw.draw(VALUES)
    found = misfits(plain, model())
    try:
        msgspec.convert(plain, type=model())
    except msgspec.ValidationError:
        assert found and "bad_file" not in {each.key for each in found}
    else:
        assert found == []


def test_all_errors_in_a_question_are_reported_at_once() -> None:
    wrong = SOUND.replace('for_each = "seen"\nask = "How', 'zz = 1\nyy = 2\nrecall = 3\nasks = "How')
    assert set(told(wrong)) == {
        ("unknown_key", ("prompts", 3, "zz")),
        ("unknown_key", ("prompts", 3, "yy")),
        ("unknown_key", ("prompts", 3, "asks")),
        ("wants_text", ("prompts", 3, "recall")),
        ("missing_key", ("prompts", 3)),
    }


@pytest.mark.parametrize("wrong", ['"1"', "1.0", "true"])
def test_the_error_for_a_value_of_the_wrong_type_says_that_the_type_is_wrong(wrong: str) -> None:
    assert told(SOUND.replace("format = 1", f"format = {wrong}")) == [("wants_number", ("format",))]


def test_an_overlong_list_is_reported_only_as_too_long() -> None:
    head = SOUND.partition("[[prompts]]")[0]
    assert told(head + PROMPT.replace("ask", "asks") * (MOST_PROMPTS + 1)) == [("too_many", ("prompts",))]


def test_the_number_of_reported_errors_is_limited() -> None:
    assert read(SOUND.encode())
    assert len(told("".join(f"k{number} = 1\n" for number in range(9_000)) + SOUND)) == MISFITS_MOST
