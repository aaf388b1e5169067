"""A practitioner's board.

The board shows the waiting tasks. Below the tasks, the board shows the caseload sorted by next appointment.
"""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.caseloads.board import OF_PRACTITIONERS, Show
from companion.domain.caseloads.board_query import asked
from companion.domain.caseloads.queue import START, Place
from companion.domain.people import Role
from companion.services.caseloads import board
from companion.web.gate import access, current
from companion.web.practitioner.forms import Find
from companion.web.practitioner.queue import act_of


@access.roles(Role.PRACTITIONER)
def board_page() -> ResponseReturnValue:
    """``GET /caseload``: show a page of the board.

    If the viewer searched for a participant's reference, redirect to the page of that participant.
    """
    wanted = asked(request.args, OF_PRACTITIONERS)
    reference = request.args.get("reference", "").strip()
    actor = current.actor()
    found = board.with_reference(actor, reference) if reference else None
    if found:
        return redirect(url_for("practitioner.participant", enrolment_id=found))
    place = Place.typed(request.args.get("after", "")) or START
    shown = board.open_board(actor, wanted, reference, place)
    first_page = not wanted.state and not reference and shown.page.paging.page == 1
    return render_template(
        "practitioner/board.html",
        **vars(shown),
        asked=wanted,
        reference=reference,
        is_front=wanted.show is Show.ALL and first_page,
        is_start=place == START,
        act_of=act_of,
        finding=Find(),
        now=actor.now,
    )
