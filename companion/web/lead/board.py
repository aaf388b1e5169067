"""The leads' board. The board lists all participants by reference, such as K7-402, with urgent cases at the
top. The board never shows names or participants' own words.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from companion.domain.caseloads.board import FOR_LEADS
from companion.domain.caseloads.board_query import asked
from companion.domain.people import Role
from companion.services.caseloads import lead_board
from companion.web.gate import access, current
from companion.web.page.form_fields import uuid


@access.roles(Role.LEAD)
def board_page() -> ResponseReturnValue:
    """``GET /lead/board``: show a page of the board, or only the participant with the typed reference."""
    actor = current.actor()
    reference, chosen = request.args.get("reference", "").strip(), request.args.get("practitioner", "")
    wanted, practitioner = asked(request.args, FOR_LEADS), uuid(chosen)
    shown = lead_board.open_board(actor, wanted, reference, practitioner, request.args.get("site", ""))
    no_id = {"practitioner"} if chosen and not practitioner else set()
    return render_template(
        "lead/board.html",
        **vars(shown),
        asked=wanted,
        misread=wanted.misread | shown.unknown | no_id,
        reference=reference,
        now=actor.now,
    )
