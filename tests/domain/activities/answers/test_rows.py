import pytest

from companion.domain.activities.answers._rows import cell, filled
from companion.domain.refusals import Problem, Rejected


def test_table_rows_keep_their_numbers_when_empty_rows_are_skipped() -> None:
    form = {"when": ["1998", "", " ", "2005"], "what": ["school", "a move"]}
    assert filled(form, ["when", "what"]) == [
        (1, ("1998", "school")),
        (2, ("", "a move")),
        (4, ("2005", "")),
    ]


def test_an_error_in_a_table_names_its_row() -> None:
    assert cell(" a walk ", 10, "what", 3) == "a walk"
    assert cell("", 10, "what", 3, required=False) == ""
    with pytest.raises(Rejected) as refused:
        cell("x" * 12, 10, "what", 3)
    assert refused.value.problems == (
        Problem("too_long", {"most": 10, "long": 12, "over": 2, "row": 3}, "what"),
    )
