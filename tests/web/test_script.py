"""Test that scripts in typed text are shown and never run."""

from types import SimpleNamespace

import pytest

from companion.web.page.rendering import cleaned
from tests.cast import Cast

SCRIPT = "<script>alert(1)</script> <img src=x onerror=alert(2)> \"' {{ 7 * 7 }}"


def test_a_script_in_an_answer_is_shown_as_text(cast: Cast, enter: SimpleNamespace) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece, {"glad-of": [SCRIPT]})
    mine = enter.sam.get(f"/my/work/{piece}/check")
    hers = enter.priya.get(f"/submissions/{cast.sam.submits(piece)}")
    for page in (mine, hers):
        assert SCRIPT in page
        assert "<script>alert" not in page.text and "<img src=x" not in page.text and "7 * 7" in page.text


@pytest.mark.parametrize(
    "text", [SCRIPT, "# [A link](javascript:alert(1))", "![x](https://elsewhere.example/x)"]
)
def test_only_simple_formatting_is_kept_in_an_authors_text(text: str) -> None:
    shown = cleaned(f"**Well** {text}\n\n# A heading\n\n- one")
    assert "<strong>Well</strong>" in shown and "<li>one</li>" in shown
    for tag in ("<script", "<img", "<a ", "<h1"):
        assert tag not in shown
