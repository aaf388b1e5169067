"""Who asked for an erasure, by reference, and what holds it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.store import erasures
from companion.web import access, clock, current


@access.roles(Role.LEAD)
def requests() -> ResponseReturnValue:
    """``GET /lead/erasures``"""
    with current.store().reading() as tx:
        found = erasures.requests(tx)
    return render_template("lead/erasures.html", requests=found, now=clock.now())
