"""The page *How am I today?*: the participant chooses a stage, and sees the plan's items for it.

The stage is in the URL's fragment (``#red``). Browsers never send a URL's fragment to the server. Companion
neither stores nor counts visits to the page.
"""

from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from companion.domain.enrolments.after_programme import Scope
from companion.domain.people import Role
from companion.domain.plan.plan import Plan
from companion.domain.plan.urgent import at_hand
from companion.domain.signposts.opening_hours import OpeningState
from companion.domain.signposts.signposts import Need
from companion.web.gate import access, clock
from companion.web.participant.plan.page import his_plan
from companion.web.public.help import each_number_once, entries_for, open_first


@access.uncounted
@access.roles(Role.PARTICIPANT)
def today() -> ResponseReturnValue:
    """``GET /my/plan/today``: show what helps at each of the plan's stages."""
    return render_template("participant/plan_today.html", **help_now())


def help_now() -> dict[str, Any]:
    """Return the template variables for a page that offers immediate help."""
    now = clock.now()
    his = his_plan()
    helplines = entries_for(now, Need.OWN_BEHAVIOUR)
    others = each_number_once(entries_for(now, Need.HURT_MYSELF))
    shown = {entry.signpost.id for entry in helplines}
    return {
        "at_hand": at_hand(his.plan if g.open.scope.holds(Scope.PLAN) else Plan(his.plan.parts)),
        "practitioner": his.practitioner,
        "now": now,
        "helplines": helplines,
        "helplines_answer": any(
            entry.opening.state in (OpeningState.ALWAYS, OpeningState.OPEN) for entry in helplines
        ),
        "others": open_first(
            [entry for entry in others if entry.signpost.id not in shown and entry.signpost.ways]
        ),
    }
