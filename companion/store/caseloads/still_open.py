from datetime import datetime

from companion.domain.caseloads.still_open import StillOpen, of_work
from companion.domain.people import Viewer
from companion.store.base import Transaction
from companion.store.caseloads import board_facts
from companion.store.concerns import concerns
from companion.store.enrolments.enrolments import Enrolment
from companion.store.messages import messages
from companion.store.work import piece_list


def still_open(tx: Transaction, viewer: Viewer, row: Enrolment, now: datetime) -> StillOpen:
    """Count the unfinished tasks of each kind in an enrolment.

    The caller must have checked that the viewer may see the enrolment.
    """
    to_do, without_feedback = of_work(piece_list.pieces(tx, [row.id], own_titles=False)[row.id])
    return StillOpen(
        to_do,
        without_feedback,
        row.to_talk,
        messages.unread(tx, [row.id]).get(row.id, 0),
        len(concerns.lines(tx, viewer, enrolment_id=row.id)),
        board_facts.unnoted(tx, [row.id], now).get(row.id, 0),
    )
