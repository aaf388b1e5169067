"""A participant hands in what he checked, and reads what was said to it."""

from datetime import datetime
from uuid import UUID

from companion.domain.people import Viewer
from companion.domain.refusals import ChangedElsewhere
from companion.domain.work.work import hand_in
from companion.services.act import Counted, acting
from companion.store import audit, outbox
from companion.store.base import Store
from companion.store.enrolments import enrolments
from companion.store.work import open_work, work


def submit(store: Store, viewer: Viewer, work_id: UUID, seen: int, now: datetime) -> UUID:
    """Hand in what he checked; the submission's id.

    Raises ``NotAllowed`` when a question is open or it was handed in already, and ``ChangedElsewhere``
    when an answer changed since the revision ``seen`` was checked.
    """
    with acting(store, viewer, now) as tx:
        piece = open_work.open_own(tx, viewer, work_id)
        row, said = piece.row, hand_in(piece.whole)
        if row.revision != seen:
            raise ChangedElsewhere
        enrolment = enrolments.enrolment(tx, viewer, row.enrolment_id)
        submission = work.add_submission(tx, row, piece.whole.round, said, now)
        outbox.notify(tx, enrolment.practitioner_id, outbox.Notice.WORK_SUBMITTED, submission.id, now)
        audit.record(
            tx, audit.Event.WORK_SUBMITTED, now, viewer, subject=submission.id, enrolment=enrolment.id
        )
        tx.commit()
    return submission.id


def see_feedback(store: Store, viewer: Viewer, submission_id: UUID, now: datetime) -> None:
    """The participant opened what was released or returned: a read mark, once."""
    with acting(store, viewer, now, Counted.NEVER) as tx:
        row = work.submission_row(tx, viewer, submission_id)
        if row.outcome and row.seen_at is None:
            row.seen_at = now
            enrolment = enrolments.enrolment(tx, viewer)
            audit.record(tx, audit.Event.FEEDBACK_SEEN, now, viewer, subject=row.id, enrolment=enrolment.id)
        tx.commit()
