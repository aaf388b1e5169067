"""Test that a form takes effect only once, even after many simultaneous requests."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from companion.config import Settings
from companion.domain.refusals import Refused
from companion.services.work import review, submissions
from companion.services.work.review import Feedback
from companion.store.audit import AuditEntry, Event
from companion.store.base import Model, Store
from tests.cast import Cast
from tests.postgres import keep_rows, put_rows_back
from tests.security.test_codes import all_at_once
from tests.web.every_form.places import browser_of, no_limits, places, typed
from tests.web.every_form.wrong import Fields
from tests.web.filled_forms import EVERY_FORM
from tests.web.forms import Forms

__all__ = ["no_limits", "places"]  # the tests below use these fixtures
AT_ONCE, AT_ONCE_IN_FULL = 4, 20
UNCOUNTED = {"tries", "audit_entries"}
AS_OFTEN_AS_ASKED = {Event.REFUSED, Event.NOTES_LOOKED_AT, Event.FEEDBACK_SAVED}
"""Events that are recorded in the audit twice if the same form is sent twice."""


@pytest.fixture
def again(settings: Settings, store: Store, server: str, app: Flask) -> Iterator[Callable[[], None]]:
    """Yield a function that resets both databases.

    The first call of the function only copies both databases. Later calls restore these copies.
    """
    kept = settings.home.parent / f"{settings.home.name}-kept"

    def on_sqlite() -> None:
        for each in (store, app.extensions["store"]):
            each.close()
        for folder in ("data", "data-keys"):
            there, copy = settings.home / folder, kept / folder
            source, target = (copy, there) if copy.exists() else (there, copy)
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target)

    def on_a_server() -> None:
        if kept.exists():
            put_rows_back(settings, "kept")
        else:
            keep_rows(settings, "kept")
            kept.mkdir()

    yield on_a_server if server else on_sqlite
    shutil.rmtree(kept, ignore_errors=True)


def counts(store: Store) -> Counter[str]:
    """Return how many rows each table has, and how often each event was recorded."""
    found: Counter[str] = Counter()
    with store.reading() as tx:
        for table in Model.metadata.sorted_tables:
            if table.name not in UNCOUNTED:
                found[table.name] = tx.scalar(select(func.count()).select_from(table)) or 0
        for event, number in tx.execute(select(AuditEntry.event, func.count()).group_by(AuditEntry.event)):
            if event not in AS_OFTEN_AS_ASKED:
                found[f"audit: {event}"] = number
    return found


@dataclass(frozen=True)
class Sent:
    """A form, as sent by a browser with this cookie."""

    name: str
    app: Flask
    cookie: str
    action: str
    fields: Fields
    carries_id: bool

    def goes(self, _: int = 0) -> int:
        client = self.app.test_client()
        client.set_cookie("companion", self.cookie)
        return client.post(self.action, data=self.fields).status_code


def forms_with_an_id(app: Flask, enter: SimpleNamespace, places: Fields) -> Iterator[Sent]:
    """Yield one form for each URL that detects repeat submissions by an id or a revision number."""
    adapter, looked_at = app.url_map.bind("localhost"), set()
    for name, form in EVERY_FORM.items():
        action = form.action.format(**places)
        endpoint = adapter.match(action, method="POST")[0]
        if endpoint in looked_at:
            continue
        looked_at.add(endpoint)
        browser = browser_of(form.who, app, enter, places)
        for where, fields in Forms(browser.get(form.page.format(**places))).forms:
            if where.split("?")[0] == action and not {"once", "seen"}.isdisjoint(fields):
                cookie = browser.client.get_cookie("companion")
                right = {name: texts[0] for name, texts in fields.items() if name in ("csrf_token", "seen")}
                assert cookie
                sent = {**typed(form.right, places), **right, "once": str(uuid4())}
                yield Sent(name, app, cookie.value, action, sent, "once" in fields)
                break


@pytest.mark.usefixtures("no_limits")
def test_a_form_sent_many_times_at_once_takes_effect_only_once(
    app: Flask,
    enter: SimpleNamespace,
    places: Fields,
    store: Store,
    again: Callable[[], None],
    request: pytest.FixtureRequest,
) -> None:
    """By default, only a fifth of the forms are tested on PostgreSQL.

    With ``--full``, the test covers all forms, including forms that contain a revision number.
    """
    forms, wrong = list(forms_with_an_id(app, enter, places)), []
    full, on_a_server = request.config.getoption("full"), request.config.getoption("database") != "sqlite"
    many = AT_ONCE_IN_FULL if full else AT_ONCE
    forms = [form for form in forms if full or form.carries_id]
    assert len(forms) > 20
    again()
    before = counts(store)
    for form in forms[:: 5 if on_a_server and not full else 1]:
        alone, done_once = form.goes(), counts(store)
        again()
        statuses = Counter(all_at_once(many, form.goes))
        done = alone in (200, 303) and done_once != before
        if counts(store) != done_once or (form.carries_id and not done):
            wrong.append((form.name, alone, statuses, done_once - before, counts(store) - done_once))
        again()
    assert wrong == []


def test_submitting_work_twenty_times_at_once_succeeds_only_once(
    cast: Cast,
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    revision = cast.sam.work(piece).revision

    def tries(act: Callable[[], object]) -> bool:
        try:
            act()
        except Refused:
            return False
        return True

    before = counts(cast.store)
    done = all_at_once(20, lambda _: tries(lambda: submissions.submit(cast.sam.actor, piece, revision)))
    assert sum(done) == 1
    submission = cast.sam.work(piece).submissions[-1]
    seen = cast.priya.reads(submission.id).revision

    def releases(number: int) -> bool:
        words = Feedback({"": f"Thank you, {number}."}, "", seen)
        return tries(lambda: review.release(cast.priya.actor, submission.id, words))

    assert sum(all_at_once(20, releases)) == 1
    made = counts(cast.store) - before
    assert (made["submissions"], made["comments"], made["audit: work_submitted"]) == (1, 1, 1)
    assert made[f"audit: {Event.FEEDBACK_RELEASED}"] == 1
