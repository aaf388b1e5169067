"""The page for booking the programme's sessions for one participant."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.people import Role
from companion.services.meetings import series
from companion.services.meetings.schedule import caveats_for
from companion.store.enrolments import enrolments
from companion.store.programme import programmes
from companion.web.gate import access, current
from companion.web.page.form import done, takes
from companion.web.practitioner.meetings import sessions_page
from companion.web.practitioner.meetings.appointment_forms import Sessions, sessions_booked
from companion.web.practitioner.meetings.sessions_page import ForWhom


def _for(enrolment_id: UUID) -> ForWhom:
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        programme = programmes.programme_of(tx, enrolment)
        left = series.left_to_book(tx, enrolment_id, programme)
        return ForWhom(
            whose=enrolments.case(tx, enrolment),
            programme=programme,
            site=enrolment.site,
            left=left,
            caveats=caveats_for(tx, enrolment, AppointmentKind.SESSION, programme) if left else (),
            book=url_for("practitioner.sessions", enrolment_id=enrolment_id),
            propose=url_for("practitioner.propose_sessions", enrolment_id=enrolment_id),
            back=url_for("practitioner.participant", enrolment_id=enrolment_id),
        )


def _page(form: Sessions, enrolment_id: UUID) -> str:
    return sessions_page.show(form, _for(enrolment_id))


@access.roles(Role.PRACTITIONER)
@takes(Sessions, _page)
def sessions(form: Sessions, enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/sessions``: book the programme's sessions."""
    of = _for(enrolment_id)
    booked = series.book_sessions(
        current.actor(), enrolment_id, form.once.id_of_new, form.wanted(of.programme)
    )
    return done(sessions_booked(booked), of.back)


@access.roles(Role.PRACTITIONER)
@takes(Sessions, _page)
def propose(form: Sessions, enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/sessions/proposal``: propose days for the sessions."""
    return sessions_page.propose(form, _for(enrolment_id))
