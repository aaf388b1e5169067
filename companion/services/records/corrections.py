"""Let participants ask for a correction of their data. Let leads answer requests for correction."""

from uuid import UUID

from companion.domain.people import Role
from companion.domain.records import data_rights
from companion.domain.refusals import ChangedElsewhere, NotAllowed
from companion.services.act import Actor, Counted, acting
from companion.store import audit, outbox
from companion.store.audit import Event
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.outbox import Notice
from companion.store.records import corrections
from companion.store.records.corrections import Correction, CorrectionRow


def ask(actor: Actor, new_id: UUID, wrong: str, should: str) -> None:
    """Ask for a correction.

    A participant can have only one open request. Repeating the call with the same id does nothing. Raise
    ``Rejected`` for a mistake in the form. Raise ``NotAllowed`` if the participant already has an open
    request for a correction.
    """
    typed = data_rights.wrong(wrong, should)
    with acting(actor, role=Role.PARTICIPANT) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
        if tx.get(CorrectionRow, new_id) is not None:
            return
        if corrections.open_one(tx, enrolment.id) is not None:
            raise NotAllowed("correction_waits")
        corrections.add(tx, enrolment, new_id, typed)
        audit.record(tx, Event.CORRECTION_ASKED, subject=new_id, enrolment=enrolment.id)
        tx.commit()


def read(actor: Actor, correction_id: UUID) -> Correction:
    """Return a correction request for a lead to read. The audit log records each time that a lead reads a
    correction request.
    """
    with acting(actor, Counted.NEVER) as tx:
        row = corrections.correction_row(tx, actor.viewer, correction_id)
        found = corrections.opened(tx, row)
        audit.record(tx, Event.CORRECTION_READ, subject=row.id, enrolment=row.enrolment_id)
        tx.commit()
    return found


def answer(actor: Actor, correction_id: UUID, outcome: str, words: str) -> None:
    """Let a lead answer a correction request.

    Raise ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if another lead has already
    answered the request.
    """
    said, text = data_rights.answer(outcome, words)
    with acting(actor) as tx:
        row = corrections.correction_row(tx, actor.viewer, correction_id)
        if row.answered_at is not None:
            raise ChangedElsewhere
        corrections.settle(tx, row, said, text)
        participant = tx.get_one(Enrolment, row.enrolment_id).participant_id
        outbox.notify(tx, participant, Notice.REQUEST_ANSWERED, row.id)
        audit.record(tx, Event.CORRECTION_ANSWERED, subject=row.id, enrolment=row.enrolment_id)
        tx.commit()
