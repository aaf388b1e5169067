"""Test the email choices on *My account*, and the text of emails."""

from types import SimpleNamespace

from flask import Flask, render_template

from companion.domain.notices.reminders import Choice
from companion.store.notices import preferences
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Somebody
from tests.visitor import Visitor

ADDRESS = "somebody@post.example"


def choice(cast: Cast, somebody: Somebody) -> Choice:
    with cast.store.reading() as tx:
        return preferences.choice(tx, somebody.viewer.account_id)


def saves(browser: Visitor, **form: object) -> str:
    page = browser.post("/account/notices", form, of="/account")
    assert page.status == 200
    return page.text


def test_a_participant_gets_no_emails_before_choosing_an_address(cast: Cast, enter: SimpleNamespace) -> None:
    page = enter.sam.get("/account")
    assert 'value="none" checked' in page.text and page.text.count("checked") == 1
    page = saves(enter.sam, mail="email", email=ADDRESS, days=["1", "7"], digest="yes")
    assert page.count("checked") == 3 and ADDRESS in page
    assert choice(cast, cast.sam) == Choice(ADDRESS, frozenset({1, 7}))
    saves(enter.sam, mail="email", email=ADDRESS, days="2")
    assert choice(cast, cast.sam) == Choice(ADDRESS, frozenset({2}))
    assert ADDRESS not in saves(enter.sam, mail="none", email=ADDRESS, days="2")
    assert choice(cast, cast.sam) == Choice()


def test_only_practitioners_can_choose_the_daily_email(cast: Cast, enter: SimpleNamespace) -> None:
    assert "Daily email" in enter.priya.get("/account")
    saves(enter.priya, mail="email", email=ADDRESS, digest="yes", days="1")
    assert choice(cast, cast.priya) == Choice(ADDRESS, digest=True)
    for browser in (enter.margaret, enter.alex, enter.sam):
        assert "Daily email" not in browser.get("/account")
    for browser in (enter.margaret, enter.alex, enter.priya):
        assert "remind me about appointments" not in browser.get("/account")


def test_the_account_page_shows_exactly_what_a_notice_email_will_say(
    app: Flask, cast: Cast, enter: SimpleNamespace
) -> None:
    page = enter.sam.get("/account")
    assert "Anybody who reads your email will see that something called Companion has written to you." in page
    with app.test_request_context():
        subject, _, body = render_template("emails/notice.txt").partition("\n")
    assert subject in page and all(line in page for line in body.strip().splitlines())
    assert "3 things to read before tomorrow." in enter.priya.get("/account")


def test_choices_about_emails_stay_in_the_form_after_an_error(enter: SimpleNamespace) -> None:
    page = enter.sam.post(
        "/account/notices", {"mail": "email", "email": "sam@", "days": ["2"]}, of="/account"
    )
    assert page.status == 422 and page.text.count("checked") == 2
    page = enter.sam.post("/account/notices", {"email": ADDRESS, "days": ["2"]}, of="/account")
    assert page.status == 422 and page.text.count("checked") == 1 and ADDRESS in page


def test_email_choices_sent_after_the_session_locked_are_shown_again(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    form = {"csrf_token": enter.sam.token("/account"), "page": "/account", "mail": "email", "days": ["3"]}
    clock.forward(minutes=16)
    enter.sam.client.post("/account/notices", data={**form, "email": ADDRESS})
    page = enter.sam.post("/sign-in", {"sign_in_name": "sam", "passphrase": cast.sam.passphrase})
    page = enter.sam.get("/account")
    assert ADDRESS in page and page.text.count("checked") == 2


def test_a_participants_account_page_leads_back_to_the_start_page(enter: SimpleNamespace) -> None:
    back = '<p class="back"><a href="/my/">'
    assert back in enter.sam.get("/account").text and back not in enter.priya.get("/account").text
