"""Test that the shared screen shows only the answers that the practitioner and the participant choose
together.
"""

import re
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import select

from companion.services.meetings import attendance
from companion.services.meetings.attendance import AttendanceForm
from companion.store.audit import AuditEntry, Event
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import appointments
from companion.store.records.erased_list import ErasedList
from companion.store.work.discussed import DiscussedRow
from tests.cast import Cast
from tests.fixtures import Clock
from tests.services.work.test_way import sent
from tests.visitor import Page, Visitor

WALKED, QUESTION = "I walked by the river", "Mark as talked about"


@pytest.fixture
def submission(cast: Cast) -> UUID:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece, {"the-week": ["6"], "glad-of": [WALKED]})
    return cast.sam.submits(piece)


@pytest.fixture
def priya(cast: Cast, enter: SimpleNamespace, submission: UUID) -> Visitor:
    """Return Priya's browser after she has opened the page that she and Sam look at together."""
    browser: Visitor = enter.priya
    assert opened(cast, browser).status == 200
    return browser


def together(cast: Cast) -> str:
    return f"/participants/{cast.sam.enrolment_id}/together"


def opened(cast: Cast, browser: Visitor) -> Page:
    return browser.post(together(cast), of=f"/participants/{cast.sam.enrolment_id}/brief")


def marked(cast: Cast, browser: Visitor, submission: UUID, prompt: str, act: str) -> Page:
    its = {"submission": submission, "prompt": prompt, "act": act}
    return browser.post(f"{together(cast)}/answers", its, of=together(cast))


def ready_to_talk(cast: Cast, page: Page) -> str:
    """Return the id of the prompt that Sam would rather talk about."""
    found = re.search(r'name="prompt" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_the_shared_screen_shows_an_answer_only_after_somebody_presses_show(
    cast: Cast, priya: Visitor, submission: UUID
) -> None:
    assert WALKED not in priya.get(together(cast))
    assert WALKED in marked(cast, priya, submission, "glad-of", "show")
    assert WALKED not in marked(cast, priya, submission, "glad-of", "hide")


def test_the_shared_screen_shows_all_answers_of_a_two_minute_version(
    cast: Cast, enter: SimpleNamespace
) -> None:
    submission = sent(cast, cast.priya.sets(cast.sam, "a-week-of-choices"))
    page = opened(cast, enter.priya)
    prompts = re.findall(r'name="prompt" value="([^"]+)"', page.text)
    assert list(dict.fromkeys(prompts)) == ["the-week", "glad-of", "next-week"]
    assert "Tea" in marked(cast, enter.priya, submission, "glad-of", "show")


def test_the_shared_screen_has_no_link_to_another_participant(cast: Cast, priya: Visitor) -> None:
    page = priya.get(together(cast))
    assert "My caseload" not in page and "Sign out" in page
    links = set(re.findall(r'(?:href|action)="(/[^"]*)"', page.text))
    assert {each for each in links if each.startswith("/participants/")} == {
        together(cast),
        f"{together(cast)}/answers",
        f"/participants/{cast.sam.enrolment_id}/brief",
    }


@pytest.mark.parametrize(
    "path", ["/caseload", "/participants/{sam}/brief", "/account", "/participants/{sam}/notes"]
)
def test_while_the_screen_is_shared_every_other_page_is_locked(cast: Cast, priya: Visitor, path: str) -> None:
    reply = priya.client.get(path.format(sam=cast.sam.enrolment_id))
    assert reply.status_code == 302 and reply.location.startswith("/sign-in?next=")
    assert "You're looking at this screen together with the person you're meeting" in priya.get(
        path.format(sam=cast.sam.enrolment_id)
    )


def test_the_passphrase_alone_does_not_unlock_the_shared_screen(cast: Cast, priya: Visitor) -> None:
    to = priya._leads("/sign-in", sign_in_name=cast.priya.sign_in_name, passphrase=cast.priya.passphrase)
    assert to.startswith("/second-factor")
    for path in ("/caseload", together(cast)):
        assert priya.client.get(path).location.startswith("/second-factor")


def test_the_passphrase_and_a_code_unlock_the_shared_screen(cast: Cast, clock: Clock, priya: Visitor) -> None:
    clock.forward(minutes=2)  # a one-time code can be used only once
    priya.signs_in(cast, cast.priya)
    assert "My caseload" in priya.get("/caseload")
    # pressing Back doesn't lead to a page with answers
    assert priya.get(together(cast)).path.endswith("/brief")


def test_the_brief_shows_what_was_talked_about_until_the_session_is_recorded(
    cast: Cast, clock: Clock, priya: Visitor, submission: UUID
) -> None:
    prompt = ready_to_talk(cast, priya.get(together(cast)))
    assert "Talked about" in marked(cast, priya, submission, prompt, "talked")
    clock.forward(minutes=2)
    priya.signs_in(cast, cast.priya)
    brief = f"/participants/{cast.sam.enrolment_id}/brief"
    assert "Talked about together" in priya.get(brief)
    clock.forward(days=3)
    with cast.store.reading() as tx:
        (meeting,) = appointments.appointments(tx, cast.sam.enrolment_id)
    attendance.note(cast.priya.actor, meeting.id, AttendanceForm("attended", "", "", meeting.revision))
    priya.signs_in(cast, cast.priya)
    assert "Talked about together" not in priya.get(brief)


def test_an_answer_marked_as_talked_about_leaves_the_queue(
    cast: Cast, enter: SimpleNamespace, submission: UUID
) -> None:
    cast.priya.releases(submission, whole="Thank you.")
    browser: Visitor = enter.priya
    brief = f"/participants/{cast.sam.enrolment_id}/brief"
    board = browser.get("/caseload")
    assert "On the brief, mark what you've talked about." in board
    page = browser.get(brief)
    assert "No sessions recorded yet." in page and "Read and answer" not in page
    many = to_talk(cast)
    for left in reversed(range(many)):
        its = {"submission": submission, "prompt": ready_to_talk(cast, page), "act": "talked"}
        page = browser.post(f"{together(cast)}/answers", its, of=brief)
        assert page.path == brief and "Marked as talked about." in page and "Talked about together" in page
        assert to_talk(cast) == left
    assert QUESTION not in page and "On the brief, mark" not in browser.get("/caseload")
    opened(cast, browser)
    marked(cast, browser, submission, its["prompt"], "not_talked")
    assert to_talk(cast) == 1


def to_talk(cast: Cast) -> int:
    with cast.store.reading() as tx:
        return tx.get_one(Enrolment, cast.sam.enrolment_id).to_talk


def test_marking_an_answer_as_talked_about_can_be_undone(
    cast: Cast, priya: Visitor, submission: UUID
) -> None:
    prompt = ready_to_talk(cast, priya.get(together(cast)))
    marked(cast, priya, submission, prompt, "talked")
    assert "Undo" not in marked(cast, priya, submission, prompt, "not_talked")


def test_a_shared_screen_that_is_opened_again_hides_answers_but_shows_what_was_discussed(
    cast: Cast, clock: Clock, priya: Visitor, submission: UUID
) -> None:
    marked(cast, priya, submission, "glad-of", "show")
    marked(cast, priya, submission, "glad-of", "talked")
    clock.forward(minutes=31)  # the idle timeout passes
    assert priya.get(together(cast)).path == "/sign-in"
    priya.signs_in(cast, cast.priya)
    page = opened(cast, priya)
    assert WALKED not in page and "Undo" in page


def test_old_shared_screen_buttons_lead_to_the_brief(
    cast: Cast, clock: Clock, priya: Visitor, submission: UUID
) -> None:
    clock.forward(minutes=2)
    priya.signs_in(cast, cast.priya)
    assert marked(cast, priya, submission, "glad-of", "talked").path.endswith("/brief")


@pytest.mark.parametrize(
    ("name", "value"),
    [("prompt", "nothing-like-it"), ("prompt", ""), ("submission", "x"), ("submission", str(UUID(int=1)))],
)
def test_only_answers_listed_on_the_shared_screen_can_be_shown(
    cast: Cast, priya: Visitor, submission: UUID, name: str, value: str
) -> None:
    its = {"submission": submission, "prompt": "glad-of", "act": "show", name: value}
    assert priya.post(f"{together(cast)}/answers", its, of=together(cast)).status == 409


def test_the_shared_screen_can_be_open_for_only_one_participant_at_a_time(cast: Cast, priya: Visitor) -> None:
    page = priya.get(f"/participants/{cast.owen.enrolment_id}/together")
    assert page.path == "/sign-in"


def test_only_the_participants_own_practitioner_can_open_the_shared_screen(
    cast: Cast, enter: SimpleNamespace, submission: UUID
) -> None:
    for name in ("daniel", "margaret", "sam"):
        browser = getattr(enter, name)
        assert browser.get(together(cast)).status == 404, name
        assert browser.post(together(cast), of="/account").status == 404, name


def test_opening_the_shared_screen_is_audited(
    cast: Cast, priya: Visitor, submission: UUID, enter: SimpleNamespace
) -> None:
    for _ in range(2):
        marked(cast, priya, submission, "glad-of", "show")
    with cast.store.reading() as tx:
        found = tx.scalars(
            select(AuditEntry).where(AuditEntry.event.in_((Event.OPENED_TOGETHER, Event.ANSWER_SHOWN)))
        )
        recorded = sorted((each.event, each.subject_id) for each in found)
    assert recorded == [("answer_shown", submission), ("opened_together", cast.sam.enrolment_id)]
    assert "to look at them with you" in enter.sam.get("/my/record")


def test_an_erasure_deletes_the_list_of_answers_shown_on_the_shared_screen(
    cast: Cast, priya: Visitor, submission: UUID, tmp_path_factory: pytest.TempPathFactory
) -> None:
    marked(cast, priya, submission, "glad-of", "show")
    cast.margaret.erases(cast.sam, ErasedList.at(tmp_path_factory.mktemp("home")))
    with cast.store.reading() as tx:
        assert tx.scalars(select(DiscussedRow)).all() == []
    assert priya.get(together(cast)).status == 404
