"""Helpers for tests about concerns."""

from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import select

from companion.domain.concerns.concerns import ConcernState
from companion.services.concerns import report
from companion.store.audit import AuditEntry, Event
from companion.store.outbox import Outgoing
from tests.cast import Cast
from tests.people import Staff

WORDS = "I am worried about somebody."
FIRST_RULES = {"hour": "12", "take_days": "1", "finish_days": "1", "hours_until_all": "2"}


@pytest.fixture
def leads(cast: Cast) -> list[Staff]:
    """Name Margaret as lead for concerns and Ruth as covering lead, and return both."""
    both = [cast.margaret, cast.ruth]
    margaret, ruth = (str(lead.viewer.account_id) for lead in both)
    sets_rules(cast, lead=margaret, cover=ruth)
    return both


def sets_rules(cast: Cast, seen: int = 0, **rules: str) -> None:
    report.set_rules(cast.margaret.actor, FIRST_RULES | rules, seen)


def notices(cast: Cast, concern_id: UUID) -> Counter[tuple[str, str]]:
    """Count the notices about a concern, keyed by recipient and kind of notice."""
    people = {each.viewer.account_id: name for name, each in vars(cast).items() if hasattr(each, "viewer")}
    with cast.store.reading() as tx:
        rows = tx.execute(
            select(Outgoing.account_id, Outgoing.notice).where(Outgoing.subject_id == concern_id)
        ).all()
    return Counter((people[account], notice) for account, notice in rows)


def recorded(cast: Cast, event: Event) -> list[UUID | None]:
    """Return the actor's id for each audit event of this kind, oldest event first."""
    with cast.store.reading() as tx:
        return list(
            tx.scalars(select(AuditEntry.actor_id).where(AuditEntry.event == event).order_by(AuditEntry.at))
        )


def state(cast: Cast, concern_id: UUID) -> ConcernState:
    return cast.margaret.opens(concern_id).line.concern.state
