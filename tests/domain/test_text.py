"""What may stand in a text that a person typed."""

import pytest

from companion.domain.refusals import Rejected
from companion.domain.text import clean, without_hidden


@pytest.mark.parametrize("hidden", ["\x00", "\x85", "\ud800", "\ufffe", "\uffff", "\U0001fffe", "\ufdd0"])
def test_what_cannot_be_shown_is_said_and_can_be_taken_out(hidden: str) -> None:
    assert without_hidden(f"a{hidden}b") == "ab"
    with pytest.raises(Rejected, match="hidden_characters"):
        clean(f"a{hidden}b", 10, "words")


@pytest.mark.parametrize("real", ["a\nb\tc", "👩‍👩‍👧", "ŵ", "\u202eab", "\ufffd", "\ufdcf", "\U0010fffd"])
def test_what_belongs_to_writing_stays(real: str) -> None:
    assert without_hidden(real) == real == clean(real, 10, "words")
