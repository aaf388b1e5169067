"""A lead's start page, with numbers for the whole service. The page shows no names and no participants'
words.
"""

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services import lead_home
from companion.web.gate import access, current


@access.roles(Role.LEAD)
def home() -> ResponseReturnValue:
    """``GET /lead/``: show how many tasks of each kind are waiting."""
    return render_template("lead/home.html", **vars(lead_home.open_home(current.actor())))


@access.roles(Role.LEAD)
def slips() -> ResponseReturnValue:
    """``GET /lead/slips``: show, for each practitioner, how many participants have something overdue or
    missing.
    """
    return render_template("lead/slips.html", slipping=lead_home.open_slips(current.actor()))
