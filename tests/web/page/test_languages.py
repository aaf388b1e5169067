"""Test how people choose another language. Test that everything is translated."""

import html
import re
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import unquote
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from companion import content
from companion.cli.demo.people import a_session
from companion.services.authoring import approval
from companion.services.authoring.drafts import take_in
from companion.services.caseloads.add_participant import add_participant
from companion.store.accounts.passphrases import Hasher
from companion.store.activities import library
from companion.store.people import Account, Acknowledgement
from companion.web.page.languages import speak
from companion.web.page.rendering import said
from tests.cast import Cast
from tests.groups import a_group, a_meeting, pieces
from tests.visitor import Page, Visitor
from tests.web.forms import Forms

NOT_NEUTRAL = re.compile(
    r"Lucy|Faithfull|Stop It|child|abuse|offen|sexual|programme|safeguard|plentyn|plant\b|rhaglen", re.I
)
WELSH = {"Accept-Language": "cy-GB, en-GB;q=0.5"}


def spoken(page: Page) -> str:
    found = re.search(r'<html lang="([a-z]+)">', page.text)
    assert found
    return found[1]


def chooses(browser: Visitor, language: str, of: str = "/sign-in") -> Page:
    return browser.post("/language", {"language": language, "page": of}, of=of)


def test_the_help_page_gets_its_language_from_the_url(app: Flask) -> None:
    for path, language, other in (
        ("/help", "en", "/cy/help"),
        ("/en/help", "en", "/cy/help"),
        ("/cy/help", "cy", "/help"),
    ):
        reply = app.test_client().get(path, headers=WELSH)
        assert f'<html lang="{language}">' in reply.text and "Set-Cookie" not in reply.headers
        assert f'href="{other}" hreflang=' in reply.text and "Cookie" not in reply.headers.get("Vary", "")
    assert app.test_client().get("/xx/help").status_code == 404


def test_the_accessibility_statement_can_be_cached_in_each_language(
    app: Flask,
) -> None:
    for path, language, other, heading in (
        ("/accessibility", "en", "/cy/accessibility", "What works"),
        ("/cy/accessibility", "cy", "/accessibility", "Beth sy'n gweithio"),
    ):
        reply = app.test_client().get(path, headers=WELSH)
        words = html.unescape(re.sub(r"<[^>]+>", " ", reply.text))
        assert f'<html lang="{language}">' in reply.text and "Set-Cookie" not in reply.headers
        assert f'href="{other}" hreflang=' in reply.text and heading in words
        assert "<script" not in reply.text and reply.headers["Cache-Control"] == "public, max-age=3600"
        assert not NOT_NEUTRAL.search(words), NOT_NEUTRAL.search(words)
        for help_page in ("/help", "/cy/help"):
            assert 'accessibility"' in app.test_client().get(help_page).text
    assert app.test_client().get("/xx/accessibility").status_code == 404


def test_the_browsers_language_is_used_until_the_person_chooses_another_language(visitor: Visitor) -> None:
    assert spoken(visitor.get("/sign-in")) == "en"
    page = visitor.get("/", **WELSH)
    assert spoken(page) == "cy" and "<h1>Mewngofnodi</h1>" in page.text
    assert spoken(visitor.get("/sign-in", **{"Accept-Language": "fr, de"})) == "en"


def test_a_language_chosen_before_signing_in_applies_to_error_pages(visitor: Visitor) -> None:
    page = chooses(visitor, "cy")
    assert page.path == "/sign-in" and spoken(page) == "cy"
    for path in ("/join", "/nowhere", "/my/plan"):
        assert spoken(visitor.get(path)) == "cy"
    assert 'href="/cy/help"' in visitor.get("/join").text
    assert spoken(chooses(visitor, "en", "/join")) == "en"


@pytest.mark.parametrize("language", ["xx", "", "../cy"])
def test_an_unknown_language_cannot_be_chosen(visitor: Visitor, language: str) -> None:
    page = chooses(visitor, language)
    assert (page.status, page.path, spoken(page)) == (200, "/sign-in", "en")
    assert (
        visitor.post("/language", {"language": "cy", "page": "//elsewhere.example/"}, of="/join").path
        == "/sign-in"
    )


def test_an_account_keeps_its_language_from_one_session_to_the_next(
    cast: Cast, enter: SimpleNamespace, app: Flask
) -> None:
    page = chooses(enter.sam, "cy", "/account")
    assert page.path == "/account" and "<h1>Fy nghyfrif</h1>" in page.text
    elsewhere = Visitor(app)
    assert spoken(elsewhere.sign_in(cast, cast.sam)) == "cy"
    out = elsewhere.post("/sign-out", of="/account")
    assert spoken(out) == "cy" and "wedi allgofnodi" in out
    assert spoken(enter.priya.get("/")) == spoken(enter.owen.get("/my/")) == "en"


def test_staff_pages_are_always_in_english(cast: Cast, enter: SimpleNamespace) -> None:
    chooses(enter.sam, "cy", "/account")
    page = enter.priya.get("/account", **WELSH)
    assert spoken(page) == "en" and 'name="language"' not in page.text
    enter.priya.client.post("/language", data={"csrf_token": enter.priya.token("/account"), "language": "cy"})
    assert spoken(enter.priya.get("/account")) == "en"
    with cast.store.reading() as tx:
        assert tx.get_one(Account, cast.priya.viewer.account_id).language == "en"
    his = enter.priya.get(f"/participants/{cast.sam.enrolment_id}")
    assert "Uses Companion in Welsh" in his


def test_somebody_joining_in_welsh_reads_the_confidentiality_statement_in_welsh(
    app: Flask, cast: Cast, hasher: Hasher
) -> None:
    soon = a_session(cast.now + timedelta(days=3))
    slip = add_participant(cast.priya.actor, hasher, uuid4(), "Kit", "Harbour wall", soon).slip
    browser = Visitor(app)
    chooses(browser, "cy", "/join")
    page = browser.post("/join", {"code": slip.code, "word": "harbour wall"})
    assert (
        content.shipped_statement("cy").title in page and 'lang="en"' not in page.text.partition("<footer")[0]
    )
    browser.acknowledges()
    page = browser.post(
        "/join/account", {"sign_in_name": "kit r", "passphrase": "four green chairs and a lamp"}
    )
    assert page.path == "/my/" and spoken(page) == "cy" and "Helo, Kit." in page
    with cast.store.reading() as tx:
        assert set(tx.scalars(select(Acknowledgement.language))) >= {"en", "cy"}


def approves(cast: Cast, slug: str) -> None:
    """As a lead, approve an activity in every language in which the activity exists."""
    with cast.store.reading() as tx:
        versions = [each for each in library.newest_versions(tx) if each.activity.id == slug]
    for each in versions:
        approval.approve(cast.margaret.actor, each.id, each.revision)


@pytest.fixture
def in_welsh(cast: Cast, enter: SimpleNamespace) -> None:
    """Have Sam use Companion in Welsh, and import the starter activities in Welsh."""
    take_in(cast.store, content.in_each_language(content.starter_activities()), cast.now, shipped=True)
    chooses(enter.sam, "cy", "/account")


@pytest.mark.usefixtures("in_welsh")
def test_work_is_set_in_the_participants_language(cast: Cast, enter: SimpleNamespace) -> None:
    his, owens = (cast.priya.sets(who, "a-week-of-choices") for who in (cast.sam, cast.owen))
    assert cast.sam.work(his).activity.language == "cy" and cast.owen.work(owens).activity.language == "en"
    assert cast.sam.work(his).activity.id == cast.owen.work(owens).activity.id
    page = enter.sam.get(f"/my/work/{his}")
    english = cast.owen.work(owens).activity
    assert english.title not in page and 'lang="en"' not in page.text.partition("<footer")[0]
    cast.sam.finishes(his)
    review = enter.priya.get(f"/submissions/{cast.sam.submits(his)}")
    assert spoken(review) == "en" and '<p lang="cy">' in review.text
    assert f'<span lang="cy">{cast.sam.work(his).activity.title}</span>' in review.text


@pytest.mark.usefixtures("in_welsh")
def test_each_member_of_a_group_gets_work_in_their_own_language(cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets(a_meeting())
    assert group.sets(meeting, "hopes-and-fears") == 2
    assert [pieces(cast, who)[0].language for who in (cast.sam, cast.owen)] == ["cy", "en"]


def test_work_without_a_translation_is_given_to_the_participant_in_english(
    cast: Cast, enter: SimpleNamespace
) -> None:
    chooses(enter.sam, "cy", "/account")
    approves(cast, "a-week-of-choices")
    choosing = enter.priya.get(f"/participants/{cast.sam.enrolment_id}/work/new")
    assert "There's no Welsh version yet." in choosing and "uses Companion in Welsh" in choosing
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    page = enter.sam.get(f"/my/work/{piece}")
    assert "Saesneg" in page and f'<h1><span lang="en">{cast.sam.work(piece).activity.title}' in page.text
    assert '<p lang="en">' in page.text


@pytest.mark.usefixtures("in_welsh")
def test_an_activity_in_two_languages_is_offered_once_when_setting_work(
    cast: Cast, enter: SimpleNamespace
) -> None:
    approves(cast, "a-week-of-choices")
    shelves = enter.priya.get("/activities/")
    assert shelves.text.count(">Welsh<") == len(content.starter_activities())
    choosing = enter.priya.get(f"/participants/{cast.sam.enrolment_id}/work/new")
    assert choosing.text.count('class="choice"') == choosing.text.count("· English, Welsh") == 1
    assert "There's no Welsh version yet." not in choosing


def test_plan_parts_are_translated_unless_a_lead_has_reworded_them(
    cast: Cast, enter: SimpleNamespace
) -> None:
    chooses(enter.sam, "cy", "/account")
    page = enter.sam.get("/my/plan/build/good")
    shipped = content.plan_parts().part("good")
    assert shipped and shipped.title not in page and "Beth sy'n gwneud fy mywyd yn dda" in page
    path = "/lead/plan/parts/good"
    seen = re.search(r'name="seen" value="(\d+)"', enter.margaret.get(path).text)
    assert seen
    words = {"title": "Good days", "ask": "What does you good?"}
    enter.margaret.post(path, {**words, "seen": seen[1]})
    page = enter.sam.get("/my/plan/build/good")
    assert '<span lang="en">Good days</span>' in page.text
    assert '<span lang="en">What does you good?</span>' in page.text


def test_a_signpost_uses_its_translation_or_is_marked_as_english(app: Flask) -> None:
    with app.test_request_context(), app.app_context():
        for words, language, shown in (
            ({"en": "Samaritans"}, "cy", "Y Samariaid"),
            ({"en": "Samaritans", "cy": "Samariaid Cymru"}, "cy", "Samariaid Cymru"),
            ({"en": "A quiet line"}, "cy", '<span lang="en">A quiet line</span>'),
            ({"en": "A quiet line"}, "en", "A quiet line"),
        ):
            speak(language)
            assert said(words) == shown


def test_an_empty_field_shows_the_administrator_the_default_welsh_text(
    enter: SimpleNamespace,
) -> None:
    page = enter.alex.get("/admin/signpost/samaritans")
    assert "Name in Welsh" in page and "If you leave this empty: Y Samariaid" in page
    assert "If you leave this empty: Y" not in enter.alex.get("/admin/signposts/new")


def test_changing_the_language_returns_to_the_same_page(visitor: Visitor) -> None:
    page = visitor.get("/my/plan?again=1")
    fields = Forms(page).of("/language")
    assert unquote(fields["page"][0]) == "/sign-in?next=/my/plan?again=1" and page.path == "/sign-in"
    reply = visitor.client.post("/language", data=fields | {"language": ["cy"]})
    assert reply.status_code == 303 and reply.headers["Location"] == fields["page"][0]
