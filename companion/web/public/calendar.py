"""A practitioner's calendar feed, at a private URL that contains a secret token."""

from http import HTTPStatus

from flask import Response

from companion.domain.refusals import NotFound
from companion.services.meetings import calendars
from companion.web.gate import access, clock, current
from companion.web.page.calendar_file import calendar_file


@access.public
def calendar_feed(token: str) -> Response:
    """``GET /calendar/<token>.ics``: return a practitioner's calendar.

    Unknown tokens and cancelled tokens get the same empty response.
    """
    try:
        found = calendars.at_address(current.store(), token, current.address(), clock.now())
    except NotFound:
        return Response(status=HTTPStatus.NOT_FOUND, mimetype="text/plain")
    return calendar_file(found)
