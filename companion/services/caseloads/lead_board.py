"""The lead's board: all enrolments, urgent enrolments first.

References such as K7-402 identify the enrolments. The board never shows participants' names, or anything that
participants wrote.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from companion.domain.caseloads.board import OF_LEADS, OWING, days_without
from companion.domain.caseloads.board_query import BoardQuery, Paging
from companion.domain.concerns.concerns import Concern
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.meetings.appointments import Appointment
from companion.domain.people import Viewer, typed_reference
from companion.domain.time.working_days import london_day
from companion.services.act import Actor
from companion.store import people
from companion.store.base import Transaction
from companion.store.caseloads import board, board_facts
from companion.store.caseloads.board import Page
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import absence, appointments
from companion.store.messages import messages
from companion.store.programme import programmes


@dataclass(frozen=True)
class LeadBoardRow:
    """An enrolment on the lead's board, without the participant's name."""

    reference: str
    state: PathwayState
    site: str
    practitioner: str
    appointment: Appointment | None
    unread_since: datetime | None
    overdue: int
    days_without: int | None
    concerns: Sequence[Concern]
    messages: int
    unnoted: int
    """The number of past appointments without recorded attendance."""
    unbooked: bool
    """True if a participant in the programme has no session booked."""
    message_due: datetime | None
    """The deadline of the unread message that has to be read first."""
    left: bool
    """True if the participant's practitioner has left the service."""
    away_until: date | None

    def late_concerns(self, now: datetime) -> int:
        """Return the number of overdue concerns about this enrolment."""
        return sum(concern.overdue_since(now) is not None for concern in self.concerns)


@dataclass(frozen=True)
class LeadBoard:
    page: Page
    rows: list[LeadBoardRow]
    practitioner: UUID | None
    """The practitioner whose enrolments are shown, or None for all practitioners."""
    practitioner_name: str
    sites: list[str]
    site: str
    unknown: frozenset[str]
    """The names of filters that have an unknown value in the URL."""
    erased: bool
    """True if the viewer searched for an erased participant."""


def open_board(
    actor: Actor, wanted: BoardQuery, reference: str, practitioner: UUID | None, site: str
) -> LeadBoard:
    """Return one page of the lead's board.

    If an enrolment has the reference ``reference``, the page shows only that enrolment.
    """
    with actor.store.reading() as tx:
        chosen = board_facts.practitioners(tx, [practitioner] if practitioner else [])
        sites = list(programmes.sites(tx))
        unknown = {"site"} if site and site not in sites else set()
        if practitioner and practitioner not in chosen:
            unknown.add("practitioner")
            practitioner = None
        site = site if site in sites else ""
        whose = board.of_service(practitioner, site)
        page = _found(tx, reference) or board.page(tx, whose, wanted, OF_LEADS, actor.now, eyes_first=True)
        rows = _rows(tx, actor.viewer, board.enrolments_of(tx, page), actor.now)
        erased = bool(reference) and board.was_erased(tx, actor.viewer, typed_reference(reference))
    name = chosen[practitioner] if practitioner else ""
    return LeadBoard(page, rows, practitioner, name, sites, site, frozenset(unknown), erased)


def _found(tx: Transaction, reference: str) -> Page | None:
    """Return a page with only this enrolment, or None if the enrolment doesn't exist."""
    typed = typed_reference(reference)
    row = board.with_reference(tx, board.of_service(None, ""), typed) if typed else None
    return Page([row.id], {}, Paging(1, 1)) if row else None


def _rows(tx: Transaction, viewer: Viewer, shown: Sequence[Enrolment], now: datetime) -> list[LeadBoardRow]:
    ids = [row.id for row in shown]
    staff = board_facts.practitioners(tx, (row.practitioner_id for row in shown))
    upcoming = appointments.next_appointments(tx, ids, now)
    overdue = board_facts.overdue_work(tx, ids, now)
    contacts = board_facts.contacts(tx, ids, now)
    raised = board_facts.open_concerns(tx, viewer, ids)
    unread = messages.unread(tx, ids)
    unnoted = board_facts.unnoted(tx, ids, now)
    today = london_day(now)
    absent = {each.who: each.last for each in absence.times_away(tx, now) if each.on(today)}
    left = people.gone(tx, {row.practitioner_id for row in shown})
    return [
        LeadBoardRow(
            row.reference,
            PathwayState(row.state),
            row.site,
            staff.get(row.practitioner_id, ""),
            upcoming.get(row.id),
            row.unread_since,
            overdue.get(row.id, 0) if row.state in OWING else 0,
            days_without(contacts[row.id], now),
            raised[row.id],
            unread.get(row.id, 0),
            unnoted.get(row.id, 0),
            row.state == PathwayState.IN_PROGRAMME and row.id not in upcoming,
            row.message_due,
            row.practitioner_id in left,
            absent.get(row.practitioner_id),
        )
        for row in shown
    ]
