"""Test a participant's progress page."""

import html
import re
from types import SimpleNamespace

from flask import Flask

from companion.domain.enrolments.pathway import PathwayState
from tests.cast import Cast
from tests.counting import counted
from tests.fixtures import Clock
from tests.visitor import Page
from tests.web.participant.plan.keeping import puts_in

PAGE = "/my/so-far"


def sends(cast: Cast, clock: Clock, sure: str, first: str = "I go outside") -> None:
    clock.forward(minutes=1)
    work = cast.priya.sets(cast.sam, "warning-signs")
    said = {"changes-first": ["sleep"], "clearest-sign": ["I go quiet"], "do-first": [first]}
    cast.sam.finishes(work, {**said, "how-sure": [sure], "make-easier": ["A note"]})
    cast.sam.submits(work)


def dots(page: Page) -> list[str]:
    return re.findall(r"<text[^>]*>(\d+)</text>", page.text)


def test_the_progress_page_says_which_session_is_next(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    home = enter.sam.get("/my/")
    assert "Session 1 of 5." in home and f'href="{PAGE}"' in home.text
    page = enter.sam.get(PAGE)
    assert "Your next session is the first of five." in page and "You haven't sent anything yet." in page
    cast.met(cast.sam.enrolment_id)
    sends(cast, clock, "5")
    page = enter.sam.get(PAGE)
    assert "Your next session is the second of five." in page and "You've sent one set of answers." in page
    assert (
        "I go outside" in page and "I go quiet" in page and "sleep badly" not in page
    )  # the page quotes only what the participant wrote, not the author's options


def test_after_the_last_session_the_progress_page_no_longer_says_that_answers_will_appear_there(
    cast: Cast, enter: SimpleNamespace
) -> None:
    cast.priya.moves(cast.sam, PathwayState.COMPLETED)
    page = enter.sam.get(PAGE)
    assert (
        "You've come to the end of the sessions." in page
        and "Once you've sent some answers, you'll see them on this page." not in page
    )


def test_the_progress_page_shows_each_answer_with_its_question(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    sends(cast, clock, "5")
    words = enter.sam.get(PAGE).text.partition("In your own words")[2]
    asked = cast.sam.work(cast.priya.sets(cast.sam, "warning-signs")).activity.prompt("clearest-sign")
    assert asked and words.index(html.escape(asked.ask)) < words.index("I go quiet")


def test_the_progress_page_draws_a_graph_of_three_numeric_answers(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    for number, sure in enumerate(("5", "9", "2"), 1):
        assert dots(enter.sam.get(PAGE)) == []
        sends(cast, clock, sure, f"Step {number}")
    page = enter.sam.get(PAGE)
    assert dots(page) == ["5", "9", "2"]
    assert "Each number only says how things were on that day." in page
    drawn = page.text[page.text.index('class="drawn"') : page.text.index("</ol>")]
    assert "red" not in drawn and not re.search(r"better|worse|rose|fell|average|trend", drawn)
    assert len(re.findall(r"on a scale of 0 to 10", drawn)) == 3


def test_unsent_answers_are_not_shown_on_the_progress_page(cast: Cast, enter: SimpleNamespace) -> None:
    work = cast.priya.sets(cast.sam, "warning-signs")
    cast.sam.finishes(work, {"changes-first": ["sleep"], "clearest-sign": ["I go quiet"]})
    assert "I go quiet" not in enter.sam.get(PAGE)


def test_the_progress_page_says_which_pages_stay_open_after_the_programme(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    sends(cast, clock, "5")
    puts_in(cast, "first", ("I call my sister", "", "red"))
    cast.priya.moves(cast.sam, PathwayState.COMPLETED)
    page = enter.sam.get(PAGE)
    assert "You've come to the end of the sessions." in page and "comes next" not in page
    assert "I go outside" in page and "I call my sister" in page
    assert (
        "What you can still use" in page
        and "you can still open your plan, what Priya wrote to you, and the help page" in page
    )
    assert f'href="{PAGE}"' in enter.sam.get("/my/").text


def test_showing_a_longer_progress_page_runs_no_extra_sql_statements(
    app: Flask, cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    def opens() -> int:
        with counted(app.extensions["store"]) as said:
            assert enter.sam.get(PAGE).status == 200
        return len(said)

    sends(cast, clock, "5")
    opens()
    few = opens()
    for number in range(6):
        sends(cast, clock, "5", f"Step {number}")
    opens()  # the first request after a minute also records when the participant was last seen
    assert opens() <= few and enter.sam.get(PAGE).text.count("/my/work/") == 7


def test_the_progress_page_shows_nobody_elses_answers(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    sends(cast, clock, "5")
    assert "I go outside" not in enter.owen.get(PAGE)
    assert enter.priya.get(PAGE).status in (403, 404)
