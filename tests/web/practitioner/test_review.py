"""Responses while feedback is being typed."""

import pytest

from tests.cast import Cast
from tests.visitor import Visitor


@pytest.fixture
def page(cast: Cast) -> str:
    """The address of a submission of Sam's."""
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    return f"/submissions/{cast.sam.submits(piece)}"


def test_a_late_save_is_no_conflict_and_one_of_another_tab_is(
    cast: Cast, visitor: Visitor, page: str
) -> None:
    visitor.sign_in(cast, cast.priya)

    def types(words: str, tab: str, beat: int, seen: int = 0) -> tuple[int, dict[str, object]]:
        fields = {"comment-": words, "tab": tab, "beat": beat, "seen": seen, "then": "typing"}
        reply = visitor.client.post(f"{page}/feedback", data={"csrf_token": visitor.token(page), **fields})
        return reply.status_code, reply.get_json()

    assert visitor.get(page).field("tab") != visitor.get(page).field("tab")
    assert types("Thank you", "one", 1)[0] == 200
    saved = types("Thank you, Sam.", "one", 3)
    assert saved[0] == 200
    assert types("Thank you, S", "one", 2) == saved  # it arrived late
    assert types("Hello", "two", 1) == (409, {"why": "elsewhere"})
    again = visitor.post(f"{page}/release", {"comment-": "Hello", "tab": "two", "seen": 0}, of=page)
    assert again.status == 409 and "Thank you, Sam." in again and "Hello" in again
    sent = visitor.post(f"{page}/release", {"comment-": "Thank you, Sam.", "tab": "one", "beat": 3}, of=page)
    assert "The feedback is sent." in sent
    assert types("Thank you, Sam. And", "two", 2) == (409, {"why": "closed"})
