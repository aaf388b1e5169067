"""A lead's start page: what waits in the service, as counts. Nothing about any one participant."""

from dataclasses import dataclass

from companion.domain.caseloads.board import OF_LEADS, Show
from companion.domain.caseloads.board_query import BoardQuery
from companion.services.act import Actor
from companion.services.authoring import approval
from companion.store import people
from companion.store.caseloads import board, by_reference
from companion.store.caseloads.by_reference import CaseloadLine
from companion.store.concerns import concerns, lead_access
from companion.store.records import corrections, erasures
from companion.store.work import own_set


@dataclass(frozen=True)
class LeadHome:
    """How many of each wait."""

    counts: dict[Show, int]
    waiting_activities: int
    unseen: int
    """Activities made for one participant that no lead has seen."""
    concerns: int
    overdue: int
    erasures: int
    corrections: int
    looks_waiting: int
    waiting_staff: int
    coming_back: int
    without: list[CaseloadLine]


def open_home(actor: Actor) -> LeadHome:
    """Return the counts."""
    with actor.store.reading() as tx:
        raised, overdue = concerns.open_and_overdue(tx, actor.now)
        waiting_staff, coming_back = people.staff_waiting(tx)
        return LeadHome(
            counts=board.counts(tx, board.of_service(None, ""), BoardQuery(), OF_LEADS, actor.now),
            waiting_activities=len({each.activity.id for each in approval.to_read(tx)}),
            unseen=sum(each.seen_at is None for each in own_set.own_set(tx)),
            concerns=raised,
            overdue=overdue,
            erasures=erasures.count_waiting(tx),
            corrections=len(corrections.lines(tx, answered=False)),
            looks_waiting=lead_access.waiting_for(tx, actor.viewer),
            waiting_staff=waiting_staff,
            coming_back=coming_back,
            without=by_reference.without_practitioner(tx, actor.now),
        )
