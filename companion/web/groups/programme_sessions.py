"""The programme's sessions, planned for a whole group at a rhythm."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.meetings import group_meetings, series
from companion.store.meetings import absence, groups
from companion.store.programme import programmes
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.practitioner.meetings.appointment_forms import (
    RHYTHMS,
    Sessions,
    session_lines,
    sessions_booked,
)


def _page(form: Sessions, group_id: UUID) -> str:
    g.page = url_for("groups.sessions", group_id=group_id)
    with current.store().reading() as tx:
        row = groups.group_row(tx, current.viewer(), group_id)
        group, programme = groups.group(tx, row), programmes.programme_of(tx, row)
        left = group_meetings.left_to_book(tx, group_id, programme)
        slots = form.slots.data[: len(left)]
        lengths = [minutes for _, minutes in left[: len(slots)]]
        found, mark = series.looked_up(tx, current.actor(), list(zip(slots, lengths, strict=True)))
    form.begins_with(site=group.site, rhythm=RHYTHMS[0])
    return render_template(
        "groups/sessions.html",
        group=group,
        left=left,
        lines=session_lines(slots, left, found),
        mark=mark,
        form=form,
        rhythms=RHYTHMS,
        sites=[(each.id, each.name) for each in programme.sites],
    )


@access.roles(Role.PRACTITIONER)
@takes(Sessions, _page)
def sessions(form: Sessions, group_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/<id>/sessions``: choose a first day, then book what was proposed."""
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, groups.group_row(tx, current.viewer(), group_id))
    booked = group_meetings.book_sessions(
        current.actor(), group_id, form.once.id_of_new, form.wanted(programme)
    )
    return done(sessions_booked(booked), url_for("groups.group", group_id=group_id))


@access.roles(Role.PRACTITIONER)
@takes(Sessions, _page)
def propose(form: Sessions, group_id: UUID) -> ResponseReturnValue:
    """``POST /groups/<id>/sessions/proposal``: days at a rhythm, to review. Stores nothing."""
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, groups.group_row(tx, current.viewer(), group_id))
        left = group_meetings.left_to_book(tx, group_id, programme)
        absent = absence.own_times(tx, current.viewer(), clock.now())
    form.propose(programme, len(left), absent)
    return _page(form, group_id)
