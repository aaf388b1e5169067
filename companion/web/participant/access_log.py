"""The page with a participant's access log."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from companion.domain.caseloads.board_query import PAGE, Paging, asked
from companion.domain.people import Role
from companion.domain.records.access_log import by_day
from companion.store.concerns import concern_rules
from companion.store.records import access_log
from companion.web.gate import access, clock, current


@access.roles(Role.PARTICIPANT)
def record_page() -> ResponseReturnValue:
    """``GET /my/record?page=…``: list who has read the viewer's data.

    The page never shows whether entries are withheld.
    """
    now = clock.now()
    with current.store().reading() as tx:
        reads = access_log.own(tx, current.viewer(), now)
        lead = concern_rules.on_watch(tx, now)
    paging = Paging(asked(request.args, ()).page, len(reads))
    return render_template(
        "participant/access_log.html",
        days=by_day(reads[paging.start : paging.start + PAGE]),
        paging=paging,
        lead=lead,
    )
