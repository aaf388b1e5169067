"""Test that spreadsheet programs treat no cell of a downloaded file as a formula."""

import csv
import io

import pytest
from flask import Flask

from companion.web.lead.spreadsheet import sheet


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_that_looks_like_a_formula_is_downloaded_as_text(first: str, app: Flask) -> None:
    text = f"{first}cmd|'/c calc'!A1"
    with app.app_context():
        reply = sheet("figures", ("What", "How many"), [(text, 3), ("A walk", -3)])
    head, cells, rest = csv.reader(
        io.StringIO(reply.get_data(as_text=True).removeprefix("\ufeff"), newline="")
    )
    assert head == ["What", "How many"] and rest == ["A walk", "-3"]
    assert cells == [f"'{text}", "3"]
    assert reply.headers["Content-Disposition"] == 'attachment; filename="figures.csv"'
