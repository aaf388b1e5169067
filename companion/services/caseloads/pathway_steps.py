"""Let a practitioner read a participant's pathway history and record the next step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from companion.domain.caseloads.still_open import StillOpen
from companion.domain.enrolments.pathway import (
    BACK,
    ENDS,
    MOVES,
    PathwayState,
    PathwayStep,
    StepForm,
    came_from,
    move,
    reason_for,
    standing,
)
from companion.domain.meetings.appointments import Appointment, Attendance
from companion.domain.people import Role, Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound
from companion.domain.time.london import LONDON
from companion.services.act import Actor, Counted, acting
from companion.services.meetings.attendance import note_row
from companion.store import audit, people
from companion.store.accounts import sessions
from companion.store.base import Transaction
from companion.store.caseloads import still_open
from companion.store.enrolments import enrolments, handovers
from companion.store.enrolments.enrolments import Case, Enrolment, EnrolmentStepRow, NewStep
from companion.store.enrolments.handovers import HandoverForStaff
from companion.store.meetings import appointments


@dataclass(frozen=True)
class Path:
    """A participant's pathway history, with the names of the staff involved."""

    case: Case
    steps: list[PathwayStep]
    handovers: list[HandoverForStaff]
    names: Mapping[UUID, str]
    still_open: StillOpen
    meetings: Sequence[Appointment] = ()
    """The participant's future meetings that are booked."""

    def ended_by(self, state: PathwayState) -> int:
        """Return how many booked meetings a move to this pathway state would cancel."""
        return sum(each.kind in ENDS.get(state, ()) for each in self.meetings)

    @property
    def moves(self) -> tuple[PathwayState, ...]:
        """Return the participant's possible next pathway states."""
        return MOVES[self.case.state]

    @property
    def back_to(self) -> PathwayStep | None:
        """Return the pathway step that undoing the latest step would go back to. Return None if there is no
        such step.
        """
        return came_from(self.steps)

    @property
    def found_suitable_by(self) -> UUID | None:
        """Return the practitioner who decided that the programme suits the participant, or None.

        If possible, the participant should stay with the practitioner who held the initial meeting.
        """
        found = [step.by for step in standing(self.steps) if step.state is PathwayState.SUITABLE]
        return found[-1] if found else None


def read_path(actor: Actor, enrolment_id: UUID) -> Path:
    """Return the participant's pathway, with the reason for each step. The audit log records each time that
    somebody reads a participant's pathway.

    Mark the participant's handovers to the viewer as read. Raise ``NotFound`` unless the viewer is the
    participant's practitioner.
    """
    with acting(actor, Counted.NEVER) as tx:
        _require_practitioner(actor.viewer)
        row = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        handovers.mark_opened(tx, row.id)
        steps = enrolments.steps(tx, row.id)
        names = people.names_of(tx, (step.by for step in steps)) | {enrolments.NOBODY: people.DAMAGED}
        meetings = appointments.to_come(tx, row.id, actor.now)
        found = Path(
            enrolments.case(tx, row),
            steps,
            handovers.told(tx, row.id),
            names,
            still_open.still_open(tx, actor.viewer, row, actor.now),
            meetings,
        )
        audit.record(tx, audit.Event.PATH_READ, subject=row.id, enrolment=row.id)
        tx.commit()
    return found


def move_on(
    actor: Actor,
    enrolment_id: UUID,
    typed: StepForm,
    new_id: UUID | None = None,
    confirmed: bool | None = None,
) -> None:
    """Record the chosen pathway step, or undo the last step (``BACK``).

    ``confirmed`` is True if the practitioner was warned that something is unfinished, and confirmed the step
    anyway. If ``confirmed`` is None, record the step without a warning about anything unfinished. Recording
    the same step again changes nothing. Raise ``Rejected`` for a mistake in the form, or ``NotAllowed`` for
    an impossible step. Raise ``ChangedElsewhere`` if the state has changed.
    """
    with acting(actor) as tx:
        _require_practitioner(actor.viewer)
        _, row = enrolments.with_account(tx, actor.viewer, enrolment_id)
        if row.state == typed.to or (new_id and tx.get(EnrolmentStepRow, new_id)):
            return
        if row.state != typed.seen:
            raise ChangedElsewhere
        unknown = still_open.still_open(tx, actor.viewer, row, actor.now).problems(typed.to, confirmed)
        was = row.state
        if typed.to == BACK:
            step = _take_back(tx, row, typed.reason, new_id)
        else:
            state, on, words = move(PathwayState(row.state), typed, row.state_since, actor.now, unknown)
            step = enrolments.add_step(tx, row, NewStep(state, on, words, new_id))
        _let_in_or_out(tx, row, was)
        _cancel_what_ends(tx, row)
        audit.record(tx, audit.Event.PATH_MOVED, subject=step.id, enrolment=row.id, detail=typed.to)
        tx.commit()


def _cancel_what_ends(tx: Transaction, enrolment: Enrolment) -> None:
    """Cancel the future meetings that the new state doesn't allow, and notify the participant."""
    kinds = ENDS.get(PathwayState(enrolment.state), frozenset())
    for row in appointments.locked_to_come(tx, enrolment.id, kinds, tx.now):
        said = appointments.words(tx, row)
        note_row(tx, enrolment, row, Attendance.CANCELLED_BY_SERVICE, said)


def _require_practitioner(viewer: Viewer) -> None:
    if viewer.role is not Role.PRACTITIONER:
        raise NotFound


def _take_back(tx: Transaction, row: Enrolment, reason: str, new_id: UUID | None) -> EnrolmentStepRow:
    """Add a step that undoes the last step, and restore the earlier state and date."""
    before = came_from(enrolments.steps(tx, row.id))
    if before is None:
        raise NotAllowed("no_step_back")
    words, today = reason_for(reason), tx.now.astimezone(LONDON).date()
    return enrolments.add_step(tx, row, NewStep(before.state, today, words, new_id, before.day))


def _let_in_or_out(tx: Transaction, row: Enrolment, was: str) -> None:
    """Block the account of a participant who has died.

    If the death was recorded by mistake, unblock the account.
    """
    account = people.account(tx, row.participant_id)
    if row.state == PathwayState.DIED:
        sessions.shut(tx, account, tx.now)
    elif was == PathwayState.DIED:
        account.left_at = None
