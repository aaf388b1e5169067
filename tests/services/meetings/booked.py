"""Helpers that act as a practitioner who books, records and moves sessions."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from companion.content import programme
from companion.domain.meetings.appointments import Appointment
from companion.domain.meetings.recurrence import Slot
from companion.domain.time.london import LONDON
from companion.services.meetings import attendance, series
from companion.services.meetings.attendance import AttendanceForm
from companion.services.meetings.series import WantedSessions
from companion.store import audit, outbox
from companion.store.meetings import appointments
from companion.store.outbox import Notice, Outgoing
from tests.cast import Cast
from tests.people import Participant

DAYS = ("2026-12-10", "2026-12-17", "2026-12-29", "2027-01-07")


def meetings(cast: Cast, who: Participant | None = None) -> list[Appointment]:
    with cast.store.reading() as tx:
        return appointments.appointments(tx, (who or cast.sam).enrolment_id)


def books(
    cast: Cast,
    *days: str,
    clock: str = "14:00",
    confirmed: str = "",
    once: UUID | None = None,
    who: str = "priya",
) -> int:
    slots = [Slot(day, clock) for day in days or DAYS]
    return series.book_sessions(
        getattr(cast, who).actor,
        cast.sam.enrolment_id,
        once or uuid4(),
        WantedSessions(slots, "epsom", programme(), confirmed),
    )


def notes(
    cast: Cast,
    meeting: Appointment,
    chosen: str,
    words: str = "",
    who: str = "priya",
    seen: int | None = None,
) -> None:
    now = next(each for each in meetings(cast) if each.id == meeting.id)
    attendance.note(
        getattr(cast, who).actor,
        meeting.id,
        AttendanceForm(chosen, words, "", now.revision if seen is None else seen),
    )


def rows_of(those: list[Appointment], days: int = 0, hours: int = 0) -> list[Slot]:
    """Return form rows that move these appointments by so many days and hours. The form's dates and times are
    in London time.
    """
    found = []
    for each in those:
        at = each.starts_at.astimezone(LONDON).replace(tzinfo=None) + timedelta(days=days, hours=hours)
        found.append(Slot(f"{at:%Y-%m-%d}", f"{at:%H:%M}", each.id, each.revision))
    return found


def moves(cast: Cast, slots: list[Slot], confirmed: str = "", who: str = "priya") -> None:
    first = slots[0].appointment_id
    assert first
    series.move_following(getattr(cast, who).actor, first, slots, confirmed)


def reminders(cast: Cast, *those: Appointment) -> None:
    with cast.store.writing(cast.now) as tx:
        for each in those:
            account = cast.sam.viewer.account_id
            outbox.notify(tx, account, Notice.APPOINTMENT_REMINDER, each.id)
        tx.commit()


def notices(cast: Cast, notice: Notice) -> list[str | None]:
    with cast.store.reading() as tx:
        return list(tx.scalars(select(Outgoing.outcome).where(Outgoing.notice == notice)))


def recorded(cast: Cast, what: audit.Event) -> list[str]:
    with cast.store.reading() as tx:
        found = (
            select(audit.AuditEntry.detail)
            .where(audit.AuditEntry.event == what)
            .order_by(audit.AuditEntry.at)
        )
        return list(tx.scalars(found))
