"""Test that empty pages say what they will show. Test that very long pages load."""

import re
from types import SimpleNamespace

import pytest

from companion.cli.demo.acts import set_work
from companion.services.act import Actor
from tests.cast import Cast

MANY = 100
AT_HIS_BEGINNING = {
    "/my/": "This is where you'll find work to do between your meetings. Priya hasn't set any work yet.",
    "/my/plan": "This is the place for your own plan",
    "/my/plan/versions": "You'll find each change on this page, with its date.",
    "/my/messages": "There are no messages yet. If something comes to mind, you can ask Priya in a message.",
    "/my/record": "There's nothing on this page yet.",
    "/my/so-far": "You haven't sent anything yet. Once you've sent some answers, you'll see them on this page.",
}
AT_HER_BEGINNING = {
    "": "Nothing has been set yet.",
    "/brief": "Nothing has been submitted yet. When it is, you'll find Sam's answers here.",
    "/plan": "Sam can write it, or add something you suggest.",
    "/messages": "No messages yet.",
    "/notes": "No notes yet.",
}


@pytest.mark.parametrize("path", AT_HIS_BEGINNING)
def test_a_new_participants_empty_pages_say_what_will_appear(enter: SimpleNamespace, path: str) -> None:
    assert AT_HIS_BEGINNING[path] in enter.sam.get(path)


def test_a_new_practitioners_empty_pages_say_what_will_appear(cast: Cast, enter: SimpleNamespace) -> None:
    first = "No participants yet. When you add one, they'll appear here in order of next appointment"
    assert first in enter.priya.get("/caseload")
    his = f"/participants/{cast.sam.enrolment_id}"
    for path, sentence in AT_HER_BEGINNING.items():
        assert sentence in enter.priya.get(f"{his}{path}"), path
    assert "since then" not in enter.priya.get(f"{his}/brief")  # there hasn't been a session yet


def test_pages_load_with_a_hundred_pieces_of_work(cast: Cast, enter: SimpleNamespace) -> None:
    his = f"/participants/{cast.sam.enrolment_id}"
    for _ in range(MANY):
        set_work(Actor(cast.store, cast.priya.viewer, cast.now), cast.sam.enrolment_id, "warning-signs")
    linked = re.findall("/my/work/[0-9a-f-]{36}", enter.sam.get("/my/").text)
    assert len(set(linked)) == MANY
    board = enter.priya.get("/caseload")
    assert board.text.count("Warning signs") < 10 and " more" in board
    assert enter.priya.get(f"{his}/brief").text.count("Warning signs") >= MANY
