"""Forms that book or move appointments, one or several at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from companion.domain.meetings.absence import Away
from companion.domain.meetings.appointments import Appointment, starts_at
from companion.domain.meetings.clashes import Absent, Engaged
from companion.domain.meetings.recurrence import DAYS, EVERY, Slot, by_rhythm, rhythm
from companion.domain.programme.programme import Programme
from companion.domain.refusals import Problem, Rejected, all_of
from companion.services.meetings.schedule import NewTime
from companion.services.meetings.series import WantedSessions
from companion.web.gate import clock
from companion.web.page.carried_fields import Carried, Once, Revision
from companion.web.page.fields import Choice, Field, Line, Select
from companion.web.page.form import Form
from companion.web.page.form_fields import uuid, whole_number
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate_later as _
from companion.web.page.i18n import translate_plural as ngettext

MOST_ROWS = 40
RHYTHMS = (*EVERY, DAYS)


@dataclass(frozen=True)
class AppointmentLine:
    """A row on the page: a session or an appointment, with its time and any clashes."""

    slot: Slot
    minutes: int
    clashes: tuple[Engaged | Absent, ...]
    session: int = 0
    was: Appointment | None = None


class Slots(Field):
    """Numbered rows of form fields. Each row contains a day and a time."""

    data: list[Slot]
    words = True

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        sent: MultiDict[str, str] = formdata
        found: list[Slot] = []
        for number in range(1, MOST_ROWS + 1):
            day, time, row = (sent.get(f"{name}-{number}") for name in ("day", "time", "row"))
            if day is None and time is None:
                break
            seen = whole_number(sent.get(f"seen-{number}", ""))
            found.append(Slot(day or "", time or "", uuid(row or ""), seen))
        self.data = found
        self.raw_data = [text for slot in found for text in (slot.day, slot.time)]


class Move(Form):
    """The form for an appointment's new time."""

    seen = Revision()
    day = Line(_("Day"), kind="date")
    time = Line(_("Time"), kind="time")
    confirmed = Carried()

    @property
    def new_time(self) -> NewTime:
        """Return the new time that was typed, and the appointment's revision when the page was opened."""
        return NewTime(self.day.data, self.time.data, self.seen.data, self.confirmed.data)

    def shows(self, starts_at: datetime, revision: int) -> None:
        """Put the appointment's stored day, time and revision number into the form."""
        local = in_london(starts_at)
        self.begins_with(day=f"{local:%Y-%m-%d}", time=f"{local:%H:%M}")
        self.saw(revision)


class Following(Form):
    """The form for moving an appointment and all later appointments."""

    slots = Slots()
    confirmed = Carried()


class Sessions(Following):
    """The form for booking several sessions of a programme at once."""

    once = Once()
    site = Select(_("Site"))
    day = Line(_("First day"), kind="date")
    time = Line(_("Time"), kind="time")
    rhythm = Choice(_("How often"))
    days = Line(
        _("Number of days"),
        required=False,
        inputmode="numeric",
        hint=_("Only for “Every few days”: 1 to 60."),
    )

    def wanted(self, programme: Programme) -> WantedSessions:
        return WantedSessions(self.slots.data, self.site.data, programme, self.confirmed.data)

    def propose(self, programme: Programme, count: int, absent: Collection[Away]) -> None:
        """Fill in the dates and times of ``count`` appointments, spaced by the interval that the practitioner
        chose.

        Raise ``Rejected`` for a mistake in the form.
        """

        def offered() -> None:
            if programme.site(self.site.data) is None:
                raise Rejected(Problem("not_offered", field="site"))

        first, days, _offered = all_of(
            lambda: starts_at(self.day.data, self.time.data, clock.now()),
            lambda: rhythm(self.rhythm.data, self.days.data),
            offered,
        )
        found = by_rhythm(first, days, count, absent)
        self.slots.data = [
            Slot(f"{each.at:%Y-%m-%d}", f"{each.at:%H:%M}", instead_of=each.instead_of) for each in found
        ]


def sessions_booked(count: int) -> str:
    """Return a message that says how many sessions are booked."""
    return ngettext("One session is booked.", "%(num)s sessions are booked.", count) % {"num": count}


def session_lines(
    slots: Sequence[Slot], left: Sequence[tuple[int, int]], clashes: dict[int, tuple[Engaged | Absent, ...]]
) -> list[AppointmentLine]:
    """For each row of the form, return an ``AppointmentLine`` with the time and the programme session to
    book.
    """
    return [
        AppointmentLine(slot, minutes, clashes.get(row, ()), session=session)
        for row, (slot, (session, minutes)) in enumerate(zip(slots, left, strict=False), 1)
    ]
