"""Test that signing in and leaving the site are accessible."""

import html
import re
from types import SimpleNamespace

import pytest

from companion.store.base import Store
from companion.store.people import Account
from tests.cast import Cast
from tests.visitor import Visitor

COUNT = "Capital letters and spaces matter in a passphrase."
BY_SHIFT = "js/leave.js"


@pytest.mark.parametrize("other", ["{} ", " {}", "{}\n"])
def test_a_refused_sign_in_says_that_capital_letters_and_spaces_matter(
    visitor: Visitor, cast: Cast, other: str
) -> None:
    for words in (other.format(cast.sam.passphrase), cast.sam.passphrase.upper()):
        page = visitor.post("/sign-in", {"sign_in_name": cast.sam.sign_in_name, "passphrase": words})
        assert page.status == 422 and COUNT in page
    assert visitor.sign_in(cast, cast.sam).path == "/my/"


def test_a_passphrase_can_be_made_visible_if_javascript_runs(visitor: Visitor) -> None:
    page = visitor.get("/sign-in")
    assert re.search(
        r'<button class="btn text" type="button" data-shows="passphrase"[^>]* hidden>Show<', page.text
    )
    assert "js/show.js" in page.text and "js/show.js" not in visitor.get("/help").text


def test_browsers_may_fill_in_the_email_address(enter: SimpleNamespace) -> None:
    assert re.search(r'<input id="email"[^>]* autocomplete="email"', enter.sam.get("/account").text)


def test_the_key_for_one_time_codes_is_a_link_that_opens_an_authenticator_app(
    enter: SimpleNamespace,
) -> None:
    page = enter.sam.post("/account/signing-in/code/key", of="/account/signing-in/code")
    letters, link = (
        re.search(r'class="key">([^<]+)<', page.text),
        re.search(r'href="(otpauth:[^"]+)"', page.text),
    )
    assert letters and link and f"secret={letters[1].replace(' ', '')}" in html.unescape(link[1])


def test_people_can_turn_off_the_shift_key_shortcut_for_leaving_the_site(
    enter: SimpleNamespace, cast: Cast, store: Store
) -> None:
    assert BY_SHIFT in enter.sam.get("/my/").text
    page = enter.sam.post("/account/leaving", {"shift": "off"}, of="/account")
    assert (
        "The Shift key shortcut for leaving this site is now off." in page
        and "Switch the Shift key on" in page
    )
    for path in ("/my/", "/account"):
        assert BY_SHIFT not in enter.sam.get(path).text
    assert BY_SHIFT in enter.priya.get("/caseload").text
    with store.reading() as tx:
        assert tx.get_one(Account, cast.sam.viewer.account_id).shift_leaves is False
    page = enter.sam.post("/account/leaving", {"shift": "on"}, of="/account")
    assert "From now on, pressing Shift three times will leave this site." in page and BY_SHIFT in page.text
