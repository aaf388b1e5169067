"""Queries for group members, and for participants who can join a group."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from companion.domain.enrolments.pathway import EXPECTS_WORK, PathwayState
from companion.domain.meetings.groups import Member
from companion.domain.people import Viewer
from companion.store import locks
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment, is_there, theirs
from companion.store.meetings.groups import GroupMemberRow, GroupRow, whose
from companion.store.people import Account, names


def members(tx: Transaction, viewer: Viewer, groups: Iterable[UUID]) -> dict[UUID, list[Member]]:
    """Return each group's current and former members, in the order of joining.

    Participants who now have a different practitioner are left out.
    """
    rows = tx.execute(
        select(GroupMemberRow, Enrolment, Account)
        .join(Enrolment, Enrolment.id == GroupMemberRow.enrolment_id)
        .join(Account, Account.id == Enrolment.participant_id)
        .where(theirs(viewer), GroupMemberRow.group_id.in_(list(groups)))
        .order_by(GroupMemberRow.joined_at, Enrolment.created_at, GroupMemberRow.id)
    ).all()
    called = names(tx, {account.id: account for *_, account in rows}.values())
    found: dict[UUID, list[Member]] = defaultdict(list)
    for row, enrolment, account in rows:
        if not enrolment.intact:
            continue
        found[row.group_id].append(
            Member(
                enrolment.id,
                enrolment.reference,
                called[account.id],
                PathwayState(enrolment.state),
                account.joined_at,
                row.joined_at,
                row.left_at,
            )
        )
    return found


def taking_part(tx: Transaction, viewer: Viewer, group_id: UUID) -> list[Enrolment]:
    """Lock and return the enrolments of the group's current members.

    Members for whom no work can be set any more are left out. The caller must have locked the group.
    """
    return [row for row in locks.lock(tx, _taking_part(viewer, group_id)) if row.intact]


def inside(tx: Transaction, viewer: Viewer, group_id: UUID) -> set[str]:
    """Return the enrolment ids that ``taking_part`` would return, as strings, without locking anything."""
    return {str(row.id) for row in tx.scalars(_taking_part(viewer, group_id))}


def _taking_part(viewer: Viewer, group_id: UUID) -> Select[Enrolment]:
    inside = select(GroupMemberRow.enrolment_id).where(
        GroupMemberRow.group_id == group_id, GroupMemberRow.left_at.is_(None)
    )
    expecting = theirs(viewer) & Enrolment.state.in_(sorted(EXPECTS_WORK))
    return select(Enrolment).where(expecting, Enrolment.id.in_(inside))


def members_of(tx: Transaction, group_id: UUID) -> set[UUID]:
    """Return the enrolment ids of the group's current members in its practitioner's caseload.

    Members for whom no work can be set any more are left out. The caller must have locked the group.
    """
    return set(
        tx.scalars(
            select(Enrolment.id)
            .join(GroupMemberRow, GroupMemberRow.enrolment_id == Enrolment.id)
            .join(GroupRow, GroupRow.id == GroupMemberRow.group_id)
            .where(
                GroupRow.id == group_id,
                GroupMemberRow.left_at.is_(None),
                Enrolment.practitioner_id == GroupRow.practitioner_id,
                Enrolment.state.in_(sorted(EXPECTS_WORK)),
                is_there(),
            )
        )
    )


def in_a_group(viewer: Viewer) -> ColumnElement[bool]:
    """Select the enrolments in one of the viewer's groups."""
    inside = (
        select(GroupMemberRow.enrolment_id)
        .join(GroupRow, GroupRow.id == GroupMemberRow.group_id)
        .where(whose(viewer), GroupMemberRow.left_at.is_(None))
    )
    return Enrolment.id.in_(inside)


def free(tx: Transaction, viewer: Viewer, programme_id: str) -> list[tuple[UUID, str, str]]:
    """Return the participants who can join a group in the programme: enrolment id, name and reference.

    The newest enrolment comes last.
    """
    rows = tx.execute(
        select(Enrolment, Account)
        .join(Account, Account.id == Enrolment.participant_id)
        .where(
            theirs(viewer),
            Enrolment.programme_id == programme_id,
            Enrolment.state.in_(sorted(EXPECTS_WORK)),
            ~in_a_group(viewer),
        )
        .order_by(Enrolment.created_at, Enrolment.id)
    ).all()
    called = names(tx, [account for _, account in rows])
    return [
        (enrolment.id, called[account.id], enrolment.reference)
        for enrolment, account in rows
        if enrolment.intact
    ]


def group_of(tx: Transaction, viewer: Viewer, enrolment_id: UUID) -> GroupRow | None:
    """Return the viewer's group to which the enrolment belongs, or None."""
    return tx.scalar(
        select(GroupRow)
        .join(GroupMemberRow, GroupMemberRow.group_id == GroupRow.id)
        .where(whose(viewer), GroupMemberRow.enrolment_id == enrolment_id, GroupMemberRow.left_at.is_(None))
    )


def membership(tx: Transaction, group_id: UUID, enrolment_id: UUID) -> GroupMemberRow | None:
    """Return the enrolment's latest membership of the group, or None."""
    return tx.scalar(
        select(GroupMemberRow)
        .where(GroupMemberRow.group_id == group_id, GroupMemberRow.enrolment_id == enrolment_id)
        .order_by(GroupMemberRow.joined_at.desc(), GroupMemberRow.id)
        .limit(1)
    )


def let_go(tx: Transaction, enrolment_id: UUID, now: datetime) -> bool:
    """Remove an enrolment from its group. Return False if the enrolment wasn't in a group."""
    rows = tx.scalars(
        select(GroupMemberRow).where(
            GroupMemberRow.enrolment_id == enrolment_id, GroupMemberRow.left_at.is_(None)
        )
    ).all()
    for row in rows:
        row.left_at = now
    return bool(rows)
