"""The access log, in which a participant can see who has read their record.

The access log's entries come from the audit log. Some entries are withheld until a lead decides to show them.
The kind of event decides whether an entry is withheld. An entry is also withheld if a lead read the record
because of a concern.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, UniqueConstraint, and_, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.concerns.lead_access import AccessState, Purpose
from companion.domain.people import Role, Viewer
from companion.domain.records.access_log import Decision, Read, Reader, in_lines, once_a_day
from companion.domain.refusals import NotFound
from companion.store.audit import AuditEntry, Event
from companion.store.base import Model, Transaction
from companion.store.concerns.lead_access import LeadAccessRow
from companion.store.enrolments import handovers
from companion.store.enrolments.enrolments import Enrolment
from companion.store.keys import CONCERNS
from companion.store.people import names_of
from companion.store.types import UtcDateTime
from companion.store.work import submissions

SHOWN = frozenset(
    {
        Event.SUBMISSION_READ,
        Event.BRIEF_READ,
        Event.OPENED_TOGETHER,
        Event.PLAN_READ,
        Event.MESSAGE_READ,
        Event.PAPER_READ,
        Event.INTENTION_READ,
        Event.OWN_ACTIVITY_READ,
        Event.CORRECTION_READ,
        Event.LOOK_OPENED,
    }
)
"""Events in which somebody read the participant's own data. Participants can usually see in the access log
who has read their data.

If a lead read a record because of a concern, the participant doesn't see that entry until a lead decides to
show it.
"""
WITHHELD = frozenset({Event.NOTES_READ, Event.NOTES_LOOKED_AT, Event.PATH_READ, Event.CONCERN_READ})
"""The kinds of event that stay hidden from the participant's access log until a lead decides otherwise."""
NOT_HIS = frozenset({Event.EVALUATION_READ, Event.WITHHELD_READ})
"""Events never shown in a participant's access log: reading anonymous data and reading withheld entries."""


class DisclosureRow(Model):
    """A lead's decision whether to show a withheld entry of the access log to the participant.

    Only the latest decision about an entry applies. The lead's reason for showing or withholding an entry is
    encrypted with the key for concerns, because the reason may mention a concern.
    """

    __tablename__ = "disclosures"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    entry_id: Mapped[UUID]
    number: Mapped[int]
    shown: Mapped[bool]
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def own(tx: Transaction, viewer: Viewer, now: datetime) -> list[Read]:
    """Return the participant's own access log.

    The result doesn't reveal withheld entries. Raise ``NotFound`` unless the viewer is a participant with an
    enrolment.
    """
    row = tx.scalar(select(Enrolment).where(Enrolment.participant_id == viewer.account_id))
    if row is None or viewer.role is not Role.PARTICIPANT:
        raise NotFound
    shown = [entry for entry, each in _newest(tx, row.id).items() if each.shown]
    return in_lines(_reads(tx, row, or_(_plain(), AuditEntry.id.in_(shown)), now))


def withheld(tx: Transaction, row: Enrolment, now: datetime) -> list[tuple[Read, Decision | None]]:
    """Return the withheld entries, each with its latest decision, if any.

    The caller must first record in the audit log that the viewer reads the entries.
    """
    of_his = and_(AuditEntry.event.in_(SHOWN | WITHHELD), ~_plain())
    decided, box = _newest(tx, row.id), tx.keys.box(CONCERNS)
    called = names_of(tx, (each.by_id for each in decided.values()))
    decisions = {
        entry: Decision(
            each.number,
            each.shown,
            box.open("disclosures.reason", each.id, each.reason),
            called[each.by_id],
            each.at,
        )
        for entry, each in decided.items()
    }
    return [(read, decisions.get(read.id)) for read in _reads(tx, row, of_his, now)]


@dataclass(frozen=True)
class NewDecision:
    """A lead's new decision about an entry, with the reason.

    ``number`` is 1 for the first decision about an entry of the access log, 2 for the second, and so on.
    """

    id: UUID
    entry_id: UUID
    number: int
    shown: bool
    reason: str


def add_decision(tx: Transaction, row: Enrolment, new: NewDecision) -> None:
    """Record a lead's decision whether the participant may see a hidden entry of the access log.

    The caller must lock the enrolment first, and commit afterwards.
    """
    made = DisclosureRow(id=new.id, enrolment_id=row.id, entry_id=new.entry_id)
    made.number, made.shown = new.number, new.shown
    made.by_id, made.at = tx.viewer.account_id, tx.now
    made.reason = tx.keys.box(CONCERNS).seal("disclosures.reason", made.id, new.reason)
    tx.add(made)


def _newest(tx: Transaction, enrolment_id: UUID) -> dict[UUID, DisclosureRow]:
    rows = select(DisclosureRow).where(DisclosureRow.enrolment_id == enrolment_id)
    return {each.entry_id: each for each in tx.scalars(rows.order_by(DisclosureRow.number))}


def _plain() -> ColumnElement[bool]:
    """Select the access-log entries that the participant can always see, without a lead's decision."""
    outside_concerns = or_(AuditEntry.look_id.is_(None), LeadAccessRow.purpose != Purpose.CONCERN)
    return AuditEntry.event.in_(SHOWN) & outside_concerns


def _reads(tx: Transaction, row: Enrolment, which: ColumnElement[bool], now: datetime) -> list[Read]:
    told = and_(
        LeadAccessRow.state == AccessState.OPENED,
        or_(LeadAccessRow.told_from <= now, LeadAccessRow.told_from.is_(None)),
    )
    entries = tx.execute(
        select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.event,
            AuditEntry.actor_id,
            AuditEntry.actor_role,
            AuditEntry.subject_id,
            AuditEntry.detail,
            AuditEntry.look_id,
            LeadAccessRow.purpose,
        )
        .outerjoin(LeadAccessRow, LeadAccessRow.id == AuditEntry.look_id)
        .where(
            AuditEntry.enrolment_id == row.id,
            AuditEntry.actor_role.in_((Role.PRACTITIONER, Role.LEAD)),
            or_(AuditEntry.look_id.is_(None), told),
            which,
        )
    ).all()
    called = names_of(tx, {each.actor_id for each in entries})
    titles, past = submissions.titles(tx, row.id), handovers.past(tx, [row.id])
    return once_a_day(
        Read(
            each.id,
            each.at,
            each.event,
            each.actor_id,
            called[each.actor_id],
            _reader(each, past.practitioner(row.id, each.at, row.practitioner_id)),
            each.subject_id,
            titles.get(each.subject_id, ""),
            each.look_id,
            Purpose(each.purpose) if each.purpose else None,
        )
        for each in entries
    )


def _reader(entry: Any, his: UUID) -> Reader:
    """Return the reader's role.

    ``his`` is the account id of the participant's practitioner at the time when somebody read the data.
    """
    if entry.actor_role == Role.LEAD:
        return Reader.LEAD
    if entry.detail == "as_cover":
        return Reader.COVER
    return Reader.PRACTITIONER if his == entry.actor_id else Reader.OTHER
