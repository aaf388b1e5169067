"""Test which fields are required when a practitioner sets work. Test that every page that describes set work
shows all fields of the work.
"""

from dataclasses import fields
from pathlib import Path

import pytest

from companion.domain.refusals import Rejected
from companion.domain.work.work import Card

TEMPLATES = Path(__file__).parents[3] / "templates" / "participant"
SHOWN_IN = ("_setting.html", "_sheets.html", "_my_data_work.html")
"""The templates that show set work on pages, on blank sheets and in downloads."""
LEFT_OUT = {
    ("_my_data_work.html", "minutes"),
    ("_sheets.html", "changed_at"),
    *((template, "revision") for template in SHOWN_IN),
}
"""Pairs: a template, and a detail of set work that the template leaves out.

The JSON download contains all fields.
"""


def test_set_work_must_have_a_reason_and_a_plausible_number_of_minutes() -> None:
    with pytest.raises(Rejected) as refused:
        Card.typed("", "-5")
    assert [(p.field, p.key) for p in refused.value.problems] == [
        ("why", "empty"),
        ("minutes", "minutes"),
    ]


def test_white_space_around_the_number_of_minutes_is_ignored() -> None:
    """``int`` refuses some kinds of white space that ``str.strip`` removes."""
    for typed in (" 14 ", "\x1f14", "14\x1c", "\u200914"):
        assert Card.typed("To look back", typed).minutes == 14


@pytest.mark.parametrize("template", SHOWN_IN)
def test_every_page_that_describes_set_work_shows_all_details_of_the_work(template: str) -> None:
    source = (TEMPLATES / template).read_text()
    missing = {(template, each.name) for each in fields(Card) if f"card.{each.name}" not in source}
    assert missing == {each for each in LEFT_OUT if each[0] == template}
