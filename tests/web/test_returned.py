"""Test that returned work opens at the place where the practitioner says what to change. Test that the page
of returned work shows when the participant sent it.
"""

import re
from types import SimpleNamespace

from tests.cast import Cast

REASON = "Could you say more about Friday?"


def test_returned_work_opens_at_the_practitioners_reason_for_returning_it(
    enter: SimpleNamespace, cast: Cast
) -> None:
    cast.sam.finishes(work := cast.priya.sets(cast.sam, "a-week-of-choices"))
    assert "haven't gone to Priya yet." in enter.sam.get(f"/my/work/{work}")
    cast.priya.returns(cast.sam.submits(work), REASON)

    home = enter.sam.get("/my/")
    assert (
        "You sent this work on Tuesday 24 November. Priya has asked you to look again at your answers."
        in home
    )
    assert "You haven't sent your answers yet." not in home
    assert re.findall(rf'href="/my/work/{work}([^"/]*)"', home.text) == ["#again"]
    page = enter.sam.get(f"/my/work/{work}")
    place, reason, answers = (page.text.index(each) for each in ('id="again"', REASON, 'role="log"'))
    assert place < reason < answers
    assert "haven't gone to Priya yet." not in page
    assert "Priya has the answers you sent on Tuesday 24 November." in page


def test_started_work_opens_at_the_current_question(enter: SimpleNamespace, cast: Cast) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    assert re.findall(rf'href="/my/work/{work}([^"/]*)"', enter.sam.get("/my/").text) == [""]
    cast.sam.answers(work, "the-week", "6")
    assert re.findall(rf'href="/my/work/{work}([^"/]*)"', enter.sam.get("/my/").text) == ["#now"]
