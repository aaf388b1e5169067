"""Test that a suggested passphrase appears only on the page on which somebody asked for it."""

import re
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace

import pytest
from flask import Flask

from companion.content import passphrase_words
from companion.store.accounts.passphrases import Hasher
from tests.cast import Cast
from tests.fixtures import Clock
from tests.lines import listening
from tests.slips import WORD, Door
from tests.visitor import Page, Visitor

ASKING = {"suggest": "yes"}
JOIN, CHANGE = "/join/account", "/account/signing-in/passphrase"
Opens = Callable[..., Visitor]


def joining(app: Flask, enter: SimpleNamespace, cast: Cast, hasher: Hasher) -> Visitor:
    return behind(app, Door(cast, hasher).for_kit()[0].code)


def choosing_again(app: Flask, enter: SimpleNamespace, cast: Cast, hasher: Hasher) -> Visitor:
    return behind(app, Door(cast, hasher).for_sam().code)


def staff_joining(app: Flask, enter: SimpleNamespace, cast: Cast, hasher: Hasher) -> Visitor:
    return behind(app, Door(cast, hasher).for_staff(cast.daniel).code)


def changing(app: Flask, enter: SimpleNamespace, cast: Cast, hasher: Hasher) -> Visitor:
    return enter.sam


EVERYWHERE = [(joining, JOIN), (choosing_again, JOIN), (staff_joining, JOIN), (changing, CHANGE)]


def behind(app: Flask, code: str) -> Visitor:
    browser = Visitor(app)
    browser.post("/join", {"code": code, "word": WORD})
    if "statement" in browser.get("/join/statement").path:
        browser.acknowledges()
    return browser


def suggested(page: Page) -> str:
    (shown,) = re.findall(r'<p class="code">([^<]+)</p>', page.text)
    assert f'type="password" value="{shown}" autocomplete="new-password"' in page.text
    assert page.text.count(shown) == 2, "to read, and in its field"
    return str(shown)


@pytest.mark.parametrize(("opens", "path"), EVERYWHERE)
def test_everybody_who_chooses_a_passphrase_can_use_a_suggestion(
    app: Flask, enter: SimpleNamespace, cast: Cast, hasher: Hasher, opens: Opens, path: str
) -> None:
    browser = opens(app, enter, cast, hasher)
    page = browser.get(path)
    assert "Suggest a passphrase" in page and 'class="code"' not in page.text
    page = browser.post(path, {**ASKING, "sign_in_name": "somebody new", "passphrase": "half of one"})
    assert (
        page.status == 200
        and "Keep your passphrase where nobody else can find it." in page
        and "half of one" not in page
    )
    drawn = suggested(page)
    assert {*drawn.split()} <= {*passphrase_words("en")} and "Suggest another" in page
    assert path == CHANGE or 'name="sign_in_name" type="text" value="somebody new"' in page.text
    assert suggested(browser.post(path, ASKING)) != drawn
    assert browser.post(path, {"sign_in_name": "somebody new", "passphrase": drawn}).path != path


@pytest.mark.parametrize(("opens", "path"), EVERYWHERE)
def test_a_suggested_passphrase_is_not_stored_or_logged(
    app: Flask, enter: SimpleNamespace, cast: Cast, hasher: Hasher, opens: Opens, path: str
) -> None:
    browser = opens(app, enter, cast, hasher)
    with listening() as said:
        response = browser.client.post(path, data={**ASKING, "csrf_token": browser.token(path)})
    assert response.headers["Cache-Control"] == "no-store" and "Location" not in response.headers
    (drawn,) = re.findall(r'<p class="code">([^<]+)</p>', response.text)
    with browser.client.session_transaction() as cookie:
        kept = f"{dict(cookie)} {said.text} {dict(response.headers)}"
    assert "POST" in said.text
    assert [pair for pair in pairwise(drawn.split()) if " ".join(pair) in kept] == []
    assert drawn not in browser.get(path).text


def test_pressing_enter_sends_the_form_instead_of_asking_for_a_suggestion(
    app: Flask, enter: SimpleNamespace, cast: Cast, hasher: Hasher
) -> None:
    for opens, path in EVERYWHERE:
        form = (
            opens(app, enter, cast, hasher)
            .get(path)
            .text.partition('<form method="post" autocomplete="off">')[2]
        )
        pressed = re.findall(r"<button(?![^>]* type=\"button\")[^>]*>", form)[:2]
        assert ["suggest" in each for each in pressed] == [False, True]


def test_a_refused_form_shows_a_suggested_passphrase_again_but_never_a_passphrase_that_somebody_typed(
    app: Flask, enter: SimpleNamespace, cast: Cast, hasher: Hasher
) -> None:
    browser = joining(app, enter, cast, hasher)
    drawn = suggested(browser.post(JOIN, ASKING))
    taken = cast.sam.sign_in_name
    page = browser.post(JOIN, {"sign_in_name": taken, "passphrase": drawn})
    assert (
        page.status == 422 and "Somebody already has this sign-in name." in page and suggested(page) == drawn
    )
    own = "seven pears in a row of robins"
    assert own not in browser.post(JOIN, {"sign_in_name": taken, "passphrase": own}).text


def test_a_joining_slip_still_works_after_asking_for_a_suggested_passphrase(
    app: Flask, enter: SimpleNamespace, cast: Cast, hasher: Hasher
) -> None:
    slip = Door(cast, hasher).for_kit()[0]
    browser = behind(app, slip.code)
    for _ in range(12):  # people may try fewer sign-in names than this with one slip
        assert browser.post(JOIN, {**ASKING, "sign_in_name": "kit", "passphrase": "x"}).status == 200
    drawn = suggested(browser.post(JOIN, ASKING))
    assert browser.post(JOIN, {"sign_in_name": "kit", "passphrase": drawn}).path == "/my/"


def test_somebody_who_replaces_only_their_second_step_is_not_offered_a_new_passphrase(
    app: Flask, enter: SimpleNamespace, cast: Cast
) -> None:
    whom = f"staff/{cast.daniel.viewer.account_id}/reset"
    enter.alex.post(f"/admin/{whom}")
    slip = enter.margaret.post(f"/lead/{whom}", {"word": WORD, "lost": "second_step"})
    (code,) = re.findall(r'class="code">([^<]+)<', slip.text)
    browser = behind(app, code)
    for page in (browser.get(JOIN), browser.post(JOIN, ASKING)):
        assert page.status == 200 and "Replace your second step" in page
        assert "Suggest" not in page and 'class="code"' not in page.text


def test_a_form_that_requests_a_suggested_passphrase_is_never_stored_for_sending_later(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    token = enter.sam.token(CHANGE)
    clock.forward(minutes=11)
    reply = enter.sam.client.post(CHANGE, data={"csrf_token": token, "page": CHANGE, **ASKING})
    assert reply.location == f"/confirm?next={CHANGE}"
    with enter.sam.client.session_transaction() as cookie:
        assert "held" not in cookie


def test_a_welsh_pages_suggested_passphrase_is_in_welsh(
    app: Flask, enter: SimpleNamespace, cast: Cast, hasher: Hasher
) -> None:
    browser = joining(app, enter, cast, hasher)
    browser.client.post("/language", data={"csrf_token": browser.token(JOIN), "language": "cy", "page": JOIN})
    page = browser.post(JOIN, ASKING)
    assert {*suggested(page).split()} <= {*passphrase_words("cy")} and "Awgrymu un arall" in page
