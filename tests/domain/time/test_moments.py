"""Test that days and times are accepted only in the format that browsers send."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.time.moments import day_of, time_of

ROOT = Path(__file__).parents[3]


@given(
    st.dates(),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(["", " ", "\t"]),
)
def test_a_day_or_time_sent_by_a_browser_is_accepted(day: object, at: object, around: str) -> None:
    assert day_of(f"{around}{day}{around}") == day
    assert time_of(f"{around}{at}"[: len(around) + 5] + around) == at


@pytest.mark.parametrize(
    "text",
    [
        *("2026-W50-1", "2026W501", "2026-344", "20261203", "2026-12", "26-12-03", "2026-12-03T14:00"),
        *(
            "2026-2-3",
            "2026/12/03",
            "+2026-12-03",
            "2026-12-03Z",
            "２０２６-12-03",
            "2026-02-29",
            "0000-01-01",
            "",
        ),
    ],
)
def test_a_day_in_a_format_that_browsers_never_send_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|year"):
        day_of(text)


@pytest.mark.parametrize(
    "text",
    [
        *("14:00:00", "1400", "14", "14:00Z", "14:00+01:00", "T14:00", "14:00:00.5", "14.00", "4:00"),
        *("24:00", "12:60", "１４:00", ""),
    ],
)
def test_a_time_in_a_format_that_browsers_never_send_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|hour|minute"):
        time_of(text)


def test_only_one_domain_module_parses_days_and_times() -> None:
    readers = {
        file.name
        for file in (ROOT / "companion/domain").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("fromisoformat", "strptime")
    }
    assert readers == {"moments.py"}
