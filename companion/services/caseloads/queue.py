"""Load a practitioner's queue, and search for a participant."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from companion.domain.caseloads.queue import Place, QueueRow, Reason
from companion.domain.meetings.appointments import Appointment
from companion.domain.people import folded, typed_reference
from companion.domain.work.work import Piece
from companion.services.act import Actor
from companion.store.caseloads import find, queue
from companion.store.caseloads.find import Found
from companion.store.caseloads.queue import Wanted
from companion.store.concerns.concerns import ConcernLine
from companion.store.enrolments.enrolments import Case
from companion.store.meetings import absence
from companion.store.messages.messages import Covered


@dataclass(frozen=True)
class QueueLine:
    """A row of the queue, with its names, titles and dates."""

    row: QueueRow
    participant: str
    reference: str
    piece: Piece | None = None
    """The participant's work that the practitioner should read or respond to.

    If a session has no work set, its row in the queue shows the participant's latest work.
    """
    meeting: Appointment | None = None
    concern: ConcernLine | None = None
    by: str = ""
    """If the participant was handed over, this is the name of the previous practitioner. If the viewer covers
    for an absent colleague, this is the colleague's name.
    """
    started: bool = False
    """True if the practitioner has a draft of the session's record."""

    @property
    def is_known(self) -> bool:
        """True if this row's subject (work, concern, meeting or handover) still exists.

        Rows that somebody changed outside Companion aren't shown.
        """
        needed = {
            Reason.CONCERN: self.concern,
            Reason.TAKEN_ON: self.by,
            **dict.fromkeys((Reason.TO_READ, Reason.TO_ANSWER), self.piece),
            **dict.fromkeys((Reason.UNNOTED, Reason.UNSET), self.meeting),
        }
        return bool(needed.get(self.row.reason, True))


@dataclass(frozen=True)
class Details:
    cases: Mapping[UUID, Case]
    pieces: Mapping[UUID, Sequence[Piece]]
    meetings: Mapping[UUID, Sequence[Appointment]]
    concerns: Iterable[ConcernLine] = ()
    covered: Iterable[Covered] = ()
    handed_over: Mapping[UUID, str] = field(default_factory=dict)
    """For each handover, the name of the participant's previous practitioner."""
    started: Collection[UUID] = ()
    """The meetings whose record the practitioner has begun but not finished."""


def lines(rows: Iterable[QueueRow], known: Details) -> list[QueueLine]:
    """Return the queue's rows with their details.

    Leave out the queue's rows about participants whom the viewer can't see, and rows whose subject no longer
    exists.
    """
    covered = {each.enrolment_id: each for each in known.covered}
    concerns = {each.id: each for each in known.concerns}
    found = []
    for row in rows:
        thread = covered.get(row.enrolment_id)
        if row.enrolment_id in known.cases:
            line = _own(row, known, concerns)
        elif thread and row.reason is Reason.MESSAGE:
            line = QueueLine(row, thread.participant, thread.reference, by=thread.practitioner)
        else:
            continue
        found.append(line)
    return [line for line in found if line.is_known]


def next_row(actor: Actor, place: Place) -> QueueRow | int:
    """Return the next row of the queue after this position. If no row follows the position, return the
    queue's length.
    """
    with actor.store.reading() as tx:
        covered = absence.covered_by(tx, actor.viewer, actor.now)
        found = queue.after(tx, actor.viewer, Wanted(covered, 1, place), actor.now)
        if found.rows:
            return found.rows[0]
        return queue.after(tx, actor.viewer, Wanted(covered, 1), actor.now).total


def participants_called(actor: Actor, typed: str) -> list[Found]:
    """Return the viewer's participants with this reference, or with this text in their name."""
    with actor.store.reading() as tx:
        own = find.own(tx, actor.viewer)
    reference, name = typed_reference(typed), folded(typed)
    by_reference = [each for each in own if each.reference == reference]
    return by_reference or [each for each in own if name and name in folded(each.participant)]


def _own(row: QueueRow, known: Details, concerns: Mapping[UUID, ConcernLine]) -> QueueLine:
    case, pieces = known.cases[row.enrolment_id], known.pieces.get(row.enrolment_id, ())
    of_reason = (
        pieces[:1]
        if row.reason is Reason.UNSET
        else [piece for piece in pieces if piece.submission_id == row.subject_id]
    )
    meetings = known.meetings.get(row.enrolment_id, ())
    return QueueLine(
        row,
        case.participant,
        case.reference,
        next(iter(of_reason), None),
        next((each for each in meetings if each.id == row.subject_id), None),
        concerns.get(row.subject_id),
        known.handed_over.get(row.subject_id, ""),
        row.reason is Reason.UNNOTED and row.subject_id in known.started,
    )
