"""Test the pages of a practitioner's queue and the search by name."""

import html
import re
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from flask import Flask

from companion.cli.demo.people import a_session
from companion.services.meetings import schedule
from companion.store.meetings import appointments
from tests.cast import Cast
from tests.counting import counted
from tests.crowd import fill
from tests.fixtures import Clock
from tests.visitor import Page, Visitor
from tests.web.practitioner.test_after_session import sends

ROW = re.compile(r"<li>(.*?)</li>", re.DOTALL)


def lines(page: Page) -> list[str]:
    """Return the text of each row in the queue."""
    found = ROW.findall(page.text.partition('<ol class="queue">')[2].partition("</ol>")[0])
    words = [html.unescape(re.sub(r"<[^>]+>", " ", row)).replace("\N{NO-BREAK SPACE}", " ") for row in found]
    return [" ".join(row.split()) for row in words]


def presses(page: Page) -> list[str]:
    """Return the URLs to which the buttons in the queue's rows lead."""
    queue = page.text.partition('<ol class="queue">')[2].partition("</ol>")[0]
    return [html.unescape(each) for each in re.findall(r'<a class="btn \w+" href="([^"]+)"', queue)]


def onward(page: Page) -> str:
    """Return the URL of the link *Next in your queue*."""
    (address,) = set(re.findall(r'href="(/caseload/next[^"]*)">Next in your queue', page.text))
    return html.unescape(address)


def done(cast: Cast) -> UUID:
    cast.sam.finishes(work := cast.priya.sets(cast.sam, "a-week-of-choices"))
    return cast.sam.submits(work)


def test_each_queue_row_shows_the_task_the_participant_and_the_reason(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    submission = done(cast)
    concern = cast.owen.tells("I need to say this.")
    cast.owen.writes("May I bring my notebook?")
    page = enter.priya.get("/caseload")
    assert "3 things to do, the most pressing first" in page
    told, message, read = lines(page)
    assert told.startswith(
        f"Concern Owen {cast.owen.reference} Told us something that can't wait, on Tuesday"
    )
    assert "new" in told and "to be assigned by" in told and told.endswith("Open the concern about Owen")
    assert "Message Owen" in message and "Please read by Wednesday 25 November." in message
    assert read.startswith(f"To read Sam {cast.sam.reference} A week of choices Sent on Tuesday 24 November")
    assert "answers to talk about." in read and read.endswith("Read A week of choices, Sam")
    ways = presses(page)
    assert [way.partition("?")[0] for way in ways] == [
        f"/concerns/{concern}",
        f"/participants/{cast.owen.enrolment_id}/messages",
        f"/submissions/{submission}",
    ]
    for way in ways:
        assert enter.priya.get(way).status == 200, way

    clock.forward(days=5)
    enter.priya.sign_in(cast, cast.priya)
    rows = lines(enter.priya.get("/caseload"))
    assert [row.partition(" Sam")[0].partition(" Owen")[0] for row in rows] == [
        *("Concern", "To answer", "After the session", "After the session"),
        *("Nothing booked", "Nothing booked"),
    ]
    assert rows[1].endswith("Give feedback A week of choices, Sam") and "and already read." in rows[1]
    assert "Session on Thursday 26 November, 2 pm: attendance isn't recorded." in rows[2]
    assert "In the programme, but no session for 3 days. Book a session for Sam" in rows[4]
    assert "No session is booked." in enter.priya.get("/caseload")
    for way in presses(enter.priya.get("/caseload")):
        assert enter.priya.get(way).status == 200, way


def test_the_queue_shows_a_participants_previous_work_if_they_have_none_now(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    (row,) = lines(enter.priya.get("/caseload") if cast.sam else Page(0, "", "", {}))
    assert row.startswith("Nothing set Sam") and "No work has been set before." in row
    assert "You meet on Thursday 26 November, 2 pm." in row and row.endswith("Set work for Sam")
    submission = done(cast)
    cast.priya.releases(submission, whole="Thank you.")
    clock.forward(days=2, hours=3)
    schedule.add_appointment(
        cast.priya.actor, cast.sam.enrolment_id, uuid4(), a_session(cast.now + timedelta(days=1))
    )
    enter.priya.sign_in(cast, cast.priya)
    rows = lines(enter.priya.get("/caseload"))
    assert "Last set: A week of choices." in rows[-1]
    assert "answers to talk about." in rows[0] and rows[0].startswith("To talk about Sam"), "feedback or not"
    assert "You meet on Friday 27 November, 5 pm." in rows[0] and rows[0].endswith("Brief for Sam")


def test_an_empty_queue_page_says_when_the_next_session_is(cast: Cast, enter: SimpleNamespace) -> None:
    cast.priya.sets(cast.sam, "a-week-of-choices")
    page = enter.priya.get("/caseload")
    assert lines(page) == [] and "Nothing to do now" in page
    assert "Everything has been read, answered, noted, set and booked." in page
    assert "Tuesday. You meet Sam on Thursday." in " ".join(html.unescape(page._words).split())
    assert "Participants by next session" in page


def test_following_the_next_task_links_visits_every_task_in_the_queue(
    cast: Cast, enter: SimpleNamespace
) -> None:
    submission = done(cast)
    cast.owen.writes("May I bring my notebook?")
    priya: Visitor = enter.priya
    page = priya.get(presses(priya.get("/caseload"))[0])
    assert page.path.endswith("/messages")
    sent = priya.post(
        page.path + "?" + presses_query(page),
        {"once": page.field("once"), "words": "Please do.", "draft_seen": "0", "tab": "one", "beat": "0"},
        of=page.path,
    )
    assert "Message sent." in sent
    page = priya.get(onward(sent))
    assert page.path == f"/submissions/{submission}"
    action = re.findall(r'formaction="(/submissions/[^"]+/release[^"]*)"', page.text)[0]
    released = priya.post(
        html.unescape(action),
        {"seen": page.field("seen"), "tab": "one", "beat": "0", "comment-": "Thank you."},
        of=page.path,
    )
    assert released.path == page.path
    page = priya.get(onward(released))
    assert page.path.endswith("/brief"), "what is to be talked about, though its feedback is sent"
    page = priya.get(onward(page))
    assert page.path == "/caseload" and "That's the end of your queue. One thing is still to do." in page
    assert len(lines(page)) == 1 and "Next in your queue" not in page


def presses_query(page: Page) -> str:
    """Return the part of the page's URL that gives the position in the queue."""
    (found,) = set(re.findall(r'action="[^"]*/messages\?(queue=[^"]+)"', page.text))
    return found


def test_a_forged_queue_position_causes_no_error(cast: Cast, enter: SimpleNamespace) -> None:
    submission = done(cast)
    for made_up in ("", "x", "3", "9" * 3000, "%00", "3.1.1." + "0" * 32):
        for path in (f"/submissions/{submission}?queue=", "/caseload/next?queue=", "/caseload?after="):
            assert enter.priya.get(path + made_up).status == 200, (path, made_up)
    assert "Next in your queue" not in enter.priya.get(f"/submissions/{submission}?queue=x")
    assert "Next in your queue" not in enter.priya.get(f"/submissions/{submission}")


def test_a_link_in_the_queue_still_works_after_the_task_is_done(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    """The task in the queue may already have been done in another window, or by the covering practitioner."""
    submission = done(cast)
    cast.owen.writes("May I bring my notebook?")
    today = cast.now.date()
    cast.priya.is_away(today, today, cast.daniel)
    hers, covers = enter.priya.get("/caseload"), enter.daniel.get("/caseload")
    assert len(lines(covers)) == 1 and "You are reading for Priya, who is away." in lines(covers)[0]
    assert "A week of choices" not in covers and "Sam" not in covers
    message, read = presses(hers)
    assert enter.daniel.get(presses(covers)[0]).status == 200
    assert lines(enter.daniel.get("/caseload")) == []
    assert "May I bring my notebook?" in enter.priya.get(message)
    assert len(lines(enter.priya.get("/caseload"))) == 1
    cast.priya.releases(submission, whole="Thank you.")
    assert "Thank you." in enter.priya.get(read)
    assert enter.priya.get(onward(enter.priya.get(read))).path.endswith("/brief")


def test_a_long_queue_shows_twenty_rows_per_page(cast: Cast, clock: Clock, enter: SimpleNamespace) -> None:
    fill(cast.store, cast.priya.viewer.account_id, 60, cast.now, caseload=60)
    clock.forward(days=60)
    page, seen = enter.priya.get("/caseload"), []
    told = re.search(r"(\d+) things to do", page.text)
    assert told and int(told[1]) > 100 and "Back to the start" not in page
    while True:
        assert len(lines(page)) <= 20
        seen += presses(page)
        further = re.search(r'href="(/caseload\?after=[^"]+)">Show more', page.text)
        if not further:
            break
        page = enter.priya.get(html.unescape(further[1]))
        assert "Back to the start" in page
    assert len(seen) == len(set(seen)) == int(told[1])


def test_the_queue_needs_no_more_sql_statements_for_a_larger_caseload(
    app: Flask, cast: Cast, enter: SimpleNamespace
) -> None:
    done(cast)
    cast.owen.tells("I need to say this.")

    def opens(path: str) -> int:
        with counted(app.extensions["store"]) as said:
            assert enter.priya.client.get(path).status_code in (200, 302)
        return len(said)

    for path in ("/caseload", "/caseload/next"):
        opens(path)
    few = [opens(path) for path in ("/caseload", "/caseload/next")]
    fill(cast.store, cast.priya.viewer.account_id, 90, cast.now, caseload=90)
    assert [opens(path) for path in ("/caseload", "/caseload/next")] == few


@pytest.mark.parametrize("typed", ["sam", " SAM ", "am", "{reference}"])
def test_a_participant_can_be_found_by_part_of_their_name(
    typed: str, cast: Cast, enter: SimpleNamespace
) -> None:
    sam, _ = cast.sam, cast.owen
    page = enter.priya.post("/caseload/find", {"find": typed.format(reference=sam.reference)}, of="/caseload")
    assert page.path == f"/participants/{sam.enrolment_id}"


def test_a_search_by_name_lists_only_the_practitioners_own_participants(
    cast: Cast, enter: SimpleNamespace
) -> None:
    cast.another("Samir")
    page = enter.priya.post("/caseload/find", {"find": "sam"}, of="/caseload") if cast.sam else None
    assert page and "2 of your participants match." in page and "Samir" in page
    for typed in ("idris", cast.idris.reference, "<b>", "\u200b", "x" * 5000):
        page = enter.priya.post("/caseload/find", {"find": typed}, of="/caseload")
        assert page.status == 200 and "None of your participants has a name or reference like that." in page
        assert "<b>" not in page.text.partition("<main")[2].partition('class="notice"')[0]
    assert enter.priya.post("/caseload/find", {"find": "  "}, of="/caseload").path == "/caseload"


def test_a_search_by_name_puts_no_name_into_a_url(cast: Cast, enter: SimpleNamespace) -> None:
    assert cast.sam
    board = enter.priya.get("/caseload")
    form = re.search(r'<form class="find"[^>]*>', board.text)
    assert form and 'method="post"' in form[0]


def test_recording_attendance_from_the_queue_leads_to_the_queues_next_row(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    assert cast.sam
    clock.forward(days=3)
    priya: Visitor = enter.priya
    with cast.store.reading() as tx:
        (meeting,) = appointments.appointments(tx, cast.sam.enrolment_id)
    way = presses(priya.get("/caseload"))[0]
    assert way.startswith(f"/appointments/{meeting.id}/")
    noted = sends(priya, priya.get(way), way, attendance="attended")
    assert "Saved: attendance." in noted and noted.path == f"/participants/{cast.sam.enrolment_id}"
    assert priya.get(onward(noted)).path.endswith("/sessions"), "nothing is booked after it"
