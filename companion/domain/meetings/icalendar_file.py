"""Write appointments to a calendar file (RFC 5545). The file doesn't contain people's names or say what the
appointments are for.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from icalendar import Calendar, Event

from companion.domain.meetings.appointments import Appointment

PRODUCT = "-//Companion//Appointments//EN"
KIND = "text/calendar"


def calendar(
    appointments: Iterable[Appointment], title: str, site: Callable[[str], str], now: datetime
) -> bytes:
    """Return these appointments as a calendar file.

    ``title`` is a neutral title for every appointment. ``site`` returns a site's name. An appointment's id
    stays the same when the appointment moves. An appointment's sequence number grows with each change, so
    that calendar apps know which version is newer.
    """
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    for appointment in appointments:
        whole.add_component(_event(appointment, title, site(appointment.site), now))
    return bytes(whole.to_ical())


def _event(appointment: Appointment, title: str, place: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", str(appointment.id))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", appointment.revision)
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.span.ends_at.astimezone(UTC))
    event.add("summary", title)
    event.add("location", place)
    event.add("status", "CANCELLED" if appointment.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event
