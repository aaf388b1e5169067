"""Test how the two-minute version of work appears to participants and practitioners."""

import re
from types import SimpleNamespace
from uuid import UUID

import pytest

from tests.cast import Cast
from tests.visitor import Page, Visitor

ONLY_TWO, ALL_OF_IT, THE_REST = "I only have two minutes", "Do all of it", "Carry on with the rest"


@pytest.fixture
def work(cast: Cast) -> UUID:
    return cast.priya.sets(cast.sam, "a-week-of-choices")


def takes(browser: Visitor, work: UUID, short: str = "yes") -> Page:
    return browser.post(f"/my/work/{work}/way", {"short": short}, of=f"/my/work/{work}")


def says(browser: Visitor, work: UUID, answer: str) -> Page:
    page = browser.get(f"/my/work/{work}")
    hidden = re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text.partition("composer")[2]
    )
    return browser.post(f"/my/work/{work}/answers", {**dict(hidden), "answer": answer}, of=f"/my/work/{work}")


def sends_short(browser: Visitor, work: UUID) -> Page:
    takes(browser, work)
    says(browser, work, "9")
    says(browser, work, "Tea")
    says(browser, work, "A walk on Sunday")
    seen = browser.get(f"/my/work/{work}/check").field("seen")
    return browser.post(f"/my/work/{work}/submission", {"seen": seen}, of=f"/my/work/{work}/check")


def test_the_two_minute_version_is_offered_once_when_work_is_opened(
    enter: SimpleNamespace, work: UUID, cast: Cast
) -> None:
    page = enter.sam.get(f"/my/work/{work}")
    assert page.text.count(ONLY_TWO) == 1 and ALL_OF_IT not in page
    says(enter.sam, work, "9")
    assert ONLY_TWO not in enter.sam.get(f"/my/work/{work}")
    other = cast.priya.sets(cast.sam, "preparing-disclosure")
    assert ONLY_TWO not in enter.sam.get(f"/my/work/{other}")


def test_work_sent_in_its_two_minute_version_counts_as_done(
    enter: SimpleNamespace, cast: Cast, work: UUID
) -> None:
    page = takes(enter.sam, work)
    assert (
        "This is the two-minute version of this work." in page
        and ALL_OF_IT in page
        and 'name="short" value="yes"' in page.text
    )
    receipt = sends_short(enter.sam, work)
    assert receipt.path.endswith("/receipt")
    assert (
        "You sent the two-minute version of this work, which counts as done." in receipt
        and THE_REST in receipt
    )
    piece = enter.sam.get(f"/my/work/{work}")
    assert "You sent the two-minute version, which counts as done." in piece and THE_REST in piece
    assert "You sent the two-minute version." in enter.sam.get("/my/")
    his_page = f"/participants/{cast.sam.enrolment_id}"
    for path in (his_page, f"{his_page}/brief"):
        assert "two-minute version" in enter.priya.get(path)
    review = re.search(r"/submissions/[0-9a-f-]{36}", enter.priya.get(his_page).text)
    assert review
    read = enter.priya.get(review[0])
    assert "two-minute version" in read and "Which choices are you glad" in read and "What made" not in read


def test_after_the_two_minute_version_is_sent_the_page_offers_the_rest_of_the_work(
    enter: SimpleNamespace, cast: Cast, work: UUID
) -> None:
    receipt = sends_short(enter.sam, work).text
    assert receipt.index(THE_REST) < receipt.index("If Priya writes to you")
    other = cast.priya.sets(cast.sam, "hopes-and-fears")
    cast.sam.finishes(other)
    assert "afterwards" not in enter.sam.get(f"/my/work/{other}/check")


def test_the_two_minute_version_shows_each_answer_only_once_on_the_page(
    enter: SimpleNamespace, work: UUID
) -> None:
    takes(enter.sam, work)
    says(enter.sam, work, "9")
    page = says(enter.sam, work, "Tea")
    assert "What’s one choice you want to make" in page and page.text.count("Tea") == 1
    assert "Earlier I asked" not in page
    says(enter.sam, work, "A walk on Sunday")
    assert "You can still do the rest of the work afterwards." in enter.sam.get(f"/my/work/{work}/check")


def test_the_full_version_can_still_be_done_after_the_two_minute_version_was_sent(
    enter: SimpleNamespace, cast: Cast, work: UUID
) -> None:
    sends_short(enter.sam, work)
    first = cast.sam.work(work).submissions[0].id
    going = takes(enter.sam, work, "no")
    assert "You're now doing the full version." in going and "What made those choices possible?" in going
    assert "Priya has asked you to look again" not in going
    assert "You're now doing the full version of this work." in enter.sam.get("/my/")
    cast.sam.finishes(work)
    cast.sam.submits(work)
    newer = enter.priya.get(f"/submissions/{first}")
    assert "A later round was submitted on" in newer
    last = cast.sam.work(work).submissions[-1].id
    whole = enter.priya.get(f"/submissions/{last}")
    assert "What made those choices possible?" in whole and "Reason for asking for changes" not in whole


def test_work_has_no_two_minute_version_unless_questions_are_marked_for_it(
    enter: SimpleNamespace, cast: Cast
) -> None:
    other = cast.priya.sets(cast.sam, "preparing-disclosure")
    page = takes(enter.sam, other)
    assert page.status == 200 and page.path == f"/my/work/{other}" and ALL_OF_IT not in page


def test_downloaded_records_say_which_work_was_sent_in_its_two_minute_version(
    enter: SimpleNamespace, cast: Cast, work: UUID
) -> None:
    sends_short(enter.sam, work)
    takes(enter.sam, work, "no")
    cast.sam.answers(work, "made-possible", "planned")
    takes(enter.sam, work)  # the participant changes back to the two-minute version
    form: dict[str, object] = {"form": "html"}
    file = enter.sam.post("/my/held/download", form, of="/my/held")
    assert "(the two-minute version)" in file
    assert "What made those choices possible?" in file
