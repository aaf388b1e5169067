"""The programme's sessions: proposed at a rhythm, reviewed and changed, and booked together."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.people import Role
from companion.services.meetings import series
from companion.services.meetings.schedule import caveats_for
from companion.store.enrolments import enrolments
from companion.store.meetings import absence
from companion.store.programme import programmes
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.practitioner.meetings.appointment_forms import (
    RHYTHMS,
    Sessions,
    session_lines,
    sessions_booked,
)


def _page(form: Sessions, enrolment_id: UUID) -> str:
    g.page = url_for("practitioner.sessions", enrolment_id=enrolment_id)
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        case = enrolments.case(tx, enrolment)
        programme = programmes.programme_of(tx, enrolment)
        left = series.left_to_book(tx, enrolment_id, programme)
        slots = form.slots.data[: len(left)]
        lengths = [minutes for _, minutes in left[: len(slots)]]
        caveats = caveats_for(tx, enrolment, AppointmentKind.SESSION, programme) if left else ()
        found, mark = series.looked_up(
            tx, current.actor(), list(zip(slots, lengths, strict=True)), caveats=caveats if slots else ()
        )
    form.begins_with(site=enrolment.site, rhythm=RHYTHMS[0])
    return render_template(
        "practitioner/sessions.html",
        case=case,
        left=left,
        lines=session_lines(slots, left, found),
        mark=mark,
        caveats=caveats,
        form=form,
        rhythms=RHYTHMS,
        sites=[(each.id, each.name) for each in programme.sites],
    )


@access.roles(Role.PRACTITIONER)
@takes(Sessions, _page)
def sessions(form: Sessions, enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/sessions``: choose a first day, then book what was proposed."""
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
    booked = series.book_sessions(current.actor(), enrolment_id, form.once.id_of_new, form.wanted(programme))
    page = url_for("practitioner.participant", enrolment_id=enrolment_id)
    return done(sessions_booked(booked), page)


@access.roles(Role.PRACTITIONER)
@takes(Sessions, _page)
def propose(form: Sessions, enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/sessions/proposal``: days at a rhythm, to review. Stores nothing."""
    with current.store().reading() as tx:
        programme = programmes.programme_of(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
        left = series.left_to_book(tx, enrolment_id, programme)
        absent = absence.own_times(tx, current.viewer(), clock.now())
    form.propose(programme, len(left), absent)
    return _page(form, enrolment_id)
