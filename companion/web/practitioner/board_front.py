"""What is in front of a practitioner's board: what can't wait, then what waits to be read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from companion.domain.caseloads.board import READ_FIRST
from companion.domain.concerns.concerns import ConcernKind
from companion.domain.meetings.appointments import Appointment
from companion.domain.people import Viewer
from companion.domain.work.work import Piece
from companion.store import people
from companion.store.base import Transaction
from companion.store.caseloads import board_facts
from companion.store.caseloads.board_facts import WaitingSubmissions
from companion.store.concerns import concerns
from companion.store.concerns.concerns import ConcernLine
from companion.store.enrolments import handovers
from companion.store.enrolments.enrolments import Case
from companion.store.enrolments.handovers import HandoverRow


@dataclass(frozen=True)
class Front:
    """Of whom something is there, oldest first; the page shows the first few of each list."""

    waiting: WaitingSubmissions
    told: Sequence[ConcernLine]
    written: Sequence[UUID]
    taken_on: Sequence[HandoverRow]
    from_whom: Mapping[UUID, str]
    to_note: Sequence[tuple[UUID, Appointment]]

    @property
    def enrolments(self) -> set[UUID]:
        """Whose cases the page needs."""
        found = {enrolment for enrolment, _ in self.waiting.first} | {line.enrolment_id for line in self.told}
        found.update(row.enrolment_id for row in self.taken_on)
        found.update(self.written[:READ_FIRST], (enrolment for enrolment, _ in self.to_note[:READ_FIRST]))
        return found

    def shown(self, cases: Mapping[UUID, Case], pieces: Iterable[Piece]) -> dict[str, Any]:
        """What the template takes, without anybody who is not in ``cases``: they may have been erased just then."""
        by_submission = {piece.submission_id: piece for piece in pieces}
        return {
            "to_read": [
                (cases[enrolment], by_submission[each])
                for enrolment, each in self.waiting.first
                if enrolment in cases
            ],
            "unread": self.waiting.count,
            "told": [line for line in self.told if line.enrolment_id in cases],
            "have_written": len(self.written),
            "taken_on": [
                (cases[row.enrolment_id], self.from_whom[row.from_id], row.at)
                for row in self.taken_on
                if row.enrolment_id in cases
            ],
            "to_note": [
                (cases[enrolment], met) for enrolment, met in self.to_note[:READ_FIRST] if enrolment in cases
            ],
            "all_to_note": len(self.to_note),
        }


def front_of(tx: Transaction, viewer: Viewer, now: datetime) -> Front:
    """Return what is in front of this practitioner's board."""
    taken_on = handovers.unopened(tx, viewer, now)
    return Front(
        board_facts.waiting(tx, viewer, READ_FIRST, now),
        [each for each in concerns.lines(tx, viewer) if each.concern.kind is ConcernKind.TOLD],
        board_facts.have_written(tx, viewer),
        taken_on,
        people.names_of(tx, (row.from_id for row in taken_on)),
        board_facts.to_note(tx, viewer, now),
    )
