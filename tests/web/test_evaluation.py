"""Test that a lead sees evaluations only in batches of five. No page may reveal how many evaluations an
unfinished batch contains.
"""

import csv
import io
import re
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from companion.domain.people import Role
from companion.services.evaluation import questions
from companion.store.accounts.passphrases import Hasher
from companion.store.enrolments.enrolments import Enrolment
from tests.cast import Cast
from tests.fixtures import Clock
from tests.leavers import Leavers
from tests.visitor import Page, Visitor

EVALUATION, FILE = "/lead/evaluation", "/lead/evaluation/file"
CARRIED = {"number": "1", "draft_seen": "0", "tab": "one"}
SAID = {**CARRIED, "answer-clear": "4", "answer-better": "More <b>tea</b>."}


@pytest.fixture
def leavers(cast: Cast, hasher: Hasher) -> Leavers:
    return Leavers(cast, hasher)


@pytest.fixture
def sam(cast: Cast, enter: SimpleNamespace, leavers: Leavers) -> Visitor:
    """Return Sam's browser. Sam has completed the programme, and a lead has approved the evaluation's
    questions.
    """
    leavers.leaves(cast.sam)
    questions.approve(cast.margaret.actor, 0)
    browser: Visitor = enter.sam
    return browser


def without_tokens(page: Page) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page.text)


def test_the_evaluation_is_offered_only_after_the_programme(
    cast: Cast, enter: SimpleNamespace, leavers: Leavers
) -> None:
    questions.approve(cast.margaret.actor, 0)
    assert "How was the programme for you?" not in enter.sam.get("/my/")
    assert "There's nothing to answer here yet." in enter.sam.get("/my/evaluation")
    assert enter.sam.post("/my/evaluation", SAID, of="/my/").status == 409
    leavers.leaves(cast.sam)
    assert "If you like, take about five minutes" in enter.sam.get("/my/")


def test_an_evaluation_is_offered_only_after_its_questions_are_approved(
    cast: Cast, enter: SimpleNamespace, leavers: Leavers
) -> None:
    leavers.leaves(cast.sam)
    assert "How was the programme for you?" not in enter.sam.get("/my/")
    assert "There's nothing to answer here yet." in enter.sam.get("/my/evaluation")


def test_people_are_told_who_will_see_their_evaluation_before_they_answer(sam: Visitor) -> None:
    before, _, after = sam.get("/my/evaluation").text.partition('name="answer-clear"')
    told = Page(200, "", before, {})
    for words in (
        "Only the service's leads will see your answers.",
        "Priya will never see your answers.",
        "We only show your answers mixed with at least four other people's answers.",
        "without names or references",
        "You can't take your answers back.",
        "Please don't name anybody in your answers, not even yourself.",
        "about the programme, not about you",
    ):
        assert words in told, words
    boxes = re.split("<textarea", after)
    assert len(boxes) == 4
    for box in boxes[:-1]:
        assert "Please leave out names" in box and "tel:999" in box and "tell us here" in box


def test_people_are_warned_that_choosing_english_or_welsh_may_identify_them(
    sam: Visitor,
) -> None:
    in_english = sam.get("/my/evaluation")
    assert "which language you write in" in in_english and "Nobody can tell" not in in_english
    assert "this language" not in in_english
    sam.post("/language", {"language": "cy", "page": "/my/evaluation"}, of="/my/evaluation")
    assert "Ychydig o bobl" in sam.get("/my/evaluation").text


def test_an_evaluation_is_shown_for_checking_before_it_is_sent(
    sam: Visitor, cast: Cast, enter: SimpleNamespace
) -> None:
    page = sam.post("/my/evaluation", SAID)
    assert page.path == "/my/evaluation/check"
    assert "More <b>tea</b>." in page and "4 of 5" in page
    assert page.text.count("I'd rather not say") == 6
    form = {name: page.field(name) for name in ("number", "seen")}
    for _ in range(2):
        thanks = sam.post("/my/evaluation/handing-in", form, of="/my/")
        assert (thanks.status, thanks.path) == (200, "/my/evaluation")
        assert "Thank you for your answers" in thanks and "tea" not in thanks
    assert "How was the programme for you?" not in sam.get("/my/")
    assert sam.get("/my/evaluation/check").path == "/my/evaluation"
    again = sam.post("/my/evaluation", SAID, of="/my/")
    assert again.status == 409
    draft = sam.client.post(
        "/my/evaluation/draft", data={**SAID, "csrf_token": sam.token("/my/"), "then": "typing"}
    )
    assert (draft.status_code, draft.json) == (409, {"why": "closed"})
    assert "tea" not in enter.priya.get(f"/participants/{cast.sam.enrolment_id}")


def test_an_unfinished_evaluation_is_saved_as_a_draft(sam: Visitor, clock: Clock, cast: Cast) -> None:
    token = sam.token("/my/")
    typing = {**SAID, "csrf_token": token, "then": "typing"}
    told = sam.client.post("/my/evaluation/draft", data=typing).json
    assert told and told["seen"] and (told["saved"], told["locked"]) == ("14:00", False)
    page = sam.get("/my/evaluation")
    assert "More <b>tea</b>." in page and "Saved 14:00. Nobody has seen your answers." in page
    told = sam.client.post("/my/evaluation/draft", data={**typing, "then": "tell"})
    assert told.location == "/my/tell?kept=yes"
    later = sam.post("/my/evaluation/draft", {**SAID, "answer-better": "More cake."}, of="/my/evaluation")
    assert later.path == "/my/" and "We've saved what you typed, and nobody has seen it." in later
    clock.forward(minutes=16)
    locked = {**typing, "answer-better": "More fruit."}
    assert sam.client.post("/my/evaluation/draft", data=locked).json["locked"] is True
    assert sam.client.get("/my/evaluation").status_code == 302
    sam.sign_in(cast, cast.sam)
    assert "More fruit." in sam.get("/my/evaluation")


def test_an_evaluation_typed_in_two_windows_shows_both_texts(sam: Visitor) -> None:
    sam.post("/my/evaluation", SAID)
    page = sam.post("/my/evaluation", {**SAID, "tab": "two", "answer-better": "More cake."})
    assert page.status == 409
    assert "More <b>tea</b>." in page and "More cake." in page
    assert "You're also writing this in another window" in page
    saved = sam.post("/my/evaluation", {**SAID, "tab": "two", "draft_seen": page.field("draft_seen")})
    assert saved.path == "/my/evaluation/check"


def test_an_evaluation_is_not_sent_if_its_answers_changed_after_the_participant_checked_them(
    sam: Visitor, cast: Cast
) -> None:
    page = sam.post("/my/evaluation", SAID)
    seen = {name: page.field(name) for name in ("number", "seen")}
    sam.post("/my/evaluation", {**SAID, "answer-better": "More cake."})
    changed = sam.post("/my/evaluation/handing-in", seen, of="/my/evaluation/check")
    assert changed.status == 409 and "Nothing has been sent." in changed and "More cake." in changed
    nothing = sam.post("/my/evaluation", {**CARRIED, "answer-clear": "none"})
    assert nothing.status == 422 and "Please answer at least one question" in nothing


def test_no_page_reveals_how_many_evaluations_are_not_yet_shown_to_leads(
    enter: SimpleNamespace, leavers: Leavers, sam: Visitor, cast: Cast
) -> None:
    """A lead's pages stay exactly the same until the fifth evaluation."""
    pages = ("/lead/", EVALUATION, "/lead/evaluation/questions", "/lead/figures", FILE)

    def shown() -> list[str]:
        return [without_tokens(enter.margaret.get(path)) for path in pages]

    people = [*leavers.many(4), cast.sam]
    before = shown()
    assert "Not enough yet." in before[1]
    for who in people[:4]:
        leavers.says(who, clear=2, better="Fewer forms.")
        assert shown() == before
    leavers.says(people[4], clear=5, better="=1+1")
    after = shown()
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, True, True, False]
    page = enter.margaret.get(EVALUATION)
    assert page.text.count("Fewer forms.") == 4 and "5 people have answered." in page
    assert not any(name in page for name in ("Sam", "Callum", *references(cast)))
    assert enter.margaret.get(EVALUATION).text.count("=1+1") == 1


def references(cast: Cast) -> list[str]:
    with cast.store.reading() as tx:
        return list(tx.scalars(select(Enrolment.reference)))


def test_the_downloaded_evaluation_contains_no_free_text(
    enter: SimpleNamespace, leavers: Leavers, cast: Cast
) -> None:
    words = ("=HYPERLINK(1)", "No", "Yes")
    questions.reword(cast.margaret.actor, "clear", 0, words)
    for who in leavers.many(5):
        leavers.says(who, clear=4, better="Fewer forms.")
    reply = enter.margaret.client.get(FILE)
    assert reply.headers["Content-Disposition"] == 'attachment; filename="evaluation.csv"'
    assert reply.mimetype == "text/csv" and "Fewer forms." not in reply.text
    rows = list(csv.reader(io.StringIO(reply.text.removeprefix("\ufeff"))))
    assert rows[0] == ["Question", "Answer", "People", "Of"]
    assert ["'=HYPERLINK(1)", "4", "5", "5"] in rows and len(rows) == 1 + 5 * 6


def test_answers_to_a_reworded_evaluation_question_are_shown_in_a_separate_table(
    enter: SimpleNamespace, leavers: Leavers, cast: Cast
) -> None:
    for who in leavers.many(5):
        leavers.says(who, clear=4)
    page = enter.margaret.post(
        "/lead/evaluation/questions/clear",
        {"ask": "Was it all clear?", "low_label": "No", "high_label": "Yes", "seen": "0"},
    )
    assert "Not approved yet" in page
    for who in leavers.many(5):
        leavers.says(who, clear=1)
    page = enter.margaret.get(EVALUATION)
    assert "Was it all clear?" in page and "No longer asked in these words." in page
    assert "10 people have answered" in page


def test_a_lead_edits_and_approves_evaluation_questions(enter: SimpleNamespace) -> None:
    margaret, at = enter.margaret, "/lead/evaluation/questions"
    page = margaret.get(at)
    assert "Starter text, to be approved" in page and "asked anything until you approve" in page
    added = margaret.post(f"{at}/new", {"kind": "text", "ask": "What is your name?"})
    assert "What is your name?" in added
    place = re.findall(rf"{at}/(question-[0-9a-f]+)\"", added.text)[0]
    assert "Please look at this again" in margaret.get(f"{at}/{place}")
    assert "What is your name?" in margaret.get(f"{at}/preview")
    margaret.post(f"{at}/{place}/place", {"to": "up", "seen": "1"}, of=at)
    stale = margaret.post(f"{at}/{place}/retirement", {"seen": "1"}, of=at)
    assert stale.status == 409 and "changed in another window" in stale
    margaret.post(f"{at}/{place}/retirement", {"seen": "2"}, of=at)
    assert "What is your name?" not in margaret.get(f"{at}/preview")
    approved = margaret.post(f"{at}/approval", {"seen": "3"}, of=at)
    assert "Participants are asked these questions." in approved and "Approved by Margaret" in approved
    margaret.post(f"{at}/{place}/return", {"seen": "3"}, of=at)
    assert "still asked the questions you approved earlier" in margaret.get(at)
    conflict = margaret.post(
        f"{at}/clear", {"ask": "Other words?", "low_label": "No", "high_label": "Yes", "seen": "1"}
    )
    assert conflict.status == 409 and "It now says" in conflict and "Other words?" in conflict


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.ADMINISTRATOR, Role.PARTICIPANT])
def test_only_leads_see_the_evaluations_and_the_figures_about_the_programme(
    enter: SimpleNamespace, role: Role
) -> None:
    browser = {Role.PRACTITIONER: enter.priya, Role.ADMINISTRATOR: enter.alex, Role.PARTICIPANT: enter.sam}[
        role
    ]
    assert [browser.get(path).status for path in (EVALUATION, FILE, "/lead/figures")] == [404, 404, 404]
