"""Test the page *Signing in* and the pages for resetting somebody's sign-in."""

import re
from types import SimpleNamespace

import pyotp
import pytest
from flask import Flask

from companion.domain.people import Role
from companion.services.staff import resets
from companion.store.accounts.passphrases import Hasher
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.test_sessions import alive, cookie_of, gives_passphrase
from tests.visitor import Page, Visitor

WAY_IN = "/account/signing-in"
NEW = "seven pears in a row of robins"


def sets_up_code(browser: Visitor, cast: Cast) -> tuple[str, Page]:
    """Set up one-time codes. Return the authenticator app's secret and the page with the recovery codes."""
    shown = browser.post(f"{WAY_IN}/code/key", of=f"{WAY_IN}/code")
    key = re.search(r'class="key">([^<]+)<', shown.text)
    assert key
    secret = key[1].replace(" ", "")
    code = pyotp.TOTP(secret).at(int(cast.now.timestamp()))
    return secret, browser.post(f"{WAY_IN}/code", {"code": code})


def test_participants_are_warned_that_others_may_see_their_phone(
    app: Flask, enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    page = enter.sam.get(WAY_IN)
    assert "You can add a second step for signing in if you like" in page and "Recovery codes" not in page
    assert "second step" not in enter.sam.get("/my/")  # the start page doesn't mention the second step
    for where in (f"{WAY_IN}/code", f"{WAY_IN}/passkeys/new"):
        assert "Think about who else can see your phone." in enter.sam.get(where)
        assert "Think about who else can see your phone." not in enter.priya.get(where)
    secret, page = sets_up_code(enter.sam, cast)
    assert page.path == f"{WAY_IN}/code" and len(re.findall(r"<li>[\w-]+</li>", page.text)) == 10
    page = enter.sam.get(WAY_IN)
    assert "You've set up one-time codes." in page and "You have 10 recovery codes left." in page
    assert secret not in page.text.replace(" ", "")
    clock.forward(seconds=60)
    browser = Visitor(app)
    assert gives_passphrase(browser, cast.sam).path == "/second-factor"
    assert browser.get("/my/").path == "/second-factor"
    code = pyotp.TOTP(secret).at(int(cast.now.timestamp()))
    assert browser.post("/second-factor", {"code": code}).path == "/my/"


def test_nobody_is_locked_out_if_their_second_step_is_removed_while_they_sign_in(
    app: Flask, enter: SimpleNamespace, cast: Cast
) -> None:
    sets_up_code(enter.sam, cast)
    elsewhere = Visitor(app)
    assert gives_passphrase(elsewhere, cast.sam).path == "/second-factor"
    enter.sam.post(f"{WAY_IN}/code/removal")
    assert elsewhere.get("/second-factor").path == "/sign-in"
    assert gives_passphrase(elsewhere, cast.sam).path == "/my/"


def test_a_participants_authenticator_entry_does_not_contain_their_name(
    enter: SimpleNamespace, cast: Cast
) -> None:
    from companion.services.accounts import one_time_codes

    for who, browser in ((cast.sam, enter.sam), (cast.priya, enter.priya)):
        browser.post(f"{WAY_IN}/code/key", of=f"{WAY_IN}/code")
        offered = one_time_codes.offered(cast.store, who.viewer)
        assert offered and (who.viewer.name in offered[1]) == who.viewer.role.staff


def test_staff_cannot_remove_their_only_second_step(enter: SimpleNamespace) -> None:
    page = enter.priya.get(WAY_IN)
    assert "This is your only second step" in page and f"{WAY_IN}/code/removal" not in page.text
    assert "so add another one before you remove it" in enter.priya.get(f"{WAY_IN}/code/removal")
    assert enter.priya.post(f"{WAY_IN}/code/removal", of="/account").status == 409


def test_a_participant_can_remove_the_second_step_and_sign_in_with_only_a_passphrase(
    enter: SimpleNamespace, cast: Cast
) -> None:
    sets_up_code(enter.sam, cast)
    assert "You have a second step" in enter.sam.get(WAY_IN)
    assert "just your passphrase" in enter.sam.get(f"{WAY_IN}/code/removal")
    for _ in range(2):
        assert enter.sam.post(f"{WAY_IN}/code/removal", of="/account").path == WAY_IN
    assert gives_passphrase(enter.sam, cast.sam).path == "/my/"


def test_changing_the_passphrase_ends_sessions_in_all_other_browsers(
    app: Flask, enter: SimpleNamespace, cast: Cast
) -> None:
    other = Visitor(app)
    gives_passphrase(other, cast.sam)
    before, elsewhere = cookie_of(enter.sam), cookie_of(other)
    page = enter.sam.post(f"{WAY_IN}/passphrase", {"passphrase": NEW})
    assert page.path == WAY_IN and "Passphrase changed." in page
    assert [alive(app, cookie, "/my/") for cookie in (cookie_of(enter.sam), before, elsewhere)] == [
        *(True, False, False)
    ]


def test_a_participant_can_cancel_a_reset_slip_for_their_account(
    app: Flask, enter: SimpleNamespace, cast: Cast, hasher: Hasher
) -> None:
    page = f"/participants/{cast.sam.enrolment_id}"
    assert "Help Sam sign in again" in enter.priya.get(page)
    slip = enter.priya.post(f"{page}/reset", {"word": "harbour"})
    code = re.search(r'class="code">([^<]+)<', slip.text)
    assert code and "There's already a slip." in enter.priya.get(f"{page}/reset")
    browser = Visitor(app)
    assert "somebody made a code that gives you a new way to sign in" in gives_passphrase(browser, cast.sam)
    browser.post(f"{WAY_IN}/passphrase", {"passphrase": NEW})
    assert Visitor(app).post("/join", {"code": code[1], "word": "harbour"}).status == 422
    again = Visitor(app)
    again.post("/sign-in", {"sign_in_name": "sam", "passphrase": NEW})
    assert "somebody made a slip" not in again.get("/my/")


def test_using_a_reset_slip_warns_that_the_old_passphrase_stops_working(
    app: Flask, enter: SimpleNamespace, cast: Cast
) -> None:
    slip = enter.priya.post(f"/participants/{cast.sam.enrolment_id}/reset", {"word": "harbour"})
    code = re.search(r'class="code">([^<]+)<', slip.text)
    browser = Visitor(app)
    assert code
    page = browser.post("/join", {"code": code[1], "word": "harbour"})
    assert (
        page.path == "/join/account"
        and "Choose a new passphrase. Your old passphrase will stop working." in page
    )
    assert browser.post("/join/account", {"sign_in_name": "sam", "passphrase": NEW}).path == "/my/"


def test_only_the_lead_who_agreed_to_a_colleagues_reset_sees_the_reset_slip(
    enter: SimpleNamespace, cast: Cast
) -> None:
    whom = f"staff/{cast.priya.viewer.account_id}/reset"
    assert "No administrator has asked for this." in enter.margaret.get(f"/lead/{whom}")
    asked = enter.alex.post(f"/admin/{whom}", {"word": "harbour"})
    assert asked.path == "/admin/staff" and 'class="code"' not in asked.text
    assert "reset requested" in asked and "reset requested" in enter.margaret.get("/lead/staff")
    unsaid = enter.margaret.post(f"/lead/{whom}", {"word": "harbour"})
    assert unsaid.status == 422 and 'class="code"' not in unsaid.text
    slip = enter.margaret.post(f"/lead/{whom}", {"word": "harbour", "lost": "both"})
    assert 'class="code"' in slip.text
    assert "reset requested" not in enter.alex.get("/admin/staff")
    for nobody in (enter.priya, enter.sam):
        assert nobody.get(f"/lead/{whom}").status == nobody.get(f"/admin/{whom}").status == 404


def test_staff_cannot_reset_their_own_sign_in(enter: SimpleNamespace, cast: Cast) -> None:
    for browser, person, at in (
        (enter.alex, cast.alex, "/admin/staff"),
        (enter.margaret, cast.margaret, "/lead/staff"),
    ):
        page = f"{at}/{person.viewer.account_id}/reset"
        assert page not in browser.get(at).text
        assert browser.get(page).status == browser.post(page, of="/account").status == 409


@pytest.mark.parametrize("used", [False, True])
def test_staff_pages_mention_a_reset_slip_made_by_an_operator(
    used: bool, app: Flask, enter: SimpleNamespace, cast: Cast, hasher: Hasher, clock: Clock
) -> None:
    assert "only lead" in enter.alex.get(f"/admin/staff/{cast.margaret.viewer.account_id}/reset")
    word, slip = resets.reset_last(cast.store, hasher, Role.LEAD, cast.now)
    if used:
        browser = Visitor(app)
        browser.post("/join", {"code": slip.code, "word": word})
        page = browser.post("/join/account", {"sign_in_name": "margaret", "passphrase": NEW})
        assert page.path == "/second-factor" and 'class="key"' in page.text
    pages = [enter.alex.get("/admin/staff")] + ([] if used else [enter.margaret.get("/lead/staff")])
    for shown in pages:
        assert "an operator made a slip at the server" in shown
        assert ("It was used" if used else "It hasn't been used.") in shown


def test_somebody_who_lost_their_one_time_codes_can_sign_in_with_a_reset_slip_and_their_passphrase(
    app: Flask, enter: SimpleNamespace, cast: Cast
) -> None:
    page = f"/participants/{cast.sam.enrolment_id}/reset"
    assert "What have they lost?" not in enter.priya.get(page)  # Sam has no second step that could be lost
    sets_up_code(enter.sam, cast)
    assert "What have they lost?" in enter.priya.get(page)
    unsaid = enter.priya.post(page, {"word": "harbour"})
    assert unsaid.status == 422 and "You haven't chosen anything yet." in unsaid
    slip = enter.priya.post(page, {"word": "harbour", "lost": "second_step"})
    code = re.search(r'class="code">([^<]+)<', slip.text)
    browser = Visitor(app)
    assert code
    shown = browser.post("/join", {"code": code[1], "word": "harbour"})
    assert "Replace your second step" in shown and 'name="sign_in_name"' not in shown.text
    assert browser.post("/join/account", {"passphrase": NEW}).status == 422
    done = browser.post("/join/account", {"passphrase": cast.sam.passphrase})
    assert done.path == WAY_IN and "You can add a second step for signing in if you like, so" in done


def test_the_second_sign_in_step_is_still_required_after_replacing_a_passphrase(
    app: Flask, enter: SimpleNamespace, cast: Cast
) -> None:
    sets_up_code(enter.sam, cast)
    page = f"/participants/{cast.sam.enrolment_id}/reset"
    slip = enter.priya.post(page, {"word": "harbour", "lost": "passphrase"}, of=page)
    code = re.search(r'class="code">([^<]+)<', slip.text)
    browser = Visitor(app)
    assert code
    shown = browser.post("/join", {"code": code[1], "word": "harbour"})
    assert "You'll still need your one-time code or passkey" in shown
    asked = browser.post("/join/account", {"sign_in_name": "sam", "passphrase": NEW})
    assert asked.path == "/second-factor" and browser.get("/my/").path != "/my/"
