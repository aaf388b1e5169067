"""Read, take on, refer on and close concerns, and add notes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from companion.domain.concerns.concerns import (
    WORDS_MOST,
    ConcernState,
    ConcernStepKind,
    Passed,
    concern_words,
)
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.domain.text import clean
from companion.services.act import Actor, Counted, acting
from companion.services.concerns import lead_access
from companion.store import audit
from companion.store.audit import Event
from companion.store.base import Transaction
from companion.store.concerns import concerns
from companion.store.concerns.concerns import ConcernRow, ConcernStepRow, NewConcernStep, OpenedConcern


@dataclass(frozen=True)
class Act:
    """A lead's action on a concern. ``new_id`` is the id of the step that the action adds to the concern.
    ``seen`` is the number of the concern's revision that the lead's page showed.
    """

    new_id: UUID
    seen: int


def open_concern(actor: Actor, concern_id: UUID) -> OpenedConcern:
    """Return a concern. The audit log records each time that somebody reads a concern."""
    with acting(actor, Counted.NEVER) as tx:
        row = concerns.concern_row(tx, actor.viewer, concern_id)
        found = concerns.opened(tx, row)
        _record(tx, Event.CONCERN_READ, row)
        tx.commit()
    return found


def take(actor: Actor, concern_id: UUID) -> None:
    """Let a lead take on a concern.

    Repeating the call changes nothing. Raise ``ChangedElsewhere`` if another lead has taken on the concern,
    or if the concern was referred on or closed.
    """
    with _as_lead(actor, concern_id) as (tx, row):
        if row.taken_by == actor.viewer.account_id and row.state == ConcernState.TAKEN:
            return
        if row.state != ConcernState.NEW:
            raise ChangedElsewhere
        row.state, row.taken_by, row.revision = ConcernState.TAKEN, actor.viewer.account_id, row.revision + 1
        concerns.add_step(tx, row, NewConcernStep(ConcernStepKind.TAKEN, uuid4()))
        _record(tx, Event.CONCERN_TAKEN, row)
        tx.commit()


@dataclass(frozen=True)
class PassedOn:
    """A referral, as typed: the person or organisation, the time and a note."""

    to: str
    day: str
    time: str
    note: str

    def checked(self, now: datetime) -> tuple[Passed | None, str]:
        """Check and return the referral and its note, or raise ``Rejected`` with every problem."""
        problems: list[Problem] = []
        passed, note = None, ""
        try:
            passed = Passed.typed(self.to, self.day, self.time, now)
        except Rejected as rejected:
            problems += rejected.problems
        try:
            note = clean(self.note, WORDS_MOST, "passed_note", required=False)
        except Rejected as rejected:
            problems += rejected.problems
        if problems:
            raise Rejected(*problems)
        return passed, note


def pass_on(actor: Actor, concern_id: UUID, act: Act, typed: PassedOn) -> None:
    """Let a lead record that a concern was referred on.

    Raise ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if the page is out of date. Raise
    ``NotAllowed`` if nobody has taken on the concern, or if the concern was already referred on or closed.
    """
    passed, note = typed.checked(actor.now)
    with _as_lead(actor, concern_id) as (tx, row):
        if _done(tx, act):
            return
        if passed and passed.at < row.raised_at.replace(second=0, microsecond=0):
            raise Rejected(Problem("before_raised", field="passed_day"))
        _require(row, act, ConcernState.TAKEN)
        row.state, row.revision = ConcernState.PASSED_ON, row.revision + 1
        concerns.add_step(tx, row, NewConcernStep(ConcernStepKind.PASSED_ON, act.new_id, note, passed))
        _record(tx, Event.CONCERN_PASSED_ON, row)
        tx.commit()


def close(actor: Actor, concern_id: UUID, act: Act, reason: str) -> None:
    """Close a concern with a reason.

    Closing a participant's last open concern ends any lead access that was given because of a concern. Raise
    ``Rejected`` for a reason that is empty or too long, or ``ChangedElsewhere`` if the page is out of date.
    Raise ``NotAllowed`` if the concern is already closed.
    """
    words = concern_words(reason, "reason")
    with _as_lead(actor, concern_id) as (tx, row):
        if _done(tx, act):
            return
        _require(row, act, ConcernState.NEW, ConcernState.TAKEN, ConcernState.PASSED_ON)
        row.state, row.revision = ConcernState.CLOSED, row.revision + 1
        concerns.add_step(tx, row, NewConcernStep(ConcernStepKind.CLOSED, act.new_id, words))
        _record(tx, Event.CONCERN_CLOSED, row)
        tx.flush()
        if not concerns.any_open(tx, row.enrolment_id):
            lead_access.end_for_concern(tx, row.enrolment_id)
        tx.commit()


def add_note(actor: Actor, concern_id: UUID, new_id: UUID, note: str) -> None:
    """Add a note to a concern, open or closed. Anybody who may see the concern can add notes.

    Repeating the call with the same id does nothing. Raise ``Rejected`` for a note that is empty or too long.
    """
    words = concern_words(note, "note")
    with acting(actor, Counted.NEVER) as tx:
        row = concerns.concern_row(tx, actor.viewer, concern_id)
        if tx.get(ConcernStepRow, new_id) is None:
            concerns.add_step(tx, row, NewConcernStep(ConcernStepKind.NOTE, new_id, words))
            _record(tx, Event.CONCERN_NOTED, row)
        tx.commit()


@contextmanager
def _as_lead(actor: Actor, concern_id: UUID) -> Iterator[tuple[Transaction, ConcernRow]]:
    with acting(actor, Counted.NEVER, role=Role.LEAD) as tx:
        concerns.lock_enrolment(tx, concern_id)
        yield tx, concerns.concern_row(tx, actor.viewer, concern_id)


def _done(tx: Transaction, act: Act) -> bool:
    return tx.get(ConcernStepRow, act.new_id) is not None


def _require(row: ConcernRow, act: Act, *states: ConcernState) -> None:
    if row.revision != act.seen:
        raise ChangedElsewhere
    if row.state not in states:
        raise NotAllowed("not_in_this_state")


def _record(tx: Transaction, event: Event, row: ConcernRow) -> None:
    audit.record(tx, event, subject=row.id, enrolment=row.enrolment_id)
