"""The sessions of the programme, planned for a whole group at a rhythm."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.recurrence import DAYS, EVERY, Slot
from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.services.meetings import group_meetings, series
from companion.services.meetings.series import WantedSessions
from companion.store.meetings import absence, groups
from companion.store.programme import programmes
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.appointment_forms import AppointmentLine, slots_of
from companion.web.page.form_fields import once
from companion.web.page.i18n import translate_plural as ngettext
from companion.web.practitioner.programme_sessions import proposed


@access.roles(Role.PRACTITIONER)
def sessions(group_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/<id>/sessions``: from which day on, and booking what was proposed."""
    slots = slots_of(parked_forms.form())
    if request.method != "POST":
        return _page(group_id, slots)
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, groups.group_row(tx, current.viewer(), group_id))
    try:
        booked = group_meetings.book_sessions(
            current.actor(),
            group_id,
            once(),
            WantedSessions(slots, request.form.get("site", ""), programme, request.form.get("confirmed", "")),
        )
    except Rejected as rejected:
        return _page(group_id, slots, rejected.problems), 422
    flash(ngettext("One session is booked.", "%(num)s sessions are booked.", booked) % {"num": booked})
    return redirect(url_for("groups.group", group_id=group_id), 303)


@access.roles(Role.PRACTITIONER)
def propose(group_id: UUID) -> ResponseReturnValue:
    """``POST /groups/<id>/sessions/proposal``: the days at a rhythm, to be looked at. Stores nothing."""
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, groups.group_row(tx, current.viewer(), group_id))
        left = group_meetings.left_to_book(tx, group_id, programme)
        absent = absence.own_times(tx, current.viewer(), clock.now())
    try:
        slots = proposed(request.form, programme, len(left), absent)
    except Rejected as rejected:
        return _page(group_id, [], rejected.problems), 422
    return _page(group_id, slots)


def _page(group_id: UUID, slots: Sequence[Slot], problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("groups.sessions", group_id=group_id)
    with current.store().reading() as tx:
        row = groups.group_row(tx, current.viewer(), group_id)
        group, programme = groups.group(tx, row), programmes.programme_of(tx, row)
        left = group_meetings.left_to_book(tx, group_id, programme)
        slots = slots[: len(left)]
        lengths = [minutes for _, minutes in left[: len(slots)]]
        found, mark = series.looked_up(tx, current.actor(), list(zip(slots, lengths, strict=True)))
    return render_template(
        "groups/sessions.html",
        group=group,
        left=left,
        lines=[
            AppointmentLine(slot, minutes, found.get(number, ()), session=session)
            for number, (slot, (session, minutes)) in enumerate(zip(slots, left, strict=False), 1)
        ],
        mark=mark,
        typed=parked_forms.form(),
        rhythms=[*EVERY, DAYS],
        problems=problems,
        sites=[(each.id, each.name) for each in programme.sites],
    )
