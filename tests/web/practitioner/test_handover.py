"""Test the pages after a handover, after a practitioner leaves and after the programme."""

import re
from types import SimpleNamespace
from uuid import uuid4

import pytest

from companion.domain.enrolments.pathway import PathwayState
from companion.services.meetings.schedule import NOT_BOOKED
from companion.services.plan import items
from companion.services.work import review
from companion.services.work.review import Feedback
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import NewStep
from tests.cast import Cast
from tests.fixtures import Clock
from tests.visitor import Page


def path_of(cast: Cast) -> str:
    return f"/participants/{cast.sam.enrolment_id}/path"


def said_by(page: Page) -> list[str]:
    """Return the names of the people whose words the page shows, from top to bottom."""
    return re.findall(r'<p class="who"><b>([^<]+)</b>', page.text)


def test_pathway_steps_that_are_impossible_are_not_offered(enter: SimpleNamespace, cast: Cast) -> None:
    page = enter.priya.get(path_of(cast))
    assert re.findall(r'name="to" value="(\w+)"', page.text) == ["completed", "ended_early", "died"]
    step = {"to": "ended_early", "day": "2026-11-24", "seen": "in_programme"}
    again = enter.priya.post(path_of(cast), step | {"reason": ""})
    assert again.status == 422 and "You haven't written anything yet." in again
    done = enter.priya.post(path_of(cast), step | {"reason": "He moves away."})
    assert "Status changed." in done and "ended early" in done
    page = enter.priya.get(path_of(cast))
    assert "He moves away." in page and "recorded by Priya" in page
    assert 'value="back"' in page.text


def test_a_typed_reason_is_kept_if_somebody_else_has_already_changed_the_pathway_step(
    enter: SimpleNamespace, cast: Cast
) -> None:
    cast.priya.moves(cast.sam, PathwayState.COMPLETED)
    behind = {"to": "ended_early", "day": "2026-11-24", "seen": "in_programme", "reason": "He moves away."}
    page = enter.priya.post(path_of(cast), behind)
    assert page.status == 409 and "Somebody has changed the status" in page and "He moves away." in page
    assert page.field("seen") == "completed"
    forged = enter.priya.post(path_of(cast), behind | {"seen": "completed"})
    assert (
        forged.status == 409 and "You can't change this participant's status to the one you chose." in forged
    )


def test_the_pathway_page_says_which_practitioner_held_the_initial_meeting(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    new = {"name": "Robin", "word": "lighthouse", "kind": NOT_BOOKED, "site": "epsom"}
    assert enter.priya.post("/caseload/new", new).status == 200
    place = re.findall(r"/participants/[0-9a-f-]{36}", enter.priya.get("/caseload").text)[-1]
    assert "referred" in enter.priya.get(place) and "None booked." in enter.priya.get(place)
    meets = {"kind": "initial_meeting", "day": "2026-12-01", "time": "10:00", "site": "epsom"}
    assert "initial meeting" in enter.priya.post(f"{place}/appointments", meets, of=place)
    step = {"to": "suitable", "day": "2026-11-24", "seen": "initial_meeting"}
    assert "If possible, the same practitioner" in enter.priya.post(f"{place}/path", step)
    assert "You held the initial meeting." in enter.priya.get(f"{place}/path")
    clock.forward(minutes=1)
    over = {"to": f"{cast.daniel.viewer.account_id}", "reason": "He is nearer."}
    assert enter.priya.post(f"{place}/handover", over).path == "/caseload"
    page = enter.daniel.get(f"{place}/path")
    assert "Priya held the initial meeting." in page and "He is nearer." in page


def test_a_participant_is_told_about_their_new_practitioner(enter: SimpleNamespace, cast: Cast) -> None:
    assert enter.sam.get("/my/practitioner").status == 404
    cast.priya.hands_over(cast.sam, cast.daniel, "Words for the staff alone.")
    home = enter.sam.get("/my/")
    assert "You now work with Daniel." in home and "you worked with Priya" in home
    page = enter.sam.get("/my/practitioner")
    assert "Until Tuesday 24 November you worked with Priya." in page and "What comes with you" in page
    assert "Words for the staff alone." not in page and "Words for the staff alone." not in home
    assert "You now work with" not in enter.sam.get("/my/")
    assert enter.sam.get("/my/practitioner").status == 200


def test_everything_that_a_former_practitioner_wrote_shows_their_name(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    draft = Feedback({"the-week": "A week to be glad of."}, "", cast.priya.reads(submission).revision)
    review.save_feedback(cast.priya.actor, submission, draft)
    clock.forward(minutes=5)
    cast.priya.hands_over(cast.sam, cast.daniel)
    clock.forward(minutes=5)
    page = enter.daniel.get(f"/submissions/{submission}")
    assert "Priya wrote this." in page
    cast.daniel.releases(submission, whole="Thank you for this.")

    assert "Daniel has sent you feedback." in enter.sam.get("/my/")
    his = enter.sam.get(f"/my/work/{piece}")
    assert said_by(his) == ["Daniel", "Priya", "Priya"]
    theirs = enter.daniel.get(f"/submissions/{submission}")
    assert said_by(theirs) == ["Priya", "Daniel"] and "You sent this feedback" in theirs
    back = cast.daniel.hands_over(cast.sam, cast.priya)
    assert back and "Daniel sent this feedback" in enter.priya.get(f"/submissions/{submission}")


def test_a_suggestion_in_the_plan_still_names_the_former_practitioner_after_a_handover(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    place = f"/participants/{cast.sam.enrolment_id}"
    suggested = {"part": "good", "words": "Walking by the river", "more": "", "stage": ""}
    enter.priya.post(f"{place}/plan/suggestions", suggested)
    row = ("My sister", "Any evening", "")
    items.add(cast.sam.actor, uuid4(), "people", [row], None)
    enter.priya.post(f"{place}/plan/reviews", {"seen": "1", "next_review": "2026-12-22"}, of=f"{place}/plan")
    clock.forward(minutes=5)
    cast.priya.hands_over(cast.sam, cast.daniel)
    clock.forward(minutes=5)
    assert said_by(enter.sam.get("/my/")) == ["Priya"]
    assert "Read what Priya suggests" in enter.sam.get("/my/plan")
    link = re.findall(r"/my/plan/suggestions/[0-9a-f-]{36}", enter.sam.get("/my/plan").text)[0]
    page = enter.sam.get(link)
    assert said_by(page) == ["Priya"] and "Daniel can read your plan at any time" in page
    enter.sam.post(link, {"words": "Walking by the river", "more": "", "stage": ""})
    assert "Suggested by Priya" in enter.sam.get("/my/plan")
    versions = enter.sam.get("/my/plan/versions")
    assert (
        "You added Priya's suggestion to your plan." in versions
        and "Priya noted that you both looked at your plan again." in versions
    )
    assert "Priya noted that they and Sam looked at the plan again together" in enter.daniel.get(
        f"{place}/plan/versions"
    )


def test_a_lead_hands_over_a_former_practitioners_caseload(enter: SimpleNamespace, cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    cast.sam.submits(piece)
    assert cast.owen and cast.daniel and "without a practitioner" not in enter.margaret.get("/lead/")
    assert enter.priya.get("/caseload").status == 200
    leaving = f"/admin/staff/{cast.priya.viewer.account_id}/leaving"
    assert "Marked as left." in enter.alex.post(leaving)
    assert enter.priya.get("/caseload").path == "/sign-in"

    home = enter.margaret.get("/lead/")
    assert "2 participants are without a practitioner" in home and "Priya has left." in home
    assert "one submitted, not read" in home
    waiting = enter.sam.get("/my/")
    assert "Priya has left. The service is arranging who'll work with you next." in waiting
    assert "Whoever works with you next will read your work." in waiting and "next see Priya" not in waiting
    caseload = f"/lead/staff/{cast.priya.viewer.account_id}/caseload"
    page = enter.margaret.get(caseload)
    assert not any(name in page for name in ("Sam", "Owen", "week of choices"))
    who = re.findall(r'name="who" value="([0-9a-f-]{36})"', page.text)
    form = {"who": who, "to": f"{cast.daniel.viewer.account_id}", "reason": "Priya has left."}
    assert "2 participants are handed over." in enter.margaret.post(caseload, form)
    assert "without a practitioner" not in enter.margaret.get("/lead/")
    assert "A week of choices" in enter.daniel.get("/caseload")
    assert "You now work with Daniel." in enter.sam.get("/my/")


def test_a_lead_cannot_hand_over_a_caseload_that_changed_after_the_form_was_opened(
    enter: SimpleNamespace, cast: Cast
) -> None:
    caseload = f"/lead/staff/{cast.priya.viewer.account_id}/caseload"
    form = {
        "who": [str(cast.sam.enrolment_id), str(cast.owen.enrolment_id)],
        "to": f"{cast.daniel.viewer.account_id}",
        "reason": "She is on long leave.",
    }
    enter.margaret.get(caseload)
    cast.priya.hands_over(cast.owen, cast.daniel)
    page = enter.margaret.post(caseload, form)
    assert page.status == 409 and "She is on long leave." in page and "we didn't hand anybody over" in page


def test_the_last_administrator_and_the_last_lead_cannot_leave(enter: SimpleNamespace, cast: Cast) -> None:
    for last in (cast.alex, cast.margaret):
        leaving = f"/admin/staff/{last.viewer.account_id}/leaving"
        assert "until somebody else in the same role has joined." in enter.alex.get(leaving)
        page = enter.alex.post(leaving, of="/admin/staff")
        assert page.status == 409 and "until somebody else in the same role has joined." in page


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([PathwayState.COMPLETED], "Whenever you like, you can still open your plan"),
        (
            [PathwayState.COMPLETED, PathwayState.REVIEWS],
            "you'll still meet your practitioner now and then to look back.",
        ),
        (
            [PathwayState.ENDED_EARLY],
            "Until Monday 22 February 2027 you can open your plan and what we wrote to you",
        ),
        (
            [PathwayState.ENDED_EARLY, PathwayState.CLOSED],
            "Until Wednesday 24 November 2027 you can open your plan and what we wrote to you",
        ),
    ],
)
def test_a_participant_sees_which_pages_stay_open_after_the_programme(
    enter: SimpleNamespace, cast: Cast, steps: list[PathwayState], words: str
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(piece, "the-week", "6")
    cast.priya.moves(cast.sam, *steps)
    home = enter.sam.get("/my/")
    assert words in home and "Not needed any more" in home and "We've kept what you said." in home
    assert "Carry on" not in home and "Due before" not in home and "progress" not in home.text
    page = enter.sam.get(f"/my/work/{piece}")
    assert (
        "You don't need to do this work any more." in page and "Save and continue" not in page and "6" in page
    )
    theirs = enter.priya.get(f"/participants/{cast.sam.enrolment_id}")
    assert "no longer needed" in theirs and "1 of" not in theirs


@pytest.mark.parametrize("state", [PathwayState.NOT_SUITABLE, PathwayState.NOT_NOW])
def test_the_start_page_does_not_show_participants_why_they_were_not_accepted_for_the_programme(
    enter: SimpleNamespace, cast: Cast, state: PathwayState
) -> None:
    sam = cast.sam
    with cast.store.writing(cast.now, cast.priya.viewer) as tx:
        row = enrolments.enrolment(tx, sam.viewer, lock=True)
        enrolments.add_step(tx, row, NewStep(PathwayState.INITIAL_MEETING, cast.now.date(), ""))
        tx.commit()
    cast.priya.moves(cast.sam, state, reason="Words for the staff.")
    home = enter.sam.get("/my/")
    assert "Until Thursday 24 December 2026 you can still write to Priya," in home
    assert "Words for the staff." not in home and "not suitable" not in home.text.lower()
    assert "Look at my plan" not in home


def test_the_handover_notice_stays_until_the_new_practitioner_reads_why(
    enter: SimpleNamespace, cast: Cast
) -> None:
    cast.priya.hands_over(cast.sam, cast.daniel, "I move to another site.")
    board = enter.daniel.get("/caseload")
    assert "New to you" in board and "Handed over by Priya" in board
    assert "I move to another site." in enter.daniel.get(path_of(cast))
    assert "New to you" not in enter.daniel.get("/caseload")


def test_pages_say_who_can_read_notes_after_a_handover(enter: SimpleNamespace, cast: Cast) -> None:
    page = f"/participants/{cast.sam.enrolment_id}"
    for address in (page, f"{page}/notes"):
        told = enter.priya.get(address)
        assert "You, the lead and whoever works with Sam after you can read these." in told
        assert "Only you and the lead" not in told
    assert "plan, messages, your notes, pathway and reasons" in enter.priya.get(f"{page}/handover")
    cast.priya.notes_on(cast.sam, "He walks by the river.")
    cast.sam.writes("May I bring my notebook?")
    cast.priya.hands_over(cast.sam, cast.daniel)
    assert "He walks by the river." in enter.daniel.get(f"{page}/notes")
    assert "May I bring my notebook?" in enter.daniel.get(f"{page}/messages")
    assert "your plan and your messages come with you" in enter.sam.get("/my/")
    assert "your plan and your messages." in enter.sam.get("/my/practitioner")


def test_a_new_practitioner_is_told_what_was_handed_over_to_them(enter: SimpleNamespace, cast: Cast) -> None:
    cast.priya.notes_on(cast.sam, "Begin with the evenings.")
    cast.priya.hands_over(cast.sam, cast.daniel, "I am away for a year.")
    page = enter.daniel.get(f"/participants/{cast.sam.enrolment_id}/taken-on")
    for words in (
        "New to you: Sam",
        "I am away for a year.",
        "You haven't met Sam yourself yet.",
        "You can read the earlier note.",
        "You read and answer messages from now on.",
        "You can't see messages or notes that",
    ):
        assert words in page, words
    assert "Begin with the evenings." not in page


def test_the_practitioner_is_told_which_records_are_not_handed_over(
    enter: SimpleNamespace, cast: Cast
) -> None:
    sam = f"/participants/{cast.sam.enrolment_id}"
    page = enter.priya.get(f"{sam}/handover")
    assert "doesn't go with them, and you'll lose it" in page and "that you haven't sent or saved" not in page
    typing = {"words": "Half a mess", "then": "typing", "tab": "one", "beat": "1", "draft_seen": "0"}
    assert enter.priya.post(f"{sam}/messages/draft", typing, of=f"{sam}/messages").status == 200
    assert "that you haven't sent or saved" in enter.priya.get(f"{sam}/handover")


def test_every_page_about_a_session_gives_the_sessions_number(enter: SimpleNamespace, cast: Cast) -> None:
    sam = f"/participants/{cast.sam.enrolment_id}"
    met = cast.met(cast.sam.enrolment_id, days=3)
    for path in (sam, f"{sam}/brief", f"/appointments/{met}/attendance", f"/appointments/{met}/agreed"):
        found = enter.priya.get(path)
        assert re.search(r"Session [12]\b", found.text), path
