"""Titles, dates and counts of set work, for lists and boards."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased, defer

from companion.domain.activities.activity import Activity
from companion.domain.enrolments.pathway import EXPECTS_WORK
from companion.domain.meetings.appointments import Appointment
from companion.domain.work.work import Outcome, Piece, stage
from companion.store.activities.activities import ActivityRow, ActivityVersion, readable
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment, record_box
from companion.store.meetings.appointments import due_for
from companion.store.people import DAMAGED, names_of
from companion.store.work.rows import SubmissionRow, WorkRow
from companion.store.work.work import intention_of

LAST_ROUND = (
    select(func.max(SubmissionRow.round))
    .where(SubmissionRow.work_id == WorkRow.id)
    .correlate(WorkRow)
    .scalar_subquery()
)
WITH_INTENTIONS = (
    select(WorkRow, ActivityVersion, ActivityRow, Enrolment.state, SubmissionRow)
    .join(ActivityVersion, ActivityVersion.id == WorkRow.version_id)
    .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
    .join(Enrolment, Enrolment.id == WorkRow.enrolment_id)
    .outerjoin(SubmissionRow, (SubmissionRow.work_id == WorkRow.id) & (SubmissionRow.round == LAST_ROUND))
    .where(WorkRow.enrolment_id.in_(bindparam("ids", expanding=True)))
    .order_by(WorkRow.set_at.desc(), WorkRow.id)
    .options(defer(WorkRow.card), defer(SubmissionRow.said), defer(SubmissionRow.words))
)
"""Select the enrolments' set work, each piece with its activity and latest submission."""
OF_ENROLMENTS = WITH_INTENTIONS.options(defer(WorkRow.intention))
ORIGIN, ORIGIN_ACTIVITY = aliased(ActivityVersion), aliased(ActivityRow)
WITH_ORIGINS = (
    OF_ENROLMENTS.outerjoin(ORIGIN, ORIGIN.id == ActivityVersion.origin_id)
    .outerjoin(
        ORIGIN_ACTIVITY, (ORIGIN_ACTIVITY.id == ORIGIN.activity_id) & ORIGIN_ACTIVITY.enrolment_id.is_(None)
    )
    .add_columns(ORIGIN, ORIGIN_ACTIVITY)
)
"""The query for work that was set for these enrolments. Each adapted activity comes with the library version
from which it was copied.
"""


def last_set(tx: Transaction, enrolments: Iterable[UUID], slug: str) -> dict[UUID, datetime]:
    """For each enrolment, return when a practitioner last set any version of the activity."""
    found = tx.execute(
        select(WorkRow.enrolment_id, func.max(WorkRow.set_at))
        .join(ActivityVersion, ActivityVersion.id == WorkRow.version_id)
        .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        .where(WorkRow.enrolment_id.in_(list(enrolments)), ActivityRow.slug == slug)
        .group_by(WorkRow.enrolment_id)
    )
    return dict(found.all())


def were_set(tx: Transaction, enrolments: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Return, for each enrolment, the slugs of the activities that have been set as work.

    For an adapted activity, include the slug of the activity from which it was adapted. Leave out withdrawn
    work.
    """
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = tx.execute(
        select(WorkRow.enrolment_id, ActivityRow.slug, ORIGIN_ACTIVITY.slug)
        .join(ActivityVersion, ActivityVersion.id == WorkRow.version_id)
        .join(ActivityRow, ActivityRow.id == ActivityVersion.activity_id)
        .outerjoin(ORIGIN, ORIGIN.id == ActivityVersion.origin_id)
        .outerjoin(ORIGIN_ACTIVITY, ORIGIN_ACTIVITY.id == ORIGIN.activity_id)
        .where(WorkRow.enrolment_id.in_(list(enrolments)), WorkRow.withdrawn_at.is_(None))
    )
    for enrolment_id, *slugs in rows:
        found[enrolment_id].update(slug for slug in slugs if slug)
    return found


def pieces(
    tx: Transaction,
    enrolments: Iterable[UUID],
    *,
    own_titles: bool = True,
    intentions: bool = False,
    due: Mapping[UUID, Appointment] | None = None,
) -> dict[UUID, list[Piece]]:
    """Return each enrolment's set work, the latest first.

    A caller that has already called ``due_for`` can pass its result as ``due``. If an activity was written
    for one participant, its title is encrypted with their key, because it may contain personal information.
    If ``own_titles`` is false, an adapted activity has the title of the library activity from which it was
    copied. With ``intentions``, include the participants' plans for doing the work.
    """
    found: dict[UUID, list[Piece]] = defaultdict(list)
    enrolments = list(enrolments)
    due = due_for(tx, enrolments) if due is None else due
    every = WITH_ORIGINS if not own_titles else WITH_INTENTIONS if intentions else OF_ENROLMENTS
    rows = tx.execute(every, {"ids": enrolments}).all()
    called = _called(tx, rows)
    titled = {row[1]: row[1] for row in rows}
    if not own_titles:
        titled = _of_library(rows)
    shown = {version_row.id: readable(tx, by) for version_row, by in titled.items()}
    for row, version_row, _, state, last, *_ in rows:
        activity, needed = shown.get(version_row.id), state in EXPECTS_WORK
        piece = _piece((row, last), activity, due[row.due_id], called, needed=needed)
        if activity is None and version_row.id in shown:
            piece = replace(piece, title=DAMAGED)
        if intentions and row.intention and piece.to_do:
            piece = replace(piece, intention=intention_of(record_box(tx, row.enrolment_id), row))
        found[row.enrolment_id].append(piece)
    return found


def _of_library(rows: Sequence[Any]) -> dict[ActivityVersion, ActivityVersion]:
    """Map each activity version in ``rows`` to the library version that it was copied from, or to itself if
    it's in the library.

    Leave out activities that were neither in the library nor copied from it.
    """
    found = {}
    for _, version_row, activity, _, _, origin, origin_activity in rows:
        if activity.enrolment_id is None:
            found[version_row] = version_row
        elif origin_activity is not None:
            found[version_row] = origin
    return found


def _called(tx: Transaction, rows: Sequence[Any]) -> dict[UUID, str]:
    """Return the names of the staff who set the work, withdrew the work or gave feedback."""
    works, lasts = [row[0] for row in rows], [row[4] for row in rows]
    staff = {each for row in works for each in (row.set_by, row.withdrawn_by)}
    return names_of(tx, staff | {last.outcome_by for last in lasts if last})


def _piece(
    rows: tuple[WorkRow, SubmissionRow | None],
    activity: Activity | None,
    due: Appointment,
    called: Mapping[UUID, str],
    *,
    needed: bool,
) -> Piece:
    row, last = rows
    outcome = Outcome(last.outcome) if last and last.outcome else None
    return Piece(
        id=row.id,
        enrolment_id=row.enrolment_id,
        title=activity.title if activity else "",
        language=activity.language if activity else "",
        minutes=activity.minutes if activity else 0,
        stage=stage(
            (outcome, last.read_at is not None) if last else None,
            row.started,
            needed=needed,
            on_paper=row.on_paper_on is not None,
            withdrawn=row.withdrawn_at is not None,
        ),
        due=due,
        done=row.done,
        fewest_left=row.fewest_left,
        most_left=row.most_left,
        saved_at=row.saved_at,
        submission_id=last.id if last else None,
        round=last.round if last else 0,
        submitted_at=last.submitted_at if last else None,
        outcome_at=last.outcome_at if last else None,
        to_talk=last.to_talk if last else 0,
        unseen=bool(
            last and last.outcome and last.seen_at is None and not (row.on_paper_on or row.withdrawn_at)
        ),
        set_by=called[row.set_by],
        outcome_by=called[last.outcome_by] if last and last.outcome_by else "",
        on_paper_on=row.on_paper_on,
        short=bool(last and last.short),
        carrying_on=bool(last and last.short and not row.short and outcome is not Outcome.RETURNED),
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=called[row.withdrawn_by] if row.withdrawn_by else "",
        withdrawal_unseen=row.withdrawn_at is not None and row.withdrawal_seen_at is None,
    )
