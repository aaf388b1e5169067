"""The setting card: what it needs, and that everybody who has it sees all of it."""

from dataclasses import fields
from pathlib import Path

import pytest

from companion.domain.refusals import Rejected
from companion.domain.work.work import Card

TEMPLATES = Path(__file__).parents[3] / "templates" / "participant"
SHOWN_IN = ("_setting.html", "_sheets.html", "_my_data_work.html")
"""The page, the blank sheets, the downloaded file."""
LEFT_OUT = {
    ("_my_data_work.html", "minutes"),
    ("_sheets.html", "changed_at"),
    *((template, "revision") for template in SHOWN_IN),
}
"""An estimate that nobody needs afterwards, when it changed on paper, and a count; the download as JSON has them."""


def test_a_card_needs_its_reason_and_minutes_that_make_sense() -> None:
    with pytest.raises(Rejected) as refused:
        Card.typed("", "-5")
    assert [(p.field, p.key) for p in refused.value.problems] == [
        ("why", "empty"),
        ("minutes", "minutes"),
    ]


def test_minutes_with_any_white_space_around_them_are_minutes() -> None:
    """Some white space that Python strips, ``int`` doesn't accept: the fuzzer found it."""
    for typed in (" 14 ", "\x1f14", "14\x1c", "\u200914"):
        assert Card.typed("To look back", typed).minutes == 14


@pytest.mark.parametrize("template", SHOWN_IN)
def test_every_field_is_shown_wherever_the_card_is(template: str) -> None:
    source = (TEMPLATES / template).read_text()
    missing = {(template, each.name) for each in fields(Card) if f"card.{each.name}" not in source}
    assert missing == {each for each in LEFT_OUT if each[0] == template}
