"""Test who can see the pages for messages, notes and absences."""

import html
import re
from datetime import date
from types import SimpleNamespace

import pytest
from flask import Flask

from companion.domain.enrolments.pathway import PathwayState
from companion.services.messages import notes
from companion.store.rate_limits import LIMITS
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.things import things_of
from tests.visitor import Page
from tests.web.participant.plan.keeping import posts
from tests.web.participant.test_tell import pages

CANARY = "canary 5f1c9d"
TYPED = "May I bring my notebook?"


def box(page: Page) -> str:
    """Return the contents of the message box."""
    found = re.search(r'<textarea id="words"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    assert found
    return found[1]


def said(page: Page) -> str:
    """Return a page's text without its markup."""
    words = html.unescape(re.sub(r"<[^>]+>", " ", page.text)).replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(words.split())


def test_an_unread_message_is_late_after_the_promised_day(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    """The page promised on Tuesday that somebody would read the message by Wednesday."""
    cast.sam.writes(TYPED)
    assert "Not read yet. We'll read your message by Wednesday 25 November." in said(
        enter.sam.get("/my/messages")
    )
    clock.forward(hours=24)
    board = said(enter.priya.get("/caseload"))
    assert "Message due today" in board and "One message, since" in board and "Message overdue" not in board
    assert reference(cast) not in said(enter.margaret.get("/lead/board?show=needs-a-look"))
    clock.forward(hours=12)
    for name in ("sam", "priya", "margaret"):
        getattr(enter, name).sign_in(cast, getattr(cast, name))

    board = said(enter.priya.get("/caseload"))
    assert f"Message overdue Sam {reference(cast)} One message, since Tuesday 24 November, 2 pm." in board
    assert "It was due to be read by Wednesday 25 November." in board
    lead = said(enter.margaret.get("/lead/board?show=needs-a-look"))
    assert reference(cast) in lead and "One message to read late since Thursday 26 November" in lead
    page = said(enter.sam.get("/my/messages"))
    assert "Not read yet. We should have read your message by Wednesday 25 November." in page
    assert "We should have read your message of Tuesday 24 November by Wednesday 25 November" in page
    assert "will read your message by" not in page

    enter.priya.get(f"/participants/{cast.sam.enrolment_id}/messages")
    assert "One message" not in said(enter.priya.get("/caseload"))
    assert reference(cast) not in said(enter.margaret.get("/lead/board?show=needs-a-look"))
    assert "Priya will read your message by Friday 27 November." in said(enter.sam.get("/my/messages"))


def test_a_later_absence_does_not_change_the_promised_day_for_reading_a_message(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    cast.sam.writes(TYPED)
    cast.priya.is_away(date(2026, 11, 25), date(2026, 12, 8))
    clock.forward(hours=36)
    assert "We should have read your message by Wednesday 25 November." in said(enter.sam.get("/my/messages"))
    assert cast.daniel
    cast.priya.is_away(date(2026, 11, 25), date(2026, 12, 8), cast.daniel)
    assert "One new message late since Thursday 26 November" in said(enter.daniel.get("/caseload"))


def reference(cast: Cast) -> str:
    """Return Sam's reference, as staff see it on the pages."""
    return cast.sam.reference


def test_the_message_box_says_who_will_read_the_message(enter: SimpleNamespace, cast: Cast) -> None:
    page = enter.sam.get("/my/messages")
    assert (
        "Priya reads messages on working days. Priya will read your message by Wednesday 25 November."
        in said(page)
    )
    for words in (
        "Please leave out sexual detail, descriptions of images, and anything that could identify a child.",
        "Once you've sent a message, nobody can change it or take it back.",
        "Messages aren't for urgent help.",
        "tell us here",
        "I need help now",
        'href="tel:999"',
    ):
        assert words in page

    away = cast.priya.is_away(date(2026, 11, 25), date(2026, 12, 8))
    page = enter.sam.get("/my/messages")
    assert "Priya is away from Wednesday 25 November to Tuesday 8 December." in page
    assert "Priya will read your message by Wednesday 9 December." in page
    enter.priya.post(f"/away/{away}/removal", of="/away")
    assert cast.daniel
    cast.priya.is_away(date(2026, 11, 24), date(2026, 12, 8), cast.daniel)
    page = enter.sam.get("/my/messages")
    assert "Priya is away until Tuesday 8 December." in page
    assert "Daniel, another practitioner, will read your message by Wednesday 25 November." in page


def test_no_page_promises_that_a_former_practitioner_will_read_messages(
    enter: SimpleNamespace, cast: Cast
) -> None:
    enter.sam.get("/my/messages")
    cast.alex.marks_as_left(cast.priya)
    page = said(enter.sam.get("/my/messages"))
    assert "Priya has left. The service is arranging who'll work with you next." in page
    assert "will read your message by" not in page and "reads messages on working days" not in page


def test_a_typed_message_is_kept_if_the_participant_can_no_longer_read_messages(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    address = f"/participants/{cast.sam.enrolment_id}/messages"
    cast.priya.moves(cast.sam, PathwayState.COMPLETED, PathwayState.CLOSED)
    clock.forward(days=366)
    page = enter.priya.get(address)
    assert "Sam can't read messages here any more." in said(page) and 'id="words"' not in page
    page = enter.priya.post(address, {"words": TYPED}, of="/account")
    assert page.status == 422 and "This person can't get messages any more" in said(page)
    assert box(page) == TYPED


def test_the_start_page_says_who_has_sent_a_new_message(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    assert "has written to you" not in said(enter.sam.get("/my/"))
    cast.sam.writes(TYPED)
    cast.priya.reads_messages_of(cast.sam)
    cast.priya.writes_to(cast.sam, "Please do.")
    home = enter.sam.get("/my/")
    assert "Priya has written to you" in said(home) and 'href="/my/messages#new"' in home
    page = enter.sam.get("/my/messages")
    assert re.search(r'class="new-from" id="new"[^>]*autofocus.*?Please do\.', page.text, re.DOTALL)
    assert "Read on Tuesday 24 November, 2 pm by Priya" in page and 'role="log"' in page
    again = enter.sam.get("/my/messages")
    assert "new-from" not in again.text and again.text.count('id="new"') == 1
    assert "has written to you" not in said(enter.sam.get("/my/"))
    assert "Not read yet" not in enter.priya.get(f"/participants/{cast.sam.enrolment_id}/messages")


def test_messages_typed_in_two_windows_are_both_kept(enter: SimpleNamespace, cast: Cast) -> None:
    draft = {"then": "typing", "draft_seen": "0", "words": "From the first"}
    one = enter.sam.post("/my/messages/draft", {**draft, "tab": "one"}, of="/my/messages")
    assert one.status == 200
    other = {**draft, "words": "From the second", "tab": "two", "once": ""}
    assert enter.sam.post("/my/messages/draft", other, of="/my/messages").status == 409
    page = enter.sam.post("/my/messages", other)
    assert page.status == 200 and "From the second" in page and box(page) == "From the first"


def test_sending_the_same_message_form_twice_sends_one_message(enter: SimpleNamespace, cast: Cast) -> None:
    once = enter.sam.get("/my/messages").field("once")
    for _ in range(2):
        page = enter.sam.post("/my/messages", {"words": TYPED, "once": once})
    assert page.text.count(TYPED) == 1


def test_a_long_message_sent_after_the_session_locked_is_not_lost(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    token, long = enter.sam.token("/my/messages"), "Word and word " * 280
    form = {"csrf_token": token, "page": "/my/messages", "words": long}
    clock.forward(minutes=16)
    reply = enter.sam.client.post("/my/messages/draft", data={**form, "then": "typing", "tab": "one"})
    assert reply.json and reply.json["locked"]
    assert enter.sam.client.get("/my/messages").status_code == 302
    form["words"] = long + "at last"
    assert enter.sam.client.post("/my/messages", data=form).location == "/sign-in?next=/my/messages"
    enter.sam.sign_in(cast, cast.sam)
    page = enter.sam.get("/my/messages")
    assert box(page) == (long + "at last").strip() and "Word and word" not in cast_words(cast)
    sent = posts(enter.sam, "/my/messages", "/my/messages", words=box(page))
    assert sent.status == 200 and cast_words(cast) == (long + "at last").strip()


def cast_words(cast: Cast) -> str:
    return " ".join(message.words for message in cast.priya.reads_messages_of(cast.sam).messages)


@pytest.mark.parametrize("then", ["help", "tell"])
def test_the_help_page_leads_back_to_the_unfinished_message(
    enter: SimpleNamespace, cast: Cast, then: str
) -> None:
    form = {"words": TYPED, "then": then, "tab": "one", "draft_seen": "0"}
    page = enter.sam.post("/my/messages/draft", form, of="/my/messages")
    assert page.path == ("/my/plan/pause" if then == "help" else "/my/tell")
    assert "Back to my message" in page and 'href="/my/messages#new"' in page.text
    assert box(enter.sam.get("/my/messages")) == TYPED


def test_the_hourly_limit_does_not_lose_the_message_text(
    enter: SimpleNamespace, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "message.thread", 1)
    cast.sam.writes("The first")
    page = enter.sam.post("/my/messages", {"words": TYPED})
    assert page.status == 429 and int(page.headers["Retry-After"]) <= 3600
    assert "You've sent a lot of messages in the last hour." in page and "Wait 60 minutes" in page
    assert box(page) == TYPED == box(enter.sam.get("/my/messages"))


def test_earlier_messages_are_on_separate_pages(
    enter: SimpleNamespace, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "message.thread", 1000)
    for number in range(1, 53):
        cast.sam.writes(f"Message {number}.")
    page = enter.sam.get("/my/messages")
    assert "Message 3." in page and "Message 2." not in page and "?before=3#new" in page.text
    earlier = enter.sam.get("/my/messages?before=3")
    assert "Message 2." in earlier and "Message 3." not in earlier and "Earlier" not in earlier
    assert "<textarea" not in earlier.text and "Go to the newest messages" in earlier
    for odd in ("-1", "x", "9" * 5000, "٣", "%00"):
        assert enter.sam.get(f"/my/messages?before={odd}").status == 200


def test_a_concern_can_be_raised_from_a_message_or_a_note(enter: SimpleNamespace, cast: Cast) -> None:
    sam = f"/participants/{cast.sam.enrolment_id}"
    cast.sam.writes(f"I feel very low. {CANARY}")
    cast.priya.writes_to(cast.sam, "I will ring you.")
    cast.priya.notes_on(cast.sam, f"He sounded low. {CANARY}")
    for page, said in (
        (f"{sam}/messages", "From the participant's message of Tuesday 24 November, 2 pm."),
        (f"{sam}/notes", "This concern comes from a note (Tuesday 24 November, 2 pm)."),
    ):
        (link,) = re.findall(r'href="([^"]+/concerns/new[^"]+)"', enter.priya.get(page).text)
        form = enter.priya.get(link)
        assert said in form and CANARY not in form
        carried = {name: form.field(name) for name in ("from_message", "from_note", "once")}
        wrong = enter.priya.post(f"{sam}/concerns/new", {**carried, "words": ""}, of=link)
        assert wrong.status == 422 and said in wrong
        raised = enter.priya.post(f"{sam}/concerns/new", {**carried, "words": "Very low."}, of=link)
        assert raised.path == page and "Concern raised." in raised
    assert "concern" not in enter.sam.get("/my/messages").text.lower()
    worklist = enter.margaret.get("/lead/concerns")
    links = re.findall(r'href="(/lead/concerns/[0-9a-f-]{36})"', worklist.text)
    found = [enter.margaret.get(link) for link in links]
    for origin in ("From the participant's message of", "This concern comes from a note"):
        assert [origin in page for page in found].count(True) == 1
    assert all(CANARY not in page for page in found)


def test_a_covering_practitioner_sees_a_participants_messages_but_no_other_part_of_the_record(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    cast.sam.writes(TYPED)
    assert cast.owen and cast.daniel and "Messages while" not in enter.daniel.get("/caseload")
    cast.priya.is_away(date(2026, 11, 24), date(2026, 11, 24), cast.daniel)
    board, sam = enter.daniel.get("/caseload"), f"/participants/{cast.sam.enrolment_id}"
    assert "Messages while Priya is away" in board and "Sam" in board and "One new message" in board
    assert "Owen" not in board and TYPED not in board
    page = enter.daniel.get(f"{sam}/messages")
    assert TYPED in page and "see nothing else about Sam" in page
    reply = posts(enter.daniel, f"{sam}/messages", f"{sam}/messages", words="Bring it.")
    assert "Bring it." in reply
    link = re.search(r'href="([^"]+/concerns/new[^"]+)"', page.text)
    assert link and enter.daniel.get(link[1]).status == 200
    for closed in ("", "/notes", "/plan", "/work/new", "/concerns/new"):
        assert enter.daniel.get(f"{sam}{closed}").status == 404
    assert "Daniel has written to you" in said(enter.sam.get("/my/"))
    clock.forward(hours=10)
    enter.daniel.sign_in(cast, cast.daniel)
    assert enter.daniel.get(f"{sam}/messages").status == 404
    assert "Messages while" not in enter.daniel.get("/caseload")


def test_no_participants_page_shows_that_notes_exist(app: Flask, enter: SimpleNamespace, cast: Cast) -> None:
    assert cast.margaret
    things = things_of(cast, cast.sam, cast.priya)
    before = pages(app, enter.sam, things)
    cast.priya.notes_on(cast.sam, CANARY)
    page = enter.priya.get(f"/participants/{cast.sam.enrolment_id}/notes")
    assert CANARY in page
    reference = re.search(r'class="ref">([^<]+)<', page.text)
    assert reference
    look = {"reference": reference[1].lower(), "purpose": "concern", "reason": f"A worry. {CANARY}"}
    opened = enter.margaret.post("/lead/looks", look)
    for what in ("", "/notes", "/plan", "/messages", f"/submissions/{things['submission_id']}"):
        assert ("He talks more easily" in enter.margaret.get(f"{opened.path}{what}")) == (what == "/notes")
    assert pages(app, enter.sam, things) == before
    seen = enter.priya.get(f"/participants/{cast.sam.enrolment_id}")
    assert "Lead access to this record" in seen and f"A worry. {CANARY}" in seen


def test_the_start_page_shows_what_was_agreed_in_the_last_session(enter: SimpleNamespace, cast: Cast) -> None:
    assert "Last time you agreed" not in enter.sam.get("/my/")
    meeting = cast.met(cast.sam.enrolment_id)
    sam, page = f"/participants/{cast.sam.enrolment_id}", f"/appointments/{meeting}/agreed"
    assert f"/appointments/{meeting}/after" in enter.priya.get(sam).text
    assert posts(enter.priya, page, page, agreed="A walk a day.").path == sam
    home = enter.sam.get("/my/")
    assert "Last time you agreed" in home and "A walk a day." in home
    stale = enter.priya.post(page, {"agreed": "Two walks a day.", "seen": "0"})
    assert stale.status == 409 and "A walk a day." in stale and "Two walks a day." in stale
    again = enter.priya.post(page, {"agreed": "Two walks a day.", "seen": stale.field("seen")})
    assert again.path == sam and "Two walks a day." in enter.sam.get("/my/")
    with cast.store.reading() as tx:
        assert notes.notes.last_agreed(tx, cast.sam.enrolment_id).revision == 2
    soon = enter.priya.get(sam)
    to_come = re.search(r"/appointments/([0-9a-f-]{36})/time", soon.text)
    assert to_come and enter.priya.get(f"/appointments/{to_come[1]}/agreed").status == 409
