"""Actions that several attacks share."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, text

from companion.store.accounts.sessions import WebSession
from companion.store.types import UtcDateTime
from tests.attacks.client import Answer, Browser
from tests.attacks.places import Place, moment
from tests.by_hand import by_hand

ID = r"[0-9a-f-]{36}"
CODE = r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}"
WORD = "lighthouse"
"""The word that every participant in the demo types together with a joining code."""


# Actions of somebody with write access to the databases


def sql(place: Place, statement: str, *, keys: bool = False, **values: Any) -> list[Any]:
    """Run this SQL statement, and return its rows, if any.

    Pass ids as hex strings, and times as datetimes. SQLite and PostgreSQL return ids in different formats, which
    ``hex_of`` converts to hex.
    """
    kinds = [bindparam(name, type_=UtcDateTime) for name, value in values.items() if hasattr(value, "tzinfo")]
    with place.engine(keys=keys) as engine, engine.begin() as connection:
        found = connection.execute(text(statement).bindparams(*kinds), values)
        return [tuple(row) for row in found] if found.returns_rows else []


def hex_of(found: object) -> str:
    """Return an id from a database as hex."""
    return UUID(str(found)).hex


def time_passes(place: Place, browser: Browser, *, minutes: int) -> None:
    """Make the browser's session look as if it began, and was last used, this many minutes ago."""
    then = moment() - timedelta(minutes=minutes)
    with place.store() as store, by_hand(store) as tx:
        session = tx.get_one(WebSession, UUID(browser.session))
        session.created_at = session.last_seen_at = session.proved_at = then
        tx.commit()


def account_of(place: Place, browser: Browser) -> str:
    """Return the account id of the signed-in person, as hex."""
    ((found,),) = sql(place, "SELECT account_id FROM web_sessions WHERE id = :its", its=browser.session)
    return hex_of(found)


# Actions of people on the pages


def enrolment_of(practitioner: Browser, name: str) -> str:
    """Return a participant's enrolment id, taken from the practitioner's URLs.

    Raise ``LookupError`` if the participant isn't in the caseload.
    """
    for each in practitioner.get("/caseload").links(rf"/participants/{ID}"):
        if re.search(rf"<h1[^>]*>\s*{name}\b", practitioner.get(each).text):
            return each.removeprefix("/participants/")
    raise LookupError(f"{name} is on no caseload of theirs")


def work_of(participant: Browser, title: str) -> str:
    """Return the URL of the participant's unfinished work with this title.

    Raise ``LookupError`` if the participant has no unfinished work with this title.
    """
    links = participant.get("/my/").links(rf"/my/work/{ID}.*")
    for each in dict.fromkeys(link[: len("/my/work/") + 36] for link in links):
        if re.search(rf"<h1[^>]*>\s*{title}", participant.get(each).text):
            return each
    raise LookupError(f"no work {title}")


def sets(practitioner: Browser, participant: Browser, name: str, title: str) -> str:
    """Set this activity for a participant, and return the work's URL."""
    enrolment = enrolment_of(practitioner, name)
    for page in practitioner.get(f"/participants/{enrolment}/work/new").links(
        rf"/participants/{enrolment}/work/new/{ID}"
    ):
        card = practitioner.get(page)
        if re.search(rf"<h1[^>]*>\s*{title}", card.text):
            break
    else:
        raise LookupError(f"nobody can set {title}")
    return sets_on(practitioner, participant, card, title)


def sets_on(practitioner: Browser, participant: Browser, card: Answer, title: str) -> str:
    """Set the activity for the participant, using the form on the page ``card``. Return the URL of the new
    work.
    """
    due = re.search(rf'<option value="({ID})"', card.text)
    form = {"once": new_id(), "why": "To see.", "minutes": "10", "due": due[1] if due else ""}
    done = practitioner.post(card.path, form, token=card.field("csrf_token"), follow=False)
    if done.status != 303:
        raise RuntimeError(f"{title} was not set: {done.status}")
    return work_of(participant, title)


def reference_of(practitioner: Browser, enrolment: str) -> str:
    """Return a participant's reference, such as K7-402."""
    found = re.search(r"[A-Z][0-9]-[0-9]{3}", practitioner.get(f"/participants/{enrolment}").text)
    if found is None:
        raise LookupError("no reference")
    return found[0]


def slip_on(answer: Answer) -> str:
    """Return the page's joining code, or an empty string."""
    found = re.search(CODE, answer.text)
    return found[0] if found else ""


def opens(browser: Browser, code: str, word: str = WORD) -> bool:
    """Return whether this joining code is accepted."""
    return browser.post("/join", {"code": code, "word": word}, follow=False).status == 303


def acknowledges(browser: Browser) -> Answer:
    """Say that the confidentiality statement, as it is shown now, has been read."""
    page = browser.get("/join/statement")
    form = {"seen": page.field("seen")}
    return browser.post("/join/acknowledgement", form, token=page.field("csrf_token"), follow=False)


def joins(browser: Browser, code: str, name: str, passphrase: str, word: str = WORD) -> Answer:
    """Use a joining code to choose a sign-in name and passphrase."""
    if not opens(browser, code, word):
        return browser.get("/join")
    if "/join/acknowledgement" in browser.get("/join/statement").body.decode():
        acknowledges(browser)
    form = {"sign_in_name": name, "passphrase": passphrase}
    return browser.post("/join/account", form)


def new_id() -> str:
    """Return a random id for a form that an attack sends."""
    return str(uuid4())


@dataclass(frozen=True)
class Lock:
    """Somebody connects straight to PostgreSQL and locks a participant's account row."""

    place: Place
    holder: int
    """The process id of the server process that holds the lock."""

    def wait_for_waiting(self, many: int, patience: float = 150) -> bool:
        """Wait until this many transactions are waiting for the lock.

        Return False if the wait takes too long.
        """
        deadline = time.monotonic() + patience
        while (waiting := self._waiting() < many) and time.monotonic() < deadline:
            time.sleep(0.05)
        return not waiting

    def _waiting(self) -> int:
        found = sql(
            self.place,
            "SELECT pid, pg_blocking_pids(pid) FROM pg_stat_activity WHERE datname = current_database()",
        )
        behind = {self.holder}
        for _ in found:
            behind |= {pid for pid, blocking in found if behind & {*blocking}}
        return len(behind) - 1


@contextmanager
def held_by_others(place: Place, account: str) -> Iterator[Lock]:
    """Lock this account's row, as a slow request would.

    While the account's row is locked, other transactions can still add rows that refer to it.
    """
    with place.engine() as engine, engine.begin() as connection:
        held = text("SELECT id FROM accounts WHERE id = :whose FOR NO KEY UPDATE")
        connection.execute(held, {"whose": account})
        yield Lock(place, int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one()))
