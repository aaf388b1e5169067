"""Who read what of a participant's, and when, for himself."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from companion.domain.board_pages import PAGE, Paging, asked
from companion.domain.people import Role
from companion.domain.record import by_day
from companion.store import concern_rules, record
from companion.web import access, clock, current


@access.roles(Role.PARTICIPANT)
def record_page() -> ResponseReturnValue:
    """``GET /my/record?page=…``: what is withheld leaves no gap, no count and no other word."""
    now = clock.now()
    with current.store().reading() as tx:
        reads = record.own(tx, current.viewer(), now)
        lead = concern_rules.on_watch(tx, now)
    paging = Paging(asked(request.args, ()).page, len(reads))
    return render_template(
        "participant/record.html",
        days=by_day(reads[paging.start : paging.start + PAGE]),
        paging=paging,
        lead=lead,
    )
