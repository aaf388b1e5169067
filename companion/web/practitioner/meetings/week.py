"""The page with a week of a practitioner's appointments."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from companion.domain.meetings.week import asked
from companion.domain.people import Role
from companion.domain.time.working_days import london_day
from companion.services.meetings.week import open_week
from companion.web.gate import access, current


@access.roles(Role.PRACTITIONER)
def week_page() -> ResponseReturnValue:
    """``GET /caseload/week``: show this week, or the week of the day in ``?day=2026-12-03``."""
    actor = current.actor()
    today = london_day(actor.now)
    week, was_read = asked(request.args.get("day", "").strip(), today)
    return render_template(
        "practitioner/week.html",
        week=week,
        days=open_week(actor, week),
        today=today,
        was_read=was_read,
        now=actor.now,
    )
