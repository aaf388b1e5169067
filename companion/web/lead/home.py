"""The service by reference: no name and no word of a participant."""

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.board import OF_LEADS
from companion.domain.board_pages import Asked
from companion.domain.people import Role
from companion.services import approving
from companion.store import board as boards
from companion.store import caseloads, concerns, corrections, erasures, looks, people, work
from companion.web import access, clock, current


@access.roles(Role.LEAD)
def home() -> ResponseReturnValue:
    """``GET /lead/``"""
    now = clock.now()
    with current.store().reading() as tx:
        counts = boards.counts(tx, boards.of_service(None, ""), Asked(), OF_LEADS, now)
        waiting_activities = len({each.activity.id for each in approving.to_read(tx)})
        unseen = sum(each.seen_at is None for each in work.own_set(tx))
        open_concerns, overdue = concerns.open_and_overdue(tx, now)
        asked = erasures.count_waiting(tx)
        wrong = len(corrections.lines(tx, answered=False))
        looks_waiting = looks.waiting_for(tx, current.viewer())
        waiting_staff, coming_back = people.staff_waiting(tx)
        without = caseloads.without_practitioner(tx, clock.now())
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
