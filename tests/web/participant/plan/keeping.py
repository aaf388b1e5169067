"""Helpers that change Sam's plan in a browser, and that return the plan's contents."""

from typing import Any
from uuid import UUID, uuid4

from companion.domain.plan.plan import Plan, Source
from companion.services.plan import items
from companion.store.plan import plan
from tests.cast import Cast
from tests.people import Participant
from tests.visitor import Page, Visitor

LONG = "x" * 5000
TOO_LONG = "Your text has 5,000 characters, which is 4,000 too many. You haven't lost anything."
ELSEWHERE = "This text was changed in another window or on another device."
ALSO_WRITING = "You're also writing this in another window or on another device."


def of(cast: Cast, participant: Participant | None = None) -> Plan:
    with cast.store.reading() as tx:
        return plan.plan_of(tx, (participant or cast.sam).enrolment_id)


def words(cast: Cast) -> list[str]:
    return [item.entry.words for item in of(cast).now]


def puts_in(cast: Cast, part: str, *rows: tuple[str, str, str], source: Source | None = None) -> UUID:
    new_id = uuid4()
    items.add(cast.sam.actor, new_id, part, rows, source)
    return new_id


def posts(browser: Visitor, path: str, of: str, **fields: Any) -> Page:
    """Send a form to ``path``, with the hidden fields from the page at ``of``."""
    shown = browser.get(of)
    names = ("seen", "once", "tab", "draft_seen", "place")
    carried = {name: shown.field(name) for name in names if f'name="{name}"' in shown.text}
    return browser.post(path, {**carried, **fields}, of=of)
