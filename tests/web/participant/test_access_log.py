"""Test that withheld entries leave no trace on *Who has read what*."""

import html
import re
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import event

from companion.domain.caseloads import board_query
from companion.services.plan import suggestions
from companion.web.participant import access_log
from tests.cast import Cast
from tests.fixtures import Clock
from tests.services.records.test_access_log import everything_of_staff
from tests.visitor import Page
from tests.web.test_messages import said

PAGE = "/my/record"


def reference(cast: Cast, page: Page) -> str:
    found = re.search(r'class="ref">([^<]+)<', page.text)
    assert found
    return html.unescape(found[1])


def body(page: Page) -> str:
    """Return the page's text without its CSRF token."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page.text)


def test_the_access_log_says_who_read_what_and_when(enter: SimpleNamespace, cast: Cast, clock: Clock) -> None:
    assert cast.margaret and "There's nothing on this page yet." in enter.sam.get(PAGE)
    piece = cast.priya.sets(cast.sam, "hopes-and-fears")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    clock.forward(minutes=10)
    enter.priya.get(f"/submissions/{submission}")
    clock.forward(days=1)
    cast.margaret.looks_at(cast.sam, "asked", "He asked me to. Nobody else reads this.")
    enter.sam.sign_in(cast, cast.sam)
    words = said(enter.sam.get(PAGE))
    assert re.search(
        r"Wednesday 25 November Margaret \(the service's lead\) opened your record at your request"
        r"\. Tuesday 24 November Priya \(your practitioner\) read your answers to [^.]*Hopes and fears",
        words,
    ), words
    # a gap between times of day could reveal a withheld entry
    assert not re.search(r"\d (am|pm)", words)
    assert "Nobody else reads this" not in words
    assert "We may withhold some records" in words and "ask Margaret, the service's lead" in words
    assert PAGE in enter.sam.get("/account").text


def test_the_access_log_shows_that_a_lead_has_read_a_correction_request(
    enter: SimpleNamespace, cast: Cast
) -> None:
    correction = cast.sam.says_is_wrong("My site.", "Epsom.")
    assert enter.margaret.get(f"/lead/corrections/{correction}").status == 200
    assert "Margaret (the service's lead) read your request to correct your record." in said(
        enter.sam.get(PAGE)
    )


def test_withheld_entries_do_not_change_a_byte_of_the_access_log_page(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    assert cast.margaret  # the page names Margaret as the contact person
    for _ in range(3):
        suggestions.read(cast.priya.actor, cast.sam.enrolment_id)
        clock.forward(days=1)
    enter.sam.sign_in(cast, cast.sam)
    before = body(enter.sam.get(PAGE)), body(enter.sam.get("/account")), body(enter.sam.get("/my/"))
    everything_of_staff(cast)
    assert (body(enter.sam.get(PAGE)), body(enter.sam.get("/account")), body(enter.sam.get("/my/"))) == before


def test_withheld_entries_leave_no_gaps_in_the_access_log(
    enter: SimpleNamespace, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (board_query, access_log):
        monkeypatch.setattr(module, "PAGE", 2)
    for _ in range(4):
        suggestions.read(cast.priya.actor, cast.sam.enrolment_id)
        everything_of_staff(cast)
        clock.forward(days=1)
    enter.sam.sign_in(cast, cast.sam)
    first, last = enter.sam.get(PAGE), enter.sam.get(f"{PAGE}?page=2")
    assert "Page 1 of 2" in first and "27 November" in first and "25 November" not in first
    assert "25 November" in last and "24 November" in last and "Earlier" not in last
    for odd in ("0", "-1", "x", "9" * 5000, "٣", "3"):
        assert enter.sam.get(f"{PAGE}?page={odd}").status == 200


def test_showing_a_longer_access_log_runs_no_extra_sql_statements(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    def statements() -> int:
        seen: list[str] = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731
        engine = enter.sam.client.application.extensions["store"]._engine
        event.listen(engine, "before_cursor_execute", listen)
        enter.sam.get(PAGE)
        event.remove(engine, "before_cursor_execute", listen)
        return len(seen)

    assert cast.margaret  # the page names Margaret
    suggestions.read(cast.priya.actor, cast.sam.enrolment_id)
    enter.sam.get(PAGE)
    few = statements()
    for _ in range(9):
        clock.forward(days=1)
        suggestions.read(cast.priya.actor, cast.sam.enrolment_id)
        everything_of_staff(cast)
    enter.sam.sign_in(cast, cast.sam)
    assert statements() == few


def test_participants_see_a_withheld_entry_once_a_lead_decides_to_show_it(
    enter: SimpleNamespace, cast: Cast
) -> None:
    everything_of_staff(cast)
    name = reference(cast, enter.priya.get(f"/participants/{cast.sam.enrolment_id}"))
    listed = enter.margaret.get(f"/lead/withheld?find={name.lower().replace('-', ' ')}")
    assert "still withheld" in listed and "Sam" not in listed and "A note." not in listed
    entries = re.findall(r"<b>(.*?)</b>.*?(/lead/withheld/[0-9a-f-]+/[0-9a-f-]+)", listed.text, re.DOTALL)
    notes = next(link for kind, link in entries if kind.strip() == "Notes")
    page = enter.margaret.post(notes, {"shown": "yes", "reason": "He asked, and it is over.", "seen": "0"})
    assert page.path == "/lead/withheld" and "shown from now on, decided by Margaret" in said(page)
    assert "Priya (your practitioner) read the notes that the service keeps about you." in said(
        enter.sam.get(PAGE)
    )
    stale = enter.margaret.post(notes, {"shown": "no", "reason": "Not yet.", "seen": "0"})
    assert stale.status == 409 and "Not yet." in stale and "He asked, and it is over." in stale
    assert enter.margaret.post(notes, {"shown": "no", "reason": "Not yet.", "seen": "1"}).status == 200
    assert "the notes that the service keeps" not in said(enter.sam.get(PAGE))
    assert "No participant has this reference" in enter.margaret.get("/lead/withheld?find=Z0-000")


def test_hiding_lead_access_from_the_practitioner_needs_a_second_lead(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    assert cast.sam and "There's no second lead" in enter.margaret.get("/lead/looks")
    assert cast.ruth and "Another lead must agree first" in enter.margaret.get("/lead/looks")
    look = cast.margaret.looks_at(cast.sam, "practice", "To see it.", later=True)
    assert "One request for lead access is waiting for a second lead" in enter.ruth.get("/lead/")
    assert "waiting for a second lead" not in said(enter.margaret.get("/lead/"))
    place = f"/lead/looks/{look}"
    own = enter.margaret.get(f"{place}/decision")
    assert "Withdraw" in own and "Agree: tell" not in own
    assert enter.margaret.get(place).status == 409
    agreed = enter.ruth.post(f"{place}/agreement", {"reason": "It may."}, of=f"{place}/decision")
    assert "You've agreed." in agreed
    opened = enter.margaret.post(f"{place}/opening", of=f"{place}/decision")
    assert opened.path == place and "The practitioner hasn't been told yet that you have access." in opened
    assert "Lead access" not in enter.priya.get(f"/participants/{cast.sam.enrolment_id}")
    assert enter.ruth.get(place).status == 404
    assert "Tell the practitioner now" in enter.ruth.get(f"{place}/decision")
    enter.ruth.post(f"{place}/telling", of=f"{place}/decision")
    page = said(enter.priya.get(f"/participants/{cast.sam.enrolment_id}"))
    for words in (
        "Lead access to this record",
        "To see it.",
        "Ruth agreed to tell the practitioner later",
        "It may.",
    ):
        assert words in page
    clock.forward(minutes=30)
    enter.margaret.sign_in(cast, cast.margaret)
    over = enter.margaret.get(place)
    assert over.status == 409 and "Your 30 minutes of lead access have ended." in over
    assert UUID(str(look))


def test_a_closed_concern_cannot_be_the_reason_for_lead_access(enter: SimpleNamespace, cast: Cast) -> None:
    assert cast.sam and cast.owen and cast.margaret
    offered = 'name="purpose" value="concern"'
    assert offered not in enter.margaret.get("/lead/looks")
    concern = cast.priya.raises(cast.owen, "He sounded very low.")
    page = enter.margaret.get("/lead/looks")
    assert offered in page and f"Open now: {cast.owen.reference}" in page
    sent = {"reference": cast.sam.reference, "purpose": "concern", "reason": "To see what was said."}
    refused = enter.margaret.post("/lead/looks", sent, of="/lead/looks")
    assert refused.status == 422 and "There's no open concern about this person." in refused
    assert "To see what was said." in refused
    cast.margaret.closes(concern, "It is done.")
    assert offered not in enter.margaret.get("/lead/looks")
