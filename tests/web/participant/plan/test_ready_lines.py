"""Test that the plan's pages suggest plan items from a participant's earlier answers. Pressing a suggestion's
button adds the suggestion to the plan.
"""

import re
from uuid import UUID

import pytest

from companion.domain.plan.plan import From, Stage
from tests.cast import Cast
from tests.fixtures import Clock
from tests.visitor import Page, Visitor
from tests.web.participant.plan.keeping import of, posts, puts_in, words

SIGNS, FIRST = "/my/plan/build/signs", "/my/plan/build/first"
SIGN, OUTSIDE, SISTER = "I stop answering my brother", "I go outside", "I call my sister"
RED = "?stage=red"


@pytest.fixture
def work(cast: Cast) -> UUID:
    return says(cast, SIGN)


def says(cast: Cast, sign: str, *first: str) -> UUID:
    """Answer *Warning signs* without submitting the work, and return the work's id."""
    work_id = cast.priya.sets(cast.sam, "warning-signs")
    said = {"changes-first": ["sleep"], "clearest-sign": [sign], "thoughts": ["That it is only today."]}
    cast.sam.finishes(work_id, {**said, "do-first": first or (OUTSIDE, SISTER)})
    return work_id


def offered(page: Page) -> dict[str, str]:
    """Map each suggested plan line to the value of its Add button."""
    found = re.findall(r'name="line" value="([^"]+)"[^>]*>([^<]+)</button>', page.text)
    return {said: value for value, said in found}


def test_a_participants_answers_are_suggested_only_for_the_plan_part_that_they_fit(
    sam: Visitor, cast: Cast, work: UUID
) -> None:
    assert offered(sam.get(SIGNS + RED)) == {}  # answers that haven't been submitted aren't offered
    cast.sam.submits(work)
    assert [*offered(sam.get(SIGNS + RED))] == [SIGN]
    assert [*offered(sam.get(FIRST + RED))] == [OUTSIDE, SISTER]
    for part in ("why", "people", "limits"):
        assert offered(sam.get(f"/my/plan/build/{part}")) == {}
    assert "That it is only today." not in sam.get(SIGNS + RED).text


def test_choosing_a_suggested_line_adds_the_line_to_the_plan(sam: Visitor, cast: Cast, work: UUID) -> None:
    cast.sam.submits(work)
    value = offered(sam.get(FIRST + RED))[OUTSIDE]
    page = posts(sam, FIRST, FIRST + RED, stage="red", words="Half a thought", line=value)
    (item,) = of(cast).now
    assert (item.entry.words, item.entry.stage) == (OUTSIDE, Stage.RED)
    assert item.source and (item.source.kind, item.source.work_id) == (From.ANSWER, work)
    assert "Is there anything else?" in page and "Half a thought" in page and [*offered(page)] == [SISTER]
    again = posts(sam, FIRST, FIRST + RED, stage="red", words="", line=value)
    assert again.status == 200 and words(cast) == [
        OUTSIDE
    ]  # as if the same line had been pressed in another window
    # the same text at another stage counts as a different line
    assert OUTSIDE in offered(sam.get(f"{FIRST}?stage=amber"))


def test_a_forged_suggestion_adds_nothing_to_the_plan(sam: Visitor, cast: Cast, work: UUID) -> None:
    cast.sam.submits(work)
    theirs = UUID(int=7)
    for value in ("", "x", f"{work}/thoughts/0", f"{work}/clearest-sign/1", f"{theirs}/clearest-sign/0"):
        assert posts(sam, SIGNS, SIGNS + RED, stage="red", words="", line=value).status == 200
    assert words(cast) == []


def test_participants_are_offered_at_most_four_ready_made_lines_for_their_plan(
    sam: Visitor, cast: Cast, work: UUID, clock: Clock
) -> None:
    cast.sam.submits(work)
    clock.forward(minutes=1)
    cast.sam.submits(says(cast, SIGN, "I lock the phone away", SISTER, "I run"))
    shown = [*offered(sam.get(FIRST + RED))]
    assert shown == [
        "I lock the phone away",
        SISTER,
        "I run",
        OUTSIDE,
    ]  # two equal answers are offered only once
    puts_in(cast, "first", ("I run", "", "red"))
    assert [*offered(sam.get(FIRST + RED))] == ["I lock the phone away", SISTER, OUTSIDE]
