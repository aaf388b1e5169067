"""The page with a participant's progress. After the programme, the page says what the participant can still
use.
"""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.so_far import open_so_far
from companion.web.gate import access, current
from companion.web.participant.practitioner import who_reads


@access.roles(Role.PARTICIPANT)
def so_far() -> ResponseReturnValue:
    """``GET /my/so-far``: show the participant's progress."""
    found = open_so_far(current.actor())
    return render_template(
        "participant/so_far.html", so_far=found, practitioner=who_reads(found.case), open=g.open
    )
