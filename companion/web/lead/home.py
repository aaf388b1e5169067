"""The service by reference: no name and no word of a participant."""

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.caseloads.board import OF_LEADS
from companion.domain.caseloads.board_query import BoardQuery
from companion.domain.people import Role
from companion.services.authoring import approval
from companion.store import people
from companion.store.caseloads import board, by_reference
from companion.store.concerns import concerns, lead_access
from companion.store.records import corrections, erasures
from companion.store.work import work
from companion.web.gate import access, clock, current


@access.roles(Role.LEAD)
def home() -> ResponseReturnValue:
    """``GET /lead/``"""
    now = clock.now()
    with current.store().reading() as tx:
        counts = board.counts(tx, board.of_service(None, ""), BoardQuery(), OF_LEADS, now)
        waiting_activities = len({each.activity.id for each in approval.to_read(tx)})
        unseen = sum(each.seen_at is None for each in work.own_set(tx))
        open_concerns, overdue = concerns.open_and_overdue(tx, now)
        asked = erasures.count_waiting(tx)
        wrong = len(corrections.lines(tx, answered=False))
        looks_waiting = lead_access.waiting_for(tx, current.viewer())
        waiting_staff, coming_back = people.staff_waiting(tx)
        without = by_reference.without_practitioner(tx, clock.now())
    return render_template(
        "lead/home.html",
        counts=counts,
        waiting_activities=waiting_activities,
        waiting_staff=waiting_staff,
        coming_back=coming_back,
        unseen=unseen,
        concerns=open_concerns,
        overdue=overdue,
        erasures=asked,
        corrections=wrong,
        looks_waiting=looks_waiting,
        without=without,
    )
