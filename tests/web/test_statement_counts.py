"""Test how many SQL statements each action and each page needs."""

from collections.abc import Callable
from types import SimpleNamespace
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from companion.services.act import Actor
from companion.services.work import answer_drafts, answers
from companion.services.work.answer_drafts import AnswerForm
from tests.cast import Cast
from tests.counting import counted
from tests.visitor import Visitor

OF_A_TRANSACTION = ("BEGIN", "SELECT pg_advisory_xact_lock_shared")
MORE_PIECES = ("warning-signs", "what-i-needed", "people-who-help")


@pytest.fixture
def work(cast: Cast) -> UUID:
    """Set two pieces of work for Sam, start one of them, and return its id."""
    work_id = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.priya.sets(cast.sam, MORE_PIECES[0])
    cast.sam.answers(work_id, "the-week", "6")
    return work_id


def asked(store: object, act: Callable[[], object]) -> int:
    with counted(store) as said:  # type: ignore[arg-type]
        act()
    return len([each for each in said if not each.startswith(OF_A_TRANSACTION)])


def typed(prompt: str, *said: str, beat: int = 0) -> AnswerForm:
    return AnswerForm(prompt, 0, 0, "one", {"answer": list(said)}, beat)


def test_saving_a_draft_or_an_answer_needs_few_sql_statements(cast: Cast, work: UUID) -> None:
    who, now = cast.sam.viewer, cast.now

    def drafts(beat: int) -> int:
        form = typed("glad-of", "Tea" * beat, beat=beat)
        return asked(cast.store, lambda: answer_drafts.save_draft(Actor(cast.store, who, now), work, form))

    assert drafts(1) <= 8  # one statement adds a new row, and one updates the storage used
    assert drafts(2) <= 8
    form = typed("glad-of", "Tea", "A walk", beat=3)
    saves = asked(
        cast.store, lambda: answers.send_answer(Actor(cast.store, who, now), work, form, "answered")
    )
    assert saves <= 10  # one of these statements deletes the draft
    prompt = cast.sam.work(work).conversation.next_prompt
    assert prompt
    form = typed(prompt.id)
    saves = asked(
        cast.store, lambda: answers.send_answer(Actor(cast.store, who, now), work, form, "not_sure")
    )
    assert saves <= 9


@pytest.mark.parametrize(
    ("who", "path", "most"),
    [
        ("sam", "/my/work/{work}", 7),
        ("sam", "/my/", 10),
        ("priya", "/caseload", 12),
        ("priya", "/participants/{enrolment}", 15),
        ("priya", "/participants/{enrolment}/brief", 20),
        ("priya", "/submissions/{submission}", 10),
    ],
)
def test_listing_more_work_takes_no_more_sql_statements(
    who: str, path: str, most: int, app: Flask, cast: Cast, work: UUID, enter: SimpleNamespace
) -> None:
    browser: Visitor = getattr(enter, who)
    submission = ""
    if "{submission}" in path:
        cast.sam.finishes(work)
        submission = cast.sam.submits(work)
    path = path.format(work=work, enrolment=cast.sam.enrolment_id, submission=submission)

    def opens() -> TestResponse:
        reply = browser.client.get(path)
        assert reply.status_code == 200
        return reply

    opens()  # the first request also records when the participant was last seen
    few = asked(app.extensions["store"], opens)
    for activity in MORE_PIECES[1:]:
        cast.priya.sets(cast.sam, activity)
    cast.priya.sets(cast.owen, MORE_PIECES[0])
    assert asked(app.extensions["store"], opens) <= few <= most


def test_each_kind_of_notice_adds_at_most_two_sql_statements_to_the_start_page(
    app: Flask, cast: Cast, work: UUID, enter: SimpleNamespace
) -> None:
    def opens() -> int:
        return asked(app.extensions["store"], lambda: enter.sam.client.get("/my/"))

    enter.sam.client.get("/my/")
    nothing = opens()
    cast.priya.writes_to(cast.sam, "See you on Tuesday.")
    written = opens()
    assert written <= nothing + 2  # one statement reads the message, and another reads its author's name
    cast.priya.writes_to(cast.sam, "At two.")
    cast.priya.hands_over(cast.sam, cast.daniel)
    cast.daniel.writes_to(cast.sam, "I take over from Priya.")
    both = opens()
    assert both <= written + 2
    cast.daniel.writes_to(cast.sam, "Until then.")
    assert opens() == both


def test_a_handover_adds_at_most_two_sql_statements_to_the_new_practitioners_board(
    app: Flask, cast: Cast, work: UUID, enter: SimpleNamespace
) -> None:
    def opens() -> int:
        return asked(app.extensions["store"], lambda: enter.priya.client.get("/caseload"))

    enter.priya.client.get("/caseload")
    before = opens()
    cast.sam.writes("May I ask something?")
    cast.sam.finishes(work)
    cast.sam.submits(work)
    assert opens() == before
    cast.daniel.hands_over(cast.idris, cast.priya)
    assert opens() <= before + 2
