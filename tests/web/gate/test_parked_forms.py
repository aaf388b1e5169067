"""Test downloads, corrections and erasures of personal data."""

import html
import json
import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import msgspec
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from companion.config import Settings
from companion.domain.activities.activity import Accepted, Activity
from companion.domain.activities.readability import wording
from companion.services.records import corrections, erasure
from companion.store import audit
from companion.store.audit import AuditEntry
from companion.store.base import Store
from companion.store.records.erased_list import ErasedList
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.things import things_of
from tests.services.authoring.test_drafts import changes, sets
from tests.services.authoring.test_tailored import adapts
from tests.visitor import Visitor

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}=cmd|' /C calc'!A0"
HIDDEN = "canary"
"""The tests put this word into texts that a participant's download must not contain."""


class Inert(HTMLParser):
    """A parser that refuses pages with scripts, links, forms or anything that a browser would load."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "img", "iframe", "object", "embed", "link", "form", "base"}, tag
        for name, value in attrs:
            assert not name.startswith("on") and name not in {"href", "src", "style", "action"}, (tag, name)
            assert not (value or "").lower().startswith("javascript:")


def takes(browser: Visitor, form: str) -> TestResponse:
    return browser.client.post(
        "/my/held/download", data={"csrf_token": browser.token("/my/held"), "form": form}
    )


def texts(value: Any) -> list[str]:
    """Return every string in nested lists and dictionaries."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [value] if isinstance(value, str) else []


def sets_with_a_warning_accepted(cast: Cast) -> None:
    """Set an activity. Priya has accepted a warning about the activity, with a reason."""

    def accepted(activity: Activity) -> Activity:
        first, *others = activity.prompts
        prompts = (msgspec.structs.replace(first, ask=f"{'and then ' * 30}what?"), *others)
        found = wording(msgspec.structs.replace(activity, prompts=prompts))
        reasons = [
            Accepted(warning=each.key, prompt=each.prompt, reason=f"{HIDDEN} reason") for each in found
        ]
        assert reasons
        return msgspec.structs.replace(activity, prompts=prompts, accepted=tuple(reasons))

    sets(cast, changes(cast, adapts(cast).activity_id, accepted))


def a_full_life(cast: Cast) -> None:
    """Add every kind of record about Sam."""
    things = things_of(cast, cast.sam, cast.priya)
    cast.priya.notes_on(cast.sam, f"{HIDDEN} note")
    cast.priya.raises(cast.sam, f"{HIDDEN} concern")
    cast.sam.tells(f"{HIDDEN} told")
    cast.margaret.holds(cast.sam, "legal", f"{HIDDEN} hold")
    cast.priya.releases(things["submission_id"], whole="That was a good walk.")
    sets_with_a_warning_accepted(cast)
    work = cast.priya.sets(cast.sam, "hopes-and-fears")
    cast.sam.types(work, cast.sam.work(work).activity.prompts[0].id, "Half a sentence")
    cast.sam.writes(HOSTILE)


def test_a_participant_downloads_all_their_records_except_notes_and_concerns(
    enter: SimpleNamespace, cast: Cast
) -> None:
    a_full_life(cast)
    reply = takes(enter.sam, "json")
    assert reply.status_code == 200 and reply.mimetype == "application/json"
    assert reply.headers["Content-Disposition"] == "attachment; filename=notes.json"
    assert "no-store" in reply.headers["Cache-Control"]
    whole = json.loads(reply.data)
    found = whole["held"]
    assert (whole["format"], found["accounts"][0]["name"]) == (2, "Sam")
    for table, column, words in (
        ("accounts", "sign_in_name", "sam"),
        ("messages", "words", HOSTILE),
        ("messages", "words", "Please bring your notebook."),
        ("comments", "body", ["", "That was a good walk."]),
        ("corrections", "content", {"wrong": "My name.", "should": "Sammy."}),
        ("set_work", "set_by", "Priya"),
        ("drafts", "typed", None),
    ):
        assert [row for row in found[table] if words is None or row[column] == words], (table, words)
    assert found["set_work"][0]["activity"]["prompts"]
    said = "\n".join(texts(whole))
    assert HIDDEN not in said and "He sounded very low" not in said
    for secret in ("argon2", "hash", "concern_since", "hold"):
        assert secret not in json.dumps(found)
    assert {"concerns", "holds", "notes", "looks", "look_steps", "disclosures", "group_members"}.isdisjoint(
        found
    )
    assert "We may withhold some records." in whole["left_out"]


def test_a_downloaded_page_contains_no_script(enter: SimpleNamespace, cast: Cast) -> None:
    a_full_life(cast)
    plain = json.loads(takes(enter.sam, "json").data)["held"]
    reply = takes(enter.sam, "html")
    assert reply.headers["Content-Disposition"] == "attachment; filename=notes.html"
    page = reply.get_data(as_text=True)
    Inert().feed(page)
    assert "<title>Notes</title>" in page
    words = SimpleNamespace(text=re.sub(r"\s+", " ", unescaped(page)))
    for table in ("messages", "agreements", "plan_items", "plan_suggestions", "corrections", "comments"):
        for row in plain[table]:
            for text in spoken(row):
                assert re.sub(r"\s+", " ", text) in words.text, (table, text)
    for text in ("Half a sentence", "That was a good walk.", "Sammy.", "We may withhold some records."):
        assert text in words.text
    assert HIDDEN not in page and "He sounded very low" not in page


def spoken(value: Any) -> list[str]:
    """Return all typed text in this value, including text in nested lists and dictionaries."""
    names = ("words", "more", "wrong", "should", "content")
    if isinstance(value, dict):
        body = [value["body"][1]] if "body" in value else []
        return [*body, *(text for name in names if name in value for text in spoken(value[name]))]
    if isinstance(value, list):
        return [text for each in value for text in spoken(each) if not isinstance(each, str)]
    return [value] if isinstance(value, str) else []


def unescaped(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def test_each_participants_number_of_downloads_is_limited(
    enter: SimpleNamespace, cast: Cast, store: Store, clock: Clock
) -> None:
    assert [takes(enter.sam, "json").status_code for _ in range(6)] == [200] * 5 + [429]
    assert takes(enter.owen, "json").status_code == 200
    clock.forward(minutes=61)
    enter.sam.sign_in(cast, cast.sam)
    assert takes(enter.sam, "html").status_code == 200
    assert takes(enter.sam, "exe").status_code == 422
    with store.reading() as tx:
        seen = tx.scalars(select(AuditEntry).where(AuditEntry.event == audit.Event.HELD_DOWNLOADED)).all()
    sams = [row for row in seen if row.actor_id == cast.sam.viewer.account_id]
    assert len(sams) == 6 and {row.detail for row in seen} == {"json", "html"}


def test_a_legal_hold_does_not_change_a_participants_download(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    def all_of_it() -> tuple[str, bytes]:
        page = enter.sam.get("/my/held").text
        return re.sub(r'name="(?:csrf_token|once)" value="[^"]*"', "", page), takes(enter.sam, "json").data

    assert cast.margaret and cast.sam.asks_to_be_erased()
    before = all_of_it()
    hold = cast.margaret.holds(cast.sam)
    assert all_of_it() == before
    page = enter.margaret.get("/lead/erasures")
    assert "One legal hold." in page
    cast.margaret.lifts(hold)
    assert all_of_it() == before


def test_a_participant_can_ask_the_service_to_correct_their_record(
    enter: SimpleNamespace, cast: Cast
) -> None:
    assert cast.margaret
    page = enter.sam.get("/my/held")
    assert "Margaret, the service's lead, will read your request" in page and "0303 123 1113" in page
    sent = enter.sam.post(
        "/my/held/corrections", {"wrong": "I was there.", "should": "Attended."}, of="/my/held"
    )
    assert sent.path == "/my/held" and "We've passed your request to the service's lead, and" in sent
    again = enter.sam.client.post(
        "/my/held/corrections",
        data={"csrf_token": enter.sam.token("/my/held"), "wrong": "More.", "should": "Words."},
    )
    assert again.status_code == 409 and "More." in again.get_data(as_text=True)
    seen = enter.margaret.get("/lead/corrections")
    assert cast.sam.reference in seen and "I was there." not in seen and "Sam" not in seen
    link = re.search(r"/lead/corrections/[0-9a-f-]{36}", seen.text)
    assert link
    one = enter.margaret.get(link[0])
    assert "I was there." in one
    enter.margaret.post(link[0], {"outcome": "corrected", "answer": "It says so now."}, of=link[0])
    assert "Corrected" in enter.sam.get("/my/held") and "It says so now." in enter.sam.get("/my/held")
    request = cast.sam.asks_to_be_erased()
    erasure.refuse(cast.margaret.actor, request, "must_keep", f"{HIDDEN} why")
    told = enter.sam.get("/my/held")
    assert "the service must keep its records for a set time" in told and HIDDEN not in told
    assert f"{HIDDEN} why" in enter.margaret.get(f"/lead/erasures/{request}")


def test_staff_pages_still_work_after_a_lead_erases_a_participant(
    enter: SimpleNamespace, cast: Cast, settings: Settings, app: Flask
) -> None:
    things = things_of(cast, cast.sam, cast.priya)
    cast.margaret.closes(things["concern_id"], "It is done.")
    cast.margaret.lifts(things["hold_id"])
    assert cast.owen and enter.sam.get("/my/").status == 200
    reference, page = cast.sam.reference, f"/lead/erasures/{things['request_id']}"
    assert "No legal hold and no open concern." in enter.margaret.get(page)
    done = enter.margaret.post(f"{page}/approval", {"reference": reference.lower()}, of=page)
    assert done.path == "/lead/erasures" and "Everything has been erased." in done
    assert ErasedList.at(settings.home).path.exists()
    assert enter.sam.client.get("/my/").status_code == 302
    for browser, paths in (
        (enter.priya, ["/caseload", "/caseload?state=every", "/groups", "/caseload/calendar"]),
        (
            enter.margaret,
            [
                "/lead/",
                "/lead/board?state=every",
                "/lead/concerns/closed",
                "/lead/own-activities",
                "/lead/staff",
                f"/lead/concerns/{things['concern_id']}",
                page,
                "/lead/figures",
                "/lead/corrections",
                f"/lead/staff/{cast.priya.viewer.account_id}/caseload",
                "/lead/holds",
                "/lead/retention",
            ],
        ),
        (enter.alex, ["/admin/staff"]),
    ):
        for path in paths:
            shown = browser.get(path)
            assert shown.status == 200, path
            if "concern" not in path and "erasures" not in path and "holds" not in path:
                assert reference not in shown, path
    for browser, path in ((enter.priya, "/caseload"), (enter.margaret, "/lead/board")):
        assert f"The record of {reference} has been erased" in browser.get(f"{path}?reference={reference}")
    assert "has been erased" not in enter.daniel.get(f"/caseload?reference={reference}")
    for path in ("", "/brief", "/messages", "/notes", "/plan", "/path"):
        assert enter.priya.get(f"/participants/{cast.sam.enrolment_id}{path}").status == 404
    looked = enter.margaret.post(
        "/lead/looks", {"reference": reference, "purpose": "practice", "reason": "To see."}
    )
    assert looked.status == 422 and "No participant has this reference." in looked


def test_a_lead_does_not_lose_what_they_typed_if_another_lead_decides_the_request_first(
    enter: SimpleNamespace, cast: Cast
) -> None:
    request = cast.sam.asks_to_be_erased()
    wrong = cast.owen.says_is_wrong("My name.", "Owain.")
    page, hold = f"/lead/erasures/{request}", cast.margaret.holds(cast.owen)
    token = enter.ruth.token(page)
    erasure.refuse(cast.margaret.actor, request, "in_use", "He goes on.")
    corrections.answer(cast.margaret.actor, wrong, "left", "It stays.")
    cast.margaret.lifts(hold)
    for path, form in (
        (f"{page}/refusal", {"wording": "must_keep", "reason": "kept by Ruth"}),
        (f"{page}/approval", {"reference": "kept by Ruth"}),
        (f"/lead/corrections/{wrong}", {"outcome": "left", "answer": "kept by Ruth"}),
        (f"/lead/holds/{hold}/lifting", {"reason": "kept by Ruth"}),
    ):
        reply = enter.ruth.client.post(path, data={"csrf_token": token, **form})
        assert reply.status_code == 409 and "kept by Ruth" in reply.get_data(as_text=True), path
