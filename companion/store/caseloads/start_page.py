"""The first query for a participant's start page. The query's result decides what else the page loads."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.enrolments.handovers import HandoverRow
from companion.store.messages.messages import MessageRow
from companion.store.plan.summary import FIGURES, PlanSummary

UNREAD = exists().where(
    MessageRow.enrolment_id == Enrolment.id, MessageRow.his.is_(False), MessageRow.read_at.is_(None)
)
HANDED_OVER = exists().where(HandoverRow.enrolment_id == Enrolment.id, HandoverRow.seen_at.is_(None))
FACTS = select(UNREAD, HANDED_OVER, *FIGURES).where(Enrolment.id == bindparam("enrolment_id"))


@dataclass(frozen=True)
class StartFacts:
    """Facts about a participant that decide what the start page loads."""

    unread: bool
    """True if there is a message that the participant hasn't read."""
    handed_over: bool
    """True if the participant has been handed over and hasn't read about the handover."""
    plan: PlanSummary


def facts(tx: Transaction, enrolment_id: UUID) -> StartFacts:
    """Return the information about an enrolment that the participant's start page shows.

    The caller must have checked that the viewer may see the enrolment.
    """
    unread, handed_over, *figures = tuple(tx.rows(FACTS, {"enrolment_id": enrolment_id}).one())
    return StartFacts(bool(unread), bool(handed_over), PlanSummary(*figures))
