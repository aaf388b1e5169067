"""The sessions of the programme: proposed at a rhythm, looked at and changed, and booked together."""

from collections.abc import Collection, Sequence
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from companion.domain.appointments import starts_at
from companion.domain.away import Away
from companion.domain.path import AppointmentKind
from companion.domain.people import Role
from companion.domain.programme import Programme
from companion.domain.proposals import DAYS, EVERY, Slot, by_rhythm, rhythm
from companion.domain.refusals import Problem, Rejected
from companion.services import proposing
from companion.services.scheduling import caveats_for
from companion.store import away, enrolments, programmes
from companion.web import access, clock, current, held
from companion.web.fields import once
from companion.web.i18n import translate_plural as ngettext
from companion.web.practitioner.rows import Line, slots_of


@access.roles(Role.PRACTITIONER)
def sessions(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/sessions``: from which day on, and booking what was proposed."""
    slots = slots_of(held.form())
    if request.method != "POST":
        return _page(enrolment_id, slots)
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
        return _page(enrolment_id, slots, rejected.problems), 422
    flash(ngettext("One session is booked.", "%(num)s sessions are booked.", booked) % {"num": booked})
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)


@access.roles(Role.PRACTITIONER)
def propose(enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/sessions/proposal``: the days at a rhythm, to be looked at. Stores nothing."""
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
        left = proposing.left_to_book(tx, enrolment_id, programme)
        absent = away.own_times(tx, current.viewer(), clock.now())
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
        left = proposing.left_to_book(tx, enrolment_id, programme)
        slots = slots[: len(left)]
        lengths = [minutes for _, minutes in left[: len(slots)]]
        caveats = caveats_for(tx, enrolment, AppointmentKind.SESSION, programme) if left else ()
        found, mark = proposing.looked_up(
            tx, current.viewer(), slots, lengths, clock.now(), caveats=caveats if slots else ()
        )
    return render_template(
        "practitioner/sessions.html",
        case=case,
        left=left,
        lines=[
            Line(slot, minutes, found.get(row, ()), session=session)
            for row, (slot, (session, minutes)) in enumerate(zip(slots, left, strict=False), 1)
        ],
        mark=mark,
        caveats=caveats,
        typed=held.form(),
        site=enrolment.site,
        rhythms=[*EVERY, DAYS],
        problems=problems,
        sites=[(each.id, each.name) for each in programme.sites],
    )
