"""Test the pages on which participants report a concern. A participant's report of a concern must not
show on any of their other pages.
"""

import logging
import re
from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from companion.services.concerns.report import set_rules
from companion.store.concerns import concerns
from companion.store.outbox import Outgoing
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.for_whom import WHOM, address, rules
from tests.security.things import things_of
from tests.stored import stored
from tests.visitor import Page, Visitor

CANARY = "canary 5f1c9d"
PARTICIPANTS = ("participant", "signed in")
PASSING = re.compile(r'name="(?:csrf_token|once|tab)" value="[^"]*"|[0-9]{4}-[0-9]{4}-[0-9]{4}')
"""Patterns for text that is different each time a page is shown."""


def pages(app: Flask, browser: Visitor, things: dict[str, Any]) -> dict[str, str]:
    """Return the text of a participant's pages, without text that always changes."""
    found = {}
    for rule in rules(app, "GET"):
        if WHOM[rule.endpoint] in PARTICIPANTS:
            path = address(app, rule, things)
            found[path] = PASSING.sub("", browser.client.get(path).text)
    assert {"/my/", "/my/tell", "/my/about-my-practitioner", "/account"} <= found.keys() and len(found) > 8
    return found


@pytest.fixture
def things(cast: Cast) -> dict[str, Any]:
    """Return Sam's records, including a concern that Priya has raised."""
    assert cast.margaret
    return things_of(cast, cast.sam, cast.priya)


def test_no_participants_page_shows_that_a_concern_was_raised(
    app: Flask, enter: SimpleNamespace, cast: Cast, things: dict[str, Any]
) -> None:
    before = pages(app, enter.sam, things)
    concern = cast.priya.raises(cast.sam, f"He sounds very low. {CANARY}")
    cast.priya.opens(concern)
    cast.margaret.takes(concern)
    cast.margaret.passes_on(concern, f"The duty team {CANARY}")
    assert pages(app, enter.sam, things) == before
    cast.margaret.closes(concern, CANARY)
    assert pages(app, enter.sam, things) == before


@pytest.mark.parametrize("path", ["/my/tell", "/my/about-my-practitioner"])
def test_a_concerns_text_never_appears_on_the_participants_pages(
    app: Flask, enter: SimpleNamespace, cast: Cast, things: dict[str, Any], path: str
) -> None:
    before = pages(app, enter.sam, things)
    receipt = enter.sam.post(path, {"words": CANARY})
    assert receipt.status == 200 and "Thank you. It's been sent." in receipt and CANARY not in receipt
    assert enter.sam.post(path, {"words": CANARY + "x" * 5000}).status == 422
    assert pages(app, enter.sam, things) == before


def test_an_open_concern_does_not_change_the_erasure_requests_page(
    app: Flask, enter: SimpleNamespace, cast: Cast, things: dict[str, Any]
) -> None:
    """Sam has an open concern and Owen has none."""
    said = []
    for browser in (enter.sam, enter.owen):
        token = browser.token("/my/held")
        for _ in range(2):
            reply = browser.client.post("/my/erasure", data={"csrf_token": token})
            assert (reply.status_code, reply.location) == (303, "/my/held#told")
        page = browser.get("/my/held").text
        said.append(page[page.index('id="erasure"') :].partition("</section>")[0])
    assert (
        said[0] == said[1]
        and "is considering your request, and you'll hear from us within one month." in said[0]
    )
    before = pages(app, enter.sam, things)
    cast.priya.raises(cast.sam, "He sounds very low.")
    assert pages(app, enter.sam, things) == before
    seen = enter.margaret.get("/lead/erasures")
    assert "2 open concerns." in seen and "No legal hold and no open concern." in seen
    assert "Sam" not in seen and "Owen" not in seen


def test_the_tell_us_page_says_who_reads_the_message(enter: SimpleNamespace, cast: Cast) -> None:
    assert cast.margaret
    page = enter.sam.get("/my/tell")
    for said in (
        "Priya and Margaret will read what you tell us.",
        "The leads look after safety in the service, and each lead can read this.",
        "By Wednesday 25 November, 12 noon, Margaret will deal with what you tell us.",
        "at weekends and on bank holidays, nobody reads what you send.",
        "Open day and night.",
        "Open now, until 9 pm.",
        "Anything that shows who a child is, if that child has been abused or is at risk of it.",
        "Please leave out sexual detail and descriptions of images.",
    ):
        assert said in page, said
    for number in ("999", "0808 1000 900", "116 123"):
        assert f"Call {number}" in page
    about = enter.sam.get("/my/about-my-practitioner")
    assert (
        "Only the service's leads can read this." in about
        and "Priya won't see what you send, and won't be told if a lead opens your record because of it."
        in about
    )
    assert "01372 847 160" in about and "contact@lucyfaithfull.org.uk" in about


def test_the_tell_us_page_names_nobody_who_will_be_away(enter: SimpleNamespace, cast: Cast) -> None:
    margaret, ruth = (str(lead.viewer.account_id) for lead in (cast.margaret, cast.ruth))
    rules = {"lead": margaret, "cover": ruth, "away_from": "2026-11-25", "away_until": "2026-11-27"}
    limits = {"hour": "12", "take_days": "1", "finish_days": "1", "hours_until_all": "2"}
    set_rules(cast.margaret.actor, rules | limits, 0)
    cast.priya.is_away(date(2026, 11, 25), date(2026, 11, 27), cast.daniel)
    page = enter.sam.get("/my/tell")
    assert (
        "Ruth will read what you tell us." in page
        and "By Wednesday 25 November, 12 noon, Ruth will deal with what you tell us." in page
    )
    assert "Priya is away until Friday 27 November and can read this after that day." in page
    assert "Margaret" not in page and "Daniel" not in page
    raising = enter.priya.get(f"/participants/{cast.sam.enrolment_id}/concerns/new")
    assert "Margaret and Ruth will be told at once. Ruth will take it on by" in raising
    cast.alex.marks_as_left(cast.priya)
    page = enter.sam.get("/my/tell")
    assert "Whoever works with you next can read this too." in page
    assert "Priya" not in page and "next practitioner" not in page
    about = enter.sam.get("/my/about-my-practitioner")
    assert (
        "Priya won't see what you send, and won't be told if a lead opens your record because of it." in about
        and "Margaret" not in about
    )
    told = enter.sam.post("/my/tell", {"words": CANARY})
    assert "Ruth will read what you tell us." in told and "Margaret" not in told and "Priya" not in told


def test_the_tell_us_page_says_who_will_read_the_message_even_if_no_lead_is_named(
    enter: SimpleNamespace,
) -> None:
    assert "Priya and the service's leads will read what you tell us." in enter.sam.get("/my/tell")
    assert enter.sam.post("/my/tell", {"words": CANARY}).status == 200


def test_the_tell_us_page_never_links_to_another_participants_work(
    enter: SimpleNamespace, cast: Cast
) -> None:
    own, others = (
        cast.priya.sets(cast.sam, "a-week-of-choices"),
        cast.daniel.sets(cast.idris, "a-week-of-choices"),
    )
    page = enter.sam.get(f"/my/tell?from={own}&change=the-week")
    assert f'href="/my/work/{own}?change=the-week#now"' in page.text and "Back to the question" in page
    told = enter.sam.post("/my/tell", {"words": CANARY, "from": str(own), "change": "the-week"})
    assert f'href="/my/work/{own}?change=the-week#now"' in told.text
    for wrong in (others, "no-id", "//elsewhere.example", ""):
        page = enter.sam.get(f"/my/tell?from={wrong}")
        assert page.status == 200 and "Back to the question" not in page and "Start page" in page


@pytest.mark.parametrize("locked", [False, True], ids=["", "locked"])
def test_an_unfinished_answer_is_saved_before_the_tell_us_page_opens(
    enter: SimpleNamespace, cast: Cast, clock: Clock, locked: bool
) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    page = enter.sam.get(f"/my/work/{work}")
    form = {name: page.field(name) for name in ("csrf_token", "prompt", "seen", "draft_seen", "tab")}
    clock.forward(minutes=16 if locked else 0)
    sent = {**form, "answer": "6", "then": "tell"}
    reply = enter.sam.client.post(f"/my/work/{work}/draft", data=sent)
    assert cast.sam.work(work).drafts["the-week"].typed == {"answer": ["6"]}
    to = reply.location
    if locked:
        assert urlsplit(to).path == "/sign-in"
        here = enter.sam.post(to, {"sign_in_name": "sam", "passphrase": cast.sam.passphrase, **_next(to)})
    else:
        here = enter.sam.get(to)
    assert here.path == "/my/tell" and "Back to the question" in here


def _next(location: str) -> dict[str, str]:
    return {"next": re.sub(r"%([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), location.partition("next=")[2])}


def test_the_tell_us_page_says_if_a_draft_could_not_be_saved(enter: SimpleNamespace, cast: Cast) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    page = enter.sam.get(f"/my/work/{work}")
    form = {name: page.field(name) for name in ("csrf_token", "prompt", "seen", "draft_seen", "tab")}
    cast.sam.types(work, "the-week", "3")
    sent = {**form, "answer": "6", "then": "tell"}
    here = enter.sam._page(enter.sam.client.post(f"/my/work/{work}/draft", data=sent, follow_redirects=True))
    assert here.path == "/my/tell" and "We couldn't save what you typed before," in here


def carried(app: Flask, browser: Visitor) -> dict[str, Any]:
    """Return the contents of the session cookie."""
    cookie = browser.client.get_cookie("companion")
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own
    assert cookie
    said: dict[str, Any] = signer.loads(cookie.value)
    return said


def test_a_report_sent_after_the_session_locked_is_kept(
    app: Flask, enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    page = enter.sam.get(f"/my/tell?from={work}")
    form = {name: page.field(name) for name in ("csrf_token", "page", "once", "from")}
    clock.forward(minutes=16)
    reply = enter.sam.client.post("/my/tell", data={**form, "words": CANARY})
    assert reply.location == "/sign-in"
    assert carried(app, enter.sam)["held"] is True
    assert "tell" not in repr(carried(app, enter.sam))
    assert not [row for rows in stored(cast.store).values() for row in rows if "/my/tell" in row]
    way_in = {"sign_in_name": "sam", "passphrase": cast.sam.passphrase}
    back = enter.sam.post("/sign-in", way_in)
    assert CANARY in back and "Back to the question" in back
    with cast.store.reading() as tx:
        assert concerns.lines(tx, cast.margaret.viewer) == []
    sent = {name: back.field(name) for name in ("csrf_token", "page", "once", "from")}
    assert enter.sam.post("/my/tell", {**sent, "words": CANARY}, of="/my/tell").status == 200
    assert CANARY not in enter.sam.get("/my/tell")
    assert stored(cast.store)["held_forms"] == []


def test_a_concerns_text_never_appears_in_a_notice_or_log(
    enter: SimpleNamespace, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    concern = cast.sam.tells(CANARY)
    assert CANARY in enter.priya.get(f"/concerns/{concern}")
    assert CANARY in enter.margaret.get(f"/lead/concerns/{concern}")
    for who in ("sam", "owen", "idris", "daniel", "alex"):
        for path in (f"/concerns/{concern}", f"/lead/concerns/{concern}", "/lead/concerns", "/nowhere"):
            page: Page = getattr(enter, who).get(path)
            assert page.status == 404 and CANARY not in page
    with cast.store.reading() as tx:
        assert {row.notice for row in tx.scalars(select(Outgoing).where(Outgoing.subject_id == concern))}
    for rows in stored(cast.store).values():
        assert not [row for row in rows if CANARY in row]
    assert CANARY not in caplog.text


def test_a_participants_concern_comes_first_on_the_practitioners_board(
    enter: SimpleNamespace, cast: Cast
) -> None:
    concern = cast.sam.tells(CANARY)
    about = "Told us something that can't wait"
    board = enter.priya.get("/caseload")
    assert about in board and f'href="/concerns/{concern}?' in board.text and CANARY not in board
    assert board.text.index(about) < board.text.index("<table")
    assert "can't wait" not in enter.daniel.get("/caseload")
    cast.margaret.takes(concern)
    cast.margaret.closes(concern, "It is done.")
    assert about not in enter.priya.get("/caseload")
    assert enter.priya.get(f"/concerns/{concern}").status == 200
