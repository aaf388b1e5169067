"""Load a lead's start page, which counts the waiting tasks of each kind.

The page names no participants. The page lists participants whose practitioner has left, and identifies them
only by their references.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.caseloads.board import NEVER, WAITING, Show
from companion.domain.caseloads.board_query import BoardQuery
from companion.domain.waiting import Waiting
from companion.services.act import Actor
from companion.services.authoring import approval
from companion.store import people
from companion.store.caseloads import board, board_facts, by_reference
from companion.store.caseloads.by_reference import CaseloadLine
from companion.store.concerns import concerns, lead_access
from companion.store.records import corrections, erasures
from companion.store.work import own_set


@dataclass(frozen=True)
class Slipping:
    """How many of a practitioner's participants match each filter for overlooked tasks, and since when."""

    practitioner_id: UUID
    name: str
    of: Mapping[Show, Waiting]

    @property
    def any(self) -> bool:
        """True if at least one of the practitioner's participants has an overdue task or a missing record."""
        return any(each.count for each in self.of.values())

    def by_age(self) -> tuple[datetime, datetime, str]:
        """Return a sort key for practitioners: oldest overdue message, then oldest meeting without
        attendance, then name.
        """
        late, unnoted = (self.of[show].oldest or NEVER for show in (Show.LATE, Show.UNNOTED))
        return late, unnoted, self.name.casefold()


@dataclass(frozen=True)
class LeadHome:
    """The number of tasks of each kind that wait for a lead."""

    counts: dict[Show, int]
    waiting_activities: Waiting
    unseen: Waiting
    """Activities that were made for one participant, if no lead has seen them yet."""
    concerns: Waiting
    overdue: int
    erasures: Waiting
    corrections: Waiting
    looks_waiting: Waiting
    waiting_staff: Waiting
    coming_back: Waiting
    without: list[CaseloadLine]


def open_home(actor: Actor) -> LeadHome:
    """Return the number of tasks of each kind for a lead's start page."""
    with actor.store.reading() as tx:
        raised, overdue = concerns.open_and_overdue(tx, actor.now)
        waiting_staff, coming_back = people.staff_waiting(tx)
        to_approve = {each.activity.id: each.created_at for each in approval.to_read(tx)}
        return LeadHome(
            counts=board.counts(tx, board.of_service(None, ""), BoardQuery(), WAITING, actor.now),
            waiting_activities=_waiting(to_approve.values()),
            unseen=_waiting(each.set_at for each in own_set.own_set(tx) if each.seen_at is None),
            concerns=Waiting(raised, concerns.oldest_open(tx)),
            overdue=overdue,
            erasures=erasures.waiting(tx),
            corrections=_waiting(each.asked_at for each in corrections.lines(tx, answered=False)),
            looks_waiting=lead_access.waiting_for(tx, actor.viewer),
            waiting_staff=waiting_staff,
            coming_back=coming_back,
            without=by_reference.without_practitioner(tx, actor.now),
        )


def open_slips(actor: Actor) -> list[Slipping]:
    """Return the practitioners who have overlooked tasks. The practitioner whose unread message is most
    overdue comes first.
    """
    with actor.store.reading() as tx:
        found = board.slips(tx, actor.now)
        names = board_facts.practitioners(tx, found)
    slipping = (Slipping(whose, names.get(whose, ""), of) for whose, of in found.items())
    return sorted((each for each in slipping if each.any), key=Slipping.by_age)


def _waiting(since: Iterable[datetime]) -> Waiting:
    moments = list(since)
    return Waiting(len(moments), min(moments, default=None))
