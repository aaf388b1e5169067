"""The lead's board: the service by reference, what needs a look in front; no name and no word of a participant."""

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
    """One enrolment on the lead's board."""

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
    """How many appointments have no attendance noted."""
    unbooked: bool
    """Whether they are in the programme and no session is booked."""
    message_due: datetime | None
    """When the first promise to read one of these runs out, or ran out."""
    left: bool
    """Whether his practitioner has left."""
    away_until: date | None

    def late_concerns(self, now: datetime) -> int:
        """How many of its concerns are overdue."""
        return sum(concern.overdue_since(now) is not None for concern in self.concerns)


@dataclass(frozen=True)
class LeadBoard:
    """What one page of it shows."""

    page: Page
    rows: list[LeadBoardRow]
    staff: dict[UUID, str]
    """Every practitioner, to filter by."""
    practitioner: UUID | None
    """By whom it is filtered."""
    sites: list[str]
    site: str
    unknown: frozenset[str]
    """Which filters name what nobody has."""
    erased: bool
    """Whether nothing is left of the one whose reference was looked for."""


def open_board(
    actor: Actor, wanted: BoardQuery, reference: str, practitioner: UUID | None, site: str
) -> LeadBoard:
    """A page of it; or, for a ``reference``, the one row that has it, wherever it stands on the path."""
    with actor.store.reading() as tx:
        staff, sites = board_facts.practitioners(tx), list(programmes.sites(tx))
        unknown = {"site"} if site and site not in sites else set()
        if practitioner and practitioner not in staff:
            unknown.add("practitioner")
            practitioner = None
        site = site if site in sites else ""
        whose = board.of_service(practitioner, site)
        page = _found(tx, reference) or board.page(tx, whose, wanted, OF_LEADS, actor.now, eyes_first=True)
        rows = _rows(tx, actor.viewer, board.enrolments_of(tx, page), staff, actor.now)
        erased = bool(reference) and board.was_erased(tx, actor.viewer, typed_reference(reference))
    return LeadBoard(page, rows, staff, practitioner, sites, site, frozenset(unknown), erased)


def _found(tx: Transaction, reference: str) -> Page | None:
    """The page with the one that has this reference, wherever it stands on the path."""
    typed = typed_reference(reference)
    row = board.with_reference(tx, board.of_service(None, ""), typed) if typed else None
    return Page([row.id], {}, Paging(1, 1)) if row else None


def _rows(
    tx: Transaction, viewer: Viewer, shown: Sequence[Enrolment], staff: dict[UUID, str], now: datetime
) -> list[LeadBoardRow]:
    ids = [row.id for row in shown]
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
