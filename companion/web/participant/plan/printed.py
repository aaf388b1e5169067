"""The plan as a printed page, as a card to fold, and as a text file."""

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.plan.card import card
from companion.domain.signposts.signposts import Need
from companion.web.gate import access, clock
from companion.web.participant.plan.versions import own_plan
from companion.web.public.help import HelpEntry, entries_for

HELPERS = ("helpline", "emergency", "samaritans")
"""The helplines that are printed beside the plan, in the printed order."""


def _helpers() -> list[HelpEntry]:
    found = {
        entry.signpost.id: entry for entry in entries_for(clock.now(), Need.OWN_BEHAVIOUR, Need.HURT_MYSELF)
    }
    return [found[each] for each in HELPERS if each in found]


def _named() -> bool:
    """Return whether the participant wants the Helpline's name printed on the plan."""
    return request.args.get("named") == "yes"


@access.roles(Role.PARTICIPANT)
def plan_printed() -> ResponseReturnValue:
    """``GET /my/plan/printed``: show the plan for printing on A4."""
    _, whole = own_plan()
    return render_template(
        "participant/plan_printed.html",
        plan=whole,
        items=whole.now,
        helpers=_helpers(),
        named=_named(),
        now=clock.now(),
    )


@access.roles(Role.PARTICIPANT)
def plan_card() -> ResponseReturnValue:
    """``GET /my/plan/card``: show the plan on a sheet to fold twice into a card. The outside of the card
    only says *Notes*.
    """
    _, whole = own_plan()
    return render_template(
        "participant/plan_card.html", plan=whole, card=card(whole), helpers=_helpers(), named=_named()
    )


@access.roles(Role.PARTICIPANT)
def plan_text() -> Response:
    """``GET /my/plan/text``: download the plan as a text file with a neutral name."""
    _, whole = own_plan()
    text = render_template(
        "participant/plan.txt",
        plan=whole,
        items=whole.now,
        helpers=_helpers(),
        named=_named(),
        now=clock.now(),
    )
    response = make_response(text)
    response.mimetype = "text/plain"
    response.headers["Content-Disposition"] = "attachment; filename=notes.txt"
    return response
