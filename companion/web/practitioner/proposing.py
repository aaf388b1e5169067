"""Several appointments at once: the sessions of the programme, or one and all that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from companion.domain.appointments import Appointment, starts_at
from companion.domain.clashes import Engaged
from companion.domain.people import Role
from companion.domain.proposals import DAYS, EVERY, Slot, by_rhythm, rhythm
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services import proposing
from companion.store import appointments, enrolments, programmes
from companion.web import access, clock, current, held
from companion.web.fields import once, uuid, whole_number
from companion.web.i18n import in_london
from companion.web.i18n import translate as _
from companion.web.i18n import translate_plural as ngettext
from companion.web.practitioner.appointments import move_page
from companion.web.practitioner.participants import appointment_choices

MOST_ROWS = 40


@dataclass(frozen=True)
class Line:
    """A row as it is shown: which session it is, or which appointment is there already; and what clashes."""

    slot: Slot
    minutes: int
    clashes: tuple[Engaged, ...]
    session: int = 0
    was: Appointment | None = None


@access.roles(Role.PRACTITIONER)
def sessions(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/sessions``: from which day on, and booking what was proposed."""
    slots = slots_of(held.form())
    if request.method != "POST":
        return _sessions_page(enrolment_id, slots)
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
    try:
        booked = proposing.book_sessions(
            current.store(),
            current.viewer(),
            enrolment_id,
            once(),
            slots,
            request.form.get("site", ""),
            programme,
            request.form.get("confirmed", ""),
            clock.now(),
        )
    except Rejected as rejected:
        return _sessions_page(enrolment_id, slots, rejected.problems), 422
    flash(ngettext("One session is booked.", "%(num)s sessions are booked.", booked) % {"num": booked})
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)


@access.roles(Role.PRACTITIONER)
def propose(enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/sessions/proposal``: the days at a rhythm, to be looked at. Stores nothing."""
    form, now = request.form, clock.now()
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
        left = proposing.left_to_book(tx, enrolment_id, programme)
    problems: list[Problem] = []
    first, days = now, 1
    try:
        first = starts_at(form.get("day", ""), form.get("time", ""), now)
    except Rejected as rejected:
        problems += rejected.problems
    try:
        days = rhythm(form.get("rhythm", ""), form.get("days", ""))
    except Rejected as rejected:
        problems += rejected.problems
    if programme.site(form.get("site", "")) is None:
        problems.append(Problem("not_offered", field="site"))
    if problems:
        return _sessions_page(enrolment_id, [], tuple(problems)), 422
    found = by_rhythm(first, days, len(left))
    slots = [Slot(f"{each.at:%Y-%m-%d}", f"{each.at:%H:%M}", instead_of=each.instead_of) for each in found]
    return _sessions_page(enrolment_id, slots)


@access.roles(Role.PRACTITIONER)
def propose_following(appointment_id: UUID) -> ResponseReturnValue:
    """``POST /appointments/<id>/following/proposal``: where all that follow would go. Stores nothing."""
    day, time = request.form.get("day", ""), request.form.get("time", "")
    try:
        with current.store().reading() as tx:
            slots = proposing.shift(tx, current.viewer(), appointment_id, day, time, clock.now())
    except Rejected as rejected:
        return move_page(appointment_id, rejected.problems), 422
    return _following_page(appointment_id, slots)


@access.roles(Role.PRACTITIONER)
def following(appointment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /appointments/<id>/following``: move it and all that follow."""
    slots = slots_of(held.form())
    if request.method != "POST":
        return _following_page(appointment_id, slots)
    confirmed = request.form.get("confirmed", "")
    try:
        enrolment_id = proposing.move_following(
            current.store(), current.viewer(), appointment_id, slots, confirmed, clock.now()
        )
    except Rejected as rejected:
        return _following_page(appointment_id, slots, rejected.problems), 422
    except ChangedElsewhere:
        return _following_page(appointment_id, slots, (Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("The appointments are moved, and what is due before each moves along."))
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)


def slots_of(form: MultiDict[str, str]) -> list[Slot]:
    """The rows of a form, up to the first number that has none."""
    found: list[Slot] = []
    for number in range(1, MOST_ROWS + 1):
        day, time, row = (form.get(f"{name}-{number}") for name in ("day", "time", "row"))
        if day is None and time is None:
            break
        seen = whole_number(form.get(f"seen-{number}", ""))
        found.append(Slot(day or "", time or "", uuid(row or ""), seen))
    return found


def _sessions_page(enrolment_id: UUID, slots: Sequence[Slot], problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("practitioner.sessions", enrolment_id=enrolment_id)
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        case = enrolments.case(tx, enrolment)
        programme = programmes.programme_of(tx, enrolment)
        left = proposing.left_to_book(tx, enrolment_id, programme)
        slots = slots[: len(left)]
        lengths = [minutes for _, minutes in left[: len(slots)]]
        found, mark = proposing.looked_up(tx, current.viewer(), slots, lengths, clock.now())
    return render_template(
        "practitioner/sessions.html",
        case=case,
        left=left,
        lines=[
            Line(slot, minutes, found.get(row, ()), session=session)
            for row, (slot, (session, minutes)) in enumerate(zip(slots, left, strict=False), 1)
        ],
        mark=mark,
        typed=held.form(),
        site=enrolment.site,
        rhythms=[*EVERY, DAYS],
        problems=problems,
        sites=appointment_choices()["sites"],
    )


def _following_page(
    appointment_id: UUID, slots: Sequence[Slot], problems: tuple[Problem, ...] = (), *, conflict: bool = False
) -> str:
    g.page = url_for("practitioner.following", appointment_id=appointment_id)
    typed = {slot.appointment_id: slot for slot in slots}
    with current.store().reading() as tx:
        row = appointments.appointment_row(tx, current.viewer(), appointment_id)
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer(), row.enrolment_id))
        those = proposing.with_followers(tx, row)
        shown = [typed.get(each.id) or _as_it_stands(each) for each in those]
        ids, lengths = [each.id for each in those], [each.minutes for each in those]
        found, mark = proposing.looked_up(tx, current.viewer(), shown, lengths, clock.now(), ids)
    lines = [
        Line(slot, each.minutes, found.get(number, ()), was=each)
        for number, (slot, each) in enumerate(zip(shown, those, strict=True), 1)
    ]
    return render_template(
        "practitioner/following.html", case=case, lines=lines, mark=mark, conflict=conflict, problems=problems
    )


def _as_it_stands(appointment: Appointment) -> Slot:
    local = in_london(appointment.starts_at)
    return Slot(f"{local:%Y-%m-%d}", f"{local:%H:%M}", appointment.id, appointment.revision)
