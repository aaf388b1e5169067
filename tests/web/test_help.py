"""Test the contents, size and caching of the help page and ``help.json``."""

import html
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from msgspec.structs import replace
from werkzeug.test import TestResponse

from companion.content import shipped_directory
from companion.domain.signposts.editing import find, put
from companion.domain.signposts.opening_hours import Hours, ToBeConfirmed, Weekly
from companion.domain.signposts.signposts import Need, Signpost
from companion.domain.time.london import LONDON
from companion.web.public.help import LONGEST_CACHED
from tests.fixtures import Clock
from tests.visitor import Visitor

SHIPPED = shipped_directory()
LIGHT = 10_000
"""The limit in bytes on the help page and all its files."""
DOCUMENT = Path(__file__).parents[2] / "docs/help-json.md"
EVERY_STATE = [
    "2026-11-24 12:00",  # the helpline is open
    "2026-11-24 23:00",  # the helpline is closed until tomorrow
    "2026-12-24 22:00",  # the helpline is closed, and the next day is a bank holiday
    "2026-12-25 12:00",  # the helpline is open, but may have different hours on the bank holiday
    "2026-12-31 23:59",  # the helpline is closed until next year
]


def words(page: str, section: str = "") -> str:
    """Return the visible text of the page or of one section."""
    number = list(Need).index(Need(section)) + 1 if section else 0
    found = re.search(rf'<section id="part-{number}">.*?</section>', page, re.DOTALL) if section else None
    text = re.sub(r"<[^>]+>", " ", found[0] if found else page)
    return " ".join(html.unescape(text).replace("\N{NO-BREAK SPACE}", " ").split())


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=LONDON)


def opened(app: Flask, moment: datetime, path: str = "/help", **headers: str) -> TestResponse:
    """Return the response to a request made at this time."""
    with time_machine.travel(moment, tick=False):
        return app.test_client().get(path, headers=headers)


def seconds(response: TestResponse) -> int:
    assert response.cache_control.public and response.cache_control.max_age is not None
    return response.cache_control.max_age


def let_say(app: Flask, *changed: Signpost) -> None:
    says = SHIPPED
    for signpost in changed:
        says = put(says, signpost)
    snapshot = app.extensions["snapshot"]
    with snapshot.turn():
        snapshot.write(says)


def helpline(**changes: Any) -> Signpost:
    found = find(SHIPPED, "helpline")
    assert found
    return replace(found, **changes)


@pytest.mark.parametrize("moment", EVERY_STATE)
@pytest.mark.parametrize("path", ["/help", "/en/help"])
def test_the_help_page_is_small_and_loads_only_two_files(app: Flask, path: str, moment: str) -> None:
    client, page = app.test_client(), opened(app, at(moment), path).text
    parts = re.findall(r'<(?:link|script|img|source|iframe)[^>]*(?:href|src)="([^"]+)"', page)
    assert len(parts) == 2 and "<script" not in page and "url(" not in client.get(parts[1]).text
    assert len(page.encode()) + sum(len(client.get(part).data) for part in parts) < LIGHT


def test_the_help_page_has_a_neutral_title(visitor: Visitor) -> None:
    page = visitor.get("/help")
    assert "<title>Get help - Companion</title>" in page.text
    assert 'aria-label="Leave this site">Leave</button>' in page
    assert re.search(r'<a href="/help"[^>]*>Get help</a>', page.text)
    assert 'action="/leave"' in page.text and "csrf" not in page.text


def test_the_help_page_says_who_can_help_with_each_need(app: Flask) -> None:
    page = opened(app, at("2026-11-24 12:00")).text
    assert "Nobody is told that you opened this page. We don't count or record" in words(page)
    said = {need: words(page, need) for need in Need}
    assert all(said.values())
    assert "Call 999" in said[Need.CHILD_IN_DANGER]
    assert "Call 116 123" in said[Need.HURT_MYSELF] and "Text SHOUT to 85258" in said[Need.HURT_MYSELF]
    assert "Call +44 1372 847 161 You'll have to pay for this call." in said[Need.IRELAND]
    for way in ("live chat", "message", "text", "interpreter", "Welsh", "Call 0808 1000 900"):
        assert way in said[Need.DEAF_OR_LANGUAGE], way
    assert "Call the Helpline" in said[Need.JOIN] and "Call 0808 1000 900" in said[Need.JOIN]
    for signpost in SHIPPED.signposts:
        for way in signpost.ways:
            assert f'href="{html.escape(way.href)}"' in page


def test_links_within_the_help_page_do_not_reveal_what_kind_of_help_somebody_needs(app: Flask) -> None:
    """The browser's history stores the whole URL, including the part after the #."""
    page = opened(app, at("2026-11-24 12:00")).text
    fragments = re.findall(r' (?:id="|href="#)([^"]*)"', page)
    assert len(fragments) > 20
    assert {re.sub(r"\d+", "", each) for each in fragments} == {"part-", "entry-"}


def test_the_help_page_begins_with_what_to_do_in_danger(app: Flask) -> None:
    night = opened(app, at("2026-11-24 23:00")).text
    assert re.findall(r"<h2>([^<]+)</h2>", night)[:2] == ["A child is in danger now", "I might hurt myself"]
    for need in Need:
        said = words(night, need)
        closed, always = said.find("Closed now."), said.rfind("Open day and night.")
        assert -1 in (closed, always) or always < closed, need
    assert words(night, Need.DEAF_OR_LANGUAGE).index("Shout") < words(night, Need.DEAF_OR_LANGUAGE).index(
        "Helpline"
    )


def test_the_help_page_does_not_describe_emergency_numbers_as_free(app: Flask) -> None:
    page = opened(app, at("2026-11-24 12:00")).text
    danger = words(page, Need.CHILD_IN_DANGER)
    assert "Call 999 Open day and night." in danger and "Free" not in danger
    assert "Call 112 Call 999 Open day and night." in words(page, Need.IRELAND)
    assert "Call 116 123 Free." in words(page, Need.HURT_MYSELF)


def test_the_help_page_shows_each_signpost_in_full_only_once(app: Flask) -> None:
    page = opened(app, at("2026-11-24 12:00")).text
    # the opening hours appear once for each of the Helpline's numbers
    assert words(page).count("Monday to Thursday: 9 am to 9 pm") == 2
    sure = [signpost for signpost in SHIPPED.signposts if signpost.says_when_checked]
    assert words(page).count("Last checked on Tuesday 24 November 2026.") == len(sure)
    for card in page.split('<div class="signpost"')[1:]:
        assert not ("Last checked" in card and "to be confirmed" in card.lower())
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-24 12:00", "Free. Open now, until 9 pm."),
        ("2026-11-24 21:00", "Free. Closed now. Opens on Wednesday 25 November at 9 am."),
        ("2026-11-27 17:00", "Closed now. Opens on Monday 30 November at 9 am."),
        (
            "2026-12-24 22:00",
            "Closed now. Usually opens on Friday 25 December at 9 am. The hours may be different",
        ),
        ("2026-12-25 12:00", "Usually open now, until 5 pm. The hours may be different on the bank holiday."),
        ("2026-12-31 23:59", "Usually opens on Friday 1 January 2027 at 9 am. The hours may be different"),
        ("2026-10-25 01:30", "Closed now. Opens on Monday 26 October at 9 am."),
        ("2028-02-29 08:00", "Closed now. Opens on Tuesday 29 February at 9 am."),
    ],
)
def test_the_help_page_says_whether_a_service_is_open_now(app: Flask, moment: str, said: str) -> None:
    page = words(opened(app, at(moment)).text, Need.OWN_BEHAVIOUR)
    assert said in page and "We haven't confirmed these hours yet." in page


def test_the_help_page_is_correct_for_opening_hours_past_midnight(app: Flask) -> None:
    night = Hours(days=("saturday",), start="22:00", until="02:00", over_midnight=True)
    nights = Weekly(hours=(night,), nations=("wales",), on_bank_holidays="open")
    let_say(app, helpline(when=nights))
    said = "Open now, until Sunday 29 November at 2 am."
    assert said in words(opened(app, at("2026-11-28 23:00")).text, Need.OWN_BEHAVIOUR)
    for moment, until in (("2026-11-29 01:00", "Open now, until 2 am."), ("2026-11-29 02:00", "Closed now.")):
        assert until in words(opened(app, at(moment)).text, Need.OWN_BEHAVIOUR)
    let_say(app, helpline(when=ToBeConfirmed()))
    assert "Opening hours: to be confirmed." in words(opened(app, at(moment)).text, Need.OWN_BEHAVIOUR)


def test_a_cached_help_page_expires_before_a_helpline_opens_or_closes(app: Flask) -> None:
    for change in (at("2026-11-24 21:00"), at("2026-11-25 09:00"), at("2026-12-25 09:00")):
        for before in (3600, 61, 60, 59, 30, 1, 0.5):
            for path in ("/help", "/help.json"):
                response = opened(app, change - timedelta(seconds=before), path)
                assert seconds(response) == min(LONGEST_CACHED, int(before))
        assert seconds(opened(app, change)) == LONGEST_CACHED


def test_a_cached_help_page_is_valid_until_something_on_it_changes(app: Flask) -> None:
    for path in ("/help", "/help.json"):
        first = opened(app, at("2026-11-24 12:00"), path)
        tag = first.headers["ETag"]
        again = opened(app, at("2026-11-24 12:01"), path, **{"If-None-Match": tag})
        assert again.status_code == 304 and not again.data and seconds(again) == LONGEST_CACHED
        let_say(app, helpline(confirmed=True))
        changed = opened(app, at("2026-11-24 12:02"), path, **{"If-None-Match": tag})
        assert changed.status_code == 200 and changed.headers["ETag"] != tag
        let_say(app)
    before = opened(app, at("2026-11-24 20:59")).headers["ETag"]
    assert opened(app, at("2026-11-24 21:00"), **{"If-None-Match": before}).status_code == 200


def test_the_help_page_does_not_set_or_depend_on_a_cookie(app: Flask, enter: Any) -> None:
    for path in ("/help", "/en/help", "/help.json"):
        for reply in (enter.sam.client.get(path), app.test_client().get(path)):
            assert "Set-Cookie" not in reply.headers and "Cookie" not in reply.headers.get("Vary", "")


def test_setting_the_clock_back_changes_only_the_opening_times_on_the_help_page(app: Flask) -> None:
    let_say(app, helpline(note=None))
    late = opened(app, datetime(2026, 11, 24, 21, 0, tzinfo=UTC))
    early = opened(app, datetime(2026, 11, 24, 20, 59, 30, tzinfo=UTC))
    assert "Closed now." in words(late.text, Need.OWN_BEHAVIOUR)
    assert "Open now, until 9 pm." in words(early.text, Need.OWN_BEHAVIOUR) and seconds(early) == 30
    assert "You can speak" not in early.text


def test_pages_of_other_sites_may_read_help_json(app: Flask, clock: Clock) -> None:
    response = app.test_client().get("/help.json", headers={"Origin": "https://elsewhere.example"})
    assert response.mimetype == "application/json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    said = response.json
    assert said["format"] == 1 and said["needs"] == list(Need)
    assert [each["id"] for each in said["signposts"]] == [each.id for each in SHIPPED.signposts]
    assert not re.search("open now|closed now|state|until_now", response.text, re.IGNORECASE)


def test_the_document_about_help_json_matches_the_real_file(app: Flask) -> None:
    text = DOCUMENT.read_text()
    block = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert block
    shown, said = json.loads(block[1]), app.test_client().get("/help.json").json
    assert shown.keys() == said.keys() and shown["format"] == said["format"]
    assert shown["needs"] == said["needs"][: len(shown["needs"])]
    by_id = {each["id"]: each for each in said["signposts"]}
    assert [by_id[each["id"]] for each in shown["signposts"]] == shown["signposts"]
    for name in [*said["needs"], *_every_key(said)]:
        assert f"`{name}`" in text or f"{name}`" in text or f'"{name}"' in text, name


def _every_key(data: Any) -> set[str]:
    if isinstance(data, dict):
        return data.keys() | {key for value in data.values() for key in _every_key(value)}
    return {key for each in data for key in _every_key(each)} if isinstance(data, list) else set()


def test_the_help_pages_button_for_leaving_stays_visible_on_large_screens(
    app: Flask,
) -> None:
    """On a small or magnified screen, the header scrolls away."""
    style = app.test_client().get("/static/css/help.css").text
    assert "header{position:sticky;top:0;" in style and "scroll-padding-top:5rem" in style
    small = style.partition("@media(max-width:18em),(max-height:30em)")[2]
    assert small.startswith("{html{scroll-padding:0}header{position:static}}")
