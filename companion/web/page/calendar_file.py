"""A calendar file with appointments."""

from collections.abc import Iterable

from flask import Response

from companion.domain.meetings.appointments import Appointment
from companion.domain.meetings.icalendar_file import KIND, calendar
from companion.web.gate import clock
from companion.web.page.i18n import site
from companion.web.page.i18n import translate as _


def calendar_file(appointments: Iterable[Appointment]) -> Response:
    """Return a calendar file with these appointments. No cache may store the file."""
    response = Response(calendar(appointments, _("Appointment"), site, clock.now()), mimetype=KIND)
    response.headers["Cache-Control"] = "no-store"
    return response
