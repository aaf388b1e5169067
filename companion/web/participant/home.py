"""A participant's start page. The page shows one next step."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.home import open_home
from companion.web.gate import access, current
from companion.web.participant.practitioner import who_reads


@access.roles(Role.PARTICIPANT)
def home() -> ResponseReturnValue:
    """``GET /my/``: show the start page."""
    actor = current.actor()
    shown = open_home(actor, g.open, unapproved_too=current.unapproved_too())
    g.sites = shown.sites  # the template filter for sites then needs no query
    return render_template(
        "participant/home.html",
        home=shown,
        practitioner=who_reads(shown.case),
        open=g.open,
        now=actor.now,
    )
