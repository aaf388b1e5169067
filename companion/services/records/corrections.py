"""A participant says what is wrong in what is held on him, and a lead answers."""

from datetime import datetime
from uuid import UUID

from companion.domain.people import Role, Viewer
from companion.domain.records import data_rights
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound
from companion.services.act import Counted, acting
from companion.store import audit, outbox
from companion.store.audit import Event
from companion.store.base import Store
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.outbox import Notice
from companion.store.records import corrections
from companion.store.records.corrections import Correction, CorrectionRow


def ask(store: Store, viewer: Viewer, new_id: UUID, wrong: str, should: str, now: datetime) -> None:
    """Say what is wrong, and what it should say. One request is open at a time; twice with one id asks once.

    Raises ``Rejected``, and ``NotAllowed`` while another one waits.
    """
    typed = data_rights.wrong(wrong, should)
    with acting(store, viewer, now) as tx:
        if viewer.role is not Role.PARTICIPANT:
            raise NotFound
        enrolment = enrolments.enrolment(tx, viewer, lock=True)
        if tx.get(CorrectionRow, new_id) is not None:
            return
        if corrections.open_one(tx, enrolment.id) is not None:
            raise NotAllowed("correction_waits")
        corrections.add(tx, enrolment, new_id, typed, now)
        audit.record(tx, Event.CORRECTION_ASKED, now, viewer, subject=new_id, enrolment=enrolment.id)
        tx.commit()


def read(store: Store, viewer: Viewer, correction_id: UUID, now: datetime) -> Correction:
    """A lead reads it: every look is recorded."""
    with acting(store, viewer, now, Counted.NEVER) as tx:
        row = corrections.correction_row(tx, viewer, correction_id)
        found = corrections.opened(tx, row)
        audit.record(tx, Event.CORRECTION_READ, now, viewer, subject=row.id, enrolment=row.enrolment_id)
        tx.commit()
    return found


def answer(
    store: Store, viewer: Viewer, correction_id: UUID, outcome: str, words: str, now: datetime
) -> None:
    """A lead answers. Raises ``Rejected``, and ``ChangedElsewhere`` where another lead was quicker."""
    said, text = data_rights.answer(outcome, words)
    with acting(store, viewer, now) as tx:
        row = corrections.correction_row(tx, viewer, correction_id)
        if row.answered_at is not None:
            raise ChangedElsewhere
        corrections.settle(tx, viewer, row, said, text, now)
        participant = tx.get_one(Enrolment, row.enrolment_id).participant_id
        outbox.notify(tx, participant, Notice.REQUEST_ANSWERED, row.id, now)
        audit.record(tx, Event.CORRECTION_ANSWERED, now, viewer, subject=row.id, enrolment=row.enrolment_id)
        tx.commit()
