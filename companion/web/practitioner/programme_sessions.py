"""The sessions of the programme: proposed at a rhythm, looked at and changed, and booked together."""

from collections.abc import Collection, Sequence
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.absence import Away
from companion.domain.meetings.appointments import starts_at
from companion.domain.meetings.recurrence import DAYS, EVERY, Slot, by_rhythm, rhythm
from companion.domain.people import Role
from companion.domain.programme.programme import Programme
from companion.domain.refusals import Problem, Rejected
from companion.services.meetings import series
from companion.services.meetings.schedule import caveats_for
from companion.services.meetings.series import WantedSessions
from companion.store.enrolments import enrolments
from companion.store.meetings import absence
from companion.store.programme import programmes
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.appointment_forms import AppointmentLine, slots_of
from companion.web.page.form_fields import once
from companion.web.page.i18n import translate_plural as ngettext


@access.roles(Role.PRACTITIONER)
def sessions(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/sessions``: from which day on, and booking what was proposed."""
    slots = slots_of(parked_forms.form())
    if request.method != "POST":
        return _page(enrolment_id, slots)
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
    try:
        booked = series.book_sessions(
            current.actor(),
            enrolment_id,
            once(),
            WantedSessions(slots, request.form.get("site", ""), programme, request.form.get("confirmed", "")),
        )
    except Rejected as rejected:
        return _page(enrolment_id, slots, rejected.problems), 422
    flash(ngettext("One session is booked.", "%(num)s sessions are booked.", booked) % {"num": booked})
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)


@access.roles(Role.PRACTITIONER)
def propose(enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/sessions/proposal``: the days at a rhythm, to be looked at. Stores nothing."""
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
        left = series.left_to_book(tx, enrolment_id, programme)
        absent = absence.own_times(tx, current.viewer(), clock.now())
    try:
        slots = proposed(request.form, programme, len(left), absent)
    except Rejected as rejected:
        return _page(enrolment_id, [], rejected.problems), 422
    return _page(enrolment_id, slots)


def proposed(
    form: MultiDict[str, str], programme: Programme, count: int, absent: Collection[Away]
) -> list[Slot]:
    """So many rows at the rhythm that was typed, at a site of the programme. Raises ``Rejected``."""
    problems: list[Problem] = []
    first, days = clock.now(), 1
    try:
        first = starts_at(form.get("day", ""), form.get("time", ""), first)
    except Rejected as rejected:
        problems += rejected.problems
    try:
        days = rhythm(form.get("rhythm", ""), form.get("days", ""))
    except Rejected as rejected:
        problems += rejected.problems
    if programme.site(form.get("site", "")) is None:
        problems.append(Problem("not_offered", field="site"))
    if problems:
        raise Rejected(*problems)
    found = by_rhythm(first, days, count, absent)
    return [Slot(f"{each.at:%Y-%m-%d}", f"{each.at:%H:%M}", instead_of=each.instead_of) for each in found]


def _page(enrolment_id: UUID, slots: Sequence[Slot], problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("practitioner.sessions", enrolment_id=enrolment_id)
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        case = enrolments.case(tx, enrolment)
        programme = programmes.programme_of(tx, enrolment)
        left = series.left_to_book(tx, enrolment_id, programme)
        slots = slots[: len(left)]
        lengths = [minutes for _, minutes in left[: len(slots)]]
        caveats = caveats_for(tx, enrolment, AppointmentKind.SESSION, programme) if left else ()
        found, mark = series.looked_up(
            tx, current.actor(), list(zip(slots, lengths, strict=True)), caveats=caveats if slots else ()
        )
    return render_template(
        "practitioner/sessions.html",
        case=case,
        left=left,
        lines=[
            AppointmentLine(slot, minutes, found.get(row, ()), session=session)
            for row, (slot, (session, minutes)) in enumerate(zip(slots, left, strict=False), 1)
        ],
        mark=mark,
        caveats=caveats,
        typed=parked_forms.form(),
        site=enrolment.site,
        rhythms=[*EVERY, DAYS],
        problems=problems,
        sites=[(each.id, each.name) for each in programme.sites],
    )
