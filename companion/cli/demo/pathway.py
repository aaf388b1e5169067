"""Demo participants who haven't joined Companion: some haven't started the programme, others have left it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from companion.cli.demo.people import People, a_meeting, at_hour
from companion.content import programme
from companion.domain.enrolments.pathway import AppointmentKind, PathwayState, StepForm
from companion.domain.meetings.appointments import Attendance
from companion.domain.meetings.recurrence import Slot
from companion.domain.people import Viewer
from companion.domain.time.london import LONDON
from companion.services.act import Actor
from companion.services.caseloads import pathway_steps
from companion.services.meetings import attendance, schedule, series
from companion.services.meetings.attendance import AttendanceForm
from companion.services.meetings.schedule import NOT_BOOKED, Wanted
from companion.services.meetings.series import WantedSessions
from companion.services.messages import notes
from companion.store.base import Store
from companion.store.enrolments import enrolments
from companion.store.meetings import appointments

NOT_NOW = "He's moving house this month and would like to call again when he has settled."
NOT_SUITABLE = "Other support comes first. We went through it together, and he has the numbers."
ENDED_EARLY = "His new job is shift work, so he can't come during the day. He knows how to come back."
CLOSED = "Both review meetings held. He has his plan and knows who to call."
NOT_YET = Wanted(NOT_BOOKED, "", "", programme().sites[0].id, programme())
INITIAL = AppointmentKind.INITIAL_MEETING
Steps = Sequence[tuple[int, PathwayState, str]]
"""Pathway steps: how many days ago, the new state and the reason."""


def stand_along_the_path(cast: People, priya: Viewer, now: datetime) -> None:
    """Give Priya participants who haven't begun the programme, or have left the programme."""
    cast.about_to_join(priya, "Ross", NOT_YET, now - timedelta(days=1))
    booked = a_meeting(INITIAL, at_hour(now, 3, 12))
    cast.about_to_join(priya, "Ben", booked, now - timedelta(days=2))

    been_there: tuple[tuple[str, int, Steps], ...] = (
        ("Lewis", 12, ((8, PathwayState.NOT_NOW, NOT_NOW),)),
        ("Malcolm", 16, ((11, PathwayState.NOT_SUITABLE, NOT_SUITABLE),)),
        ("Nathan", 9, ((4, PathwayState.SUITABLE, ""),)),
        (
            "Peter",
            54,
            (
                (48, PathwayState.SUITABLE, ""),
                (44, PathwayState.IN_PROGRAMME, ""),
                (20, PathwayState.ENDED_EARLY, ENDED_EARLY),
            ),
        ),
        (
            "Walter",
            330,
            (
                (322, PathwayState.SUITABLE, ""),
                (315, PathwayState.IN_PROGRAMME, ""),
                (250, PathwayState.COMPLETED, ""),
                (240, PathwayState.REVIEWS, ""),
                (30, PathwayState.CLOSED, CLOSED),
            ),
        ),
    )  # fmt: skip
    for name, days, steps in been_there:
        first = at_hour(now, -days, 9)
        enrolment = cast.without_device(priya, name, a_meeting(INITIAL, first), first - timedelta(days=5))
        was_there(cast.store, priya, enrolment, now)
        walk(cast.store, priya, enrolment, steps, now)
        if name == "Nathan":
            book_weekly(Actor(cast.store, priya, now), enrolment, at_hour(now, 9, 9), 3)


def walk(store: Store, practitioner: Viewer, enrolment_id: UUID, steps: Steps, now: datetime) -> None:
    """Record a participant's pathway steps, each on its own day."""
    for days, to, reason in steps:
        then = now - timedelta(days=days)
        with store.reading() as tx:
            state = enrolments.enrolment(tx, practitioner, enrolment_id).state
        day = then.astimezone(LONDON).date().isoformat()
        pathway_steps.move_on(
            Actor(store, practitioner, then), enrolment_id, StepForm(state, to, day, reason)
        )


def book_weekly(actor: Actor, enrolment_id: UUID, first: datetime, many: int) -> None:
    """Book ``many`` weekly sessions at the same time of day."""
    local = first.astimezone(LONDON)
    days = [local.date() + timedelta(weeks=week) for week in range(many)]
    slots = [Slot(day.isoformat(), f"{local:%H:%M}") for day in days]
    site = programme().sites[0].id
    series.book_sessions(actor, enrolment_id, uuid4(), WantedSessions(slots, site, programme(), ""))


def book(actor: Actor, enrolment_id: UUID, kind: AppointmentKind, at: datetime) -> None:
    """Book one meeting with a participant."""
    schedule.add_appointment(actor, enrolment_id, uuid4(), a_meeting(kind, at))


def was_there(store: Store, practitioner: Viewer, enrolment_id: UUID, now: datetime, *agreed: str) -> None:
    """Record that the participant attended every past meeting, and record the agreements of the latest
    meetings.

    Date each record two hours after the meeting's start.
    """
    with store.reading() as tx:
        behind = [each for each in appointments.appointments(tx, enrolment_id) if each.starts_at < now]
    for each in behind:
        then = each.starts_at + timedelta(hours=2)
        attendance.note(
            Actor(store, practitioner, then),
            each.id,
            AttendanceForm(Attendance.ATTENDED, "", "", each.revision),
        )
    for each, words in zip(behind[len(behind) - len(agreed) :], agreed, strict=True):
        notes.agree(Actor(store, practitioner, each.starts_at + timedelta(hours=2)), each.id, words, 0)
