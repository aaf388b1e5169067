"""Let a participant submit work and read the feedback."""

from uuid import UUID

from companion.domain.refusals import ChangedElsewhere
from companion.domain.work.work import hand_in
from companion.services.act import Actor, Counted, acting
from companion.store import audit, outbox
from companion.store.enrolments import enrolments
from companion.store.work import open_work, rounds


def submit(actor: Actor, work_id: UUID, seen: int) -> UUID:
    """Submit work, and return the submission's id.

    Raise ``NotAllowed`` if a question is unanswered or the work isn't open. Raise ``ChangedElsewhere`` if an
    answer has changed since the page was loaded.
    """
    with acting(actor) as tx:
        piece = open_work.open_own(tx, actor.viewer, work_id)
        row, said = piece.row, hand_in(piece.whole)
        if row.revision != seen:
            raise ChangedElsewhere
        enrolment = enrolments.enrolment(tx, actor.viewer, row.enrolment_id)
        submission = rounds.add_submission(tx, row, piece.whole.round, said)
        outbox.notify(tx, enrolment.practitioner_id, outbox.Notice.WORK_SUBMITTED, submission.id)
        audit.record(tx, audit.Event.WORK_SUBMITTED, subject=submission.id, enrolment=enrolment.id)
        tx.commit()
    return submission.id


def see_feedback(actor: Actor, submission_id: UUID) -> None:
    """Record when the participant first opened the feedback or the returned work."""
    with acting(actor, Counted.NEVER) as tx:
        row = rounds.submission_row(tx, actor.viewer, submission_id)
        if row.outcome and row.seen_at is None:
            row.seen_at = actor.now
            enrolment = enrolments.enrolment(tx, actor.viewer)
            audit.record(tx, audit.Event.FEEDBACK_SEEN, subject=row.id, enrolment=enrolment.id)
        tx.commit()
