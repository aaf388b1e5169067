"""Test the pages for joining: what is acknowledged, and for how long an entered code stays open."""

import re
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select

from companion import content
from companion.domain.records.policies import Policy
from companion.services.records.policies import import_policy
from companion.store.accounts.passphrases import Hasher
from companion.store.base import Store
from companion.store.people import Acknowledgement
from tests.cast import Cast
from tests.fixtures import Clock
from tests.slips import PASSPHRASE, STATEMENT, WORD, Door
from tests.visitor import Page, Visitor

CHANGED = "This statement has changed since you opened it."
AGAIN = "You took more than 15 minutes, so please enter your joining code and word again."


@pytest.fixture
def kit(app: Flask, cast: Cast, hasher: Hasher) -> SimpleNamespace:
    """Kit, who has entered a joining code and hasn't read the statement yet."""
    slip, _, account_id = Door(cast, hasher).for_kit()
    browser = Visitor(app)
    assert browser.post("/join", {"code": slip.code, "word": WORD}).path == "/join/statement"
    return SimpleNamespace(browser=browser, code=slip.code, account_id=account_id)


def acknowledged(store: Store, kit: SimpleNamespace) -> list[tuple[int, str]]:
    query = select(Acknowledgement.statement_version, Acknowledgement.language)
    with store.reading() as tx:
        return [tuple(row) for row in tx.execute(query.filter_by(account_id=kit.account_id))]


def presses(kit: SimpleNamespace, seen: str) -> Page:
    return kit.browser.post("/join/acknowledgement", {"seen": seen}, of="/join/statement")


def new_statement(store: Store, cast: Cast) -> int:
    """Bring a new version of the statement into force, and return its number."""
    text = content.policy_file(Policy.STATEMENT).read_text(encoding="utf-8")
    number = STATEMENT.version + 1
    own = re.sub(r"(?m)^version = \d+$", f"version = {number}", text)
    import_policy(store, Policy.STATEMENT, own.encode(), cast.now)
    return number


def test_a_statement_that_changed_while_it_was_open_is_shown_again_and_nothing_is_recorded(
    kit: SimpleNamespace, store: Store, cast: Cast
) -> None:
    seen = kit.browser.get("/join/statement").field("seen")
    number = new_statement(store, cast)
    page = presses(kit, seen)
    assert page.status == 409 and CHANGED in page and acknowledged(store, kit) == []
    newer = page.field("seen")
    assert newer != seen
    assert presses(kit, newer).path == "/join/account"
    assert acknowledged(store, kit) == [(number, "en")]


def test_a_statement_in_another_language_than_the_one_shown_is_not_acknowledged(
    kit: SimpleNamespace, store: Store
) -> None:
    seen = kit.browser.get("/join/statement").field("seen")
    kit.browser.post("/language", {"language": "cy"}, of="/join/statement")
    assert presses(kit, seen).status == 409 and acknowledged(store, kit) == []
    assert presses(kit, "").status == 409


def test_pressing_again_records_nothing_more(kit: SimpleNamespace, store: Store) -> None:
    for _ in range(3):
        assert kit.browser.acknowledges().path == "/join/account"
    assert len(acknowledged(store, kit)) == 1


def test_an_entered_code_is_asked_for_again_after_fifteen_idle_minutes(
    kit: SimpleNamespace, store: Store, clock: Clock
) -> None:
    clock.forward(minutes=14)
    assert kit.browser.acknowledges().path == "/join/account"
    clock.forward(minutes=14)
    assert kit.browser.get("/join/account").path == "/join/account"
    clock.forward(minutes=16)
    page = kit.browser.get("/join/account")
    assert page.path == "/join" and AGAIN in page and "Kit" not in page
    with store.reading() as tx:
        before = tx.scalar(select(func.count()).select_from(Acknowledgement))
    form = {"sign_in_name": "kit", "passphrase": PASSPHRASE}
    assert kit.browser.post("/join/account", form, of="/join").path == "/join"
    kit.browser.post("/join", {"code": kit.code, "word": WORD})
    assert kit.browser.post("/join/account", form).path == "/my/"
    with store.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Acknowledgement)) == before
