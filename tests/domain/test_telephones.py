"""Test that telephone numbers in typed text are found, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.telephones import LOOKED_AT, number_in


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("01632 960 123, any evening", "+441632960123"),
        ("07700 900123", "+447700900123"),
        ("(01632) 960123", "+441632960123"),
        ("+44 7700 900 123", "+447700900123"),
        ("from abroad +353 1 800 0000", "+35318000000"),
        ("ring 0808 1000 900 until 9", "+448081000900"),
        ("0800 1111", "+448001111"),
        ("07700 900123 or 01632 960123", "+447700900123"),
        ("116 123", "116123"),
        ("999", "999"),
    ],
)
def test_a_telephone_number_in_typed_text_can_be_called(text: str, dialled: str) -> None:
    assert number_in(text) == dialled


@pytest.mark.parametrize(
    "text",
    ["", "at the club on Tuesdays", "since 12 11 2026, 14:00", "01 12 2026", "room 1234", "101 High Street",
     "12 34", "a" * 300, "1" * 300, "٠٧", "+", "0"],
)  # fmt: skip
def test_numbers_that_are_not_telephone_numbers_cannot_be_called(text: str) -> None:
    assert number_in(text) == ""


@given(st.text(max_size=300))
def test_only_digits_are_ever_dialled(text: str) -> None:
    found = number_in(text)
    assert not found or (found.removeprefix("+").isascii() and found.removeprefix("+").isdigit())


def test_a_telephone_number_is_found_only_near_the_start_of_a_text() -> None:
    number = "0808 1000 900"
    room = LOOKED_AT - len(number)
    assert number_in(" " * room + number) == "+448081000900"
    assert number_in(" " * LOOKED_AT + number) == ""
