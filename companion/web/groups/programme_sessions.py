"""The page for booking the programme's sessions for a whole group."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.meetings import group_meetings
from companion.store.meetings import groups
from companion.store.programme import programmes
from companion.web.gate import access, current
from companion.web.page.form import done, takes
from companion.web.practitioner.meetings import sessions_page
from companion.web.practitioner.meetings.appointment_forms import Sessions, sessions_booked
from companion.web.practitioner.meetings.sessions_page import ForWhom


def _for(group_id: UUID) -> ForWhom:
    with current.store().reading() as tx:
        row = groups.group_row(tx, current.viewer(), group_id)
        group, programme = groups.group(tx, row), programmes.programme_of(tx, row)
        return ForWhom(
            whose=group,
            programme=programme,
            site=group.site,
            left=group_meetings.left_to_book(tx, group_id, programme),
            caveats=(),
            book=url_for("groups.sessions", group_id=group_id),
            propose=url_for("groups.propose", group_id=group_id),
            back=url_for("groups.group", group_id=group_id),
        )


def _page(form: Sessions, group_id: UUID) -> str:
    return sessions_page.show(form, _for(group_id))


@access.roles(Role.PRACTITIONER)
@takes(Sessions, _page)
def sessions(form: Sessions, group_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/<id>/sessions``: book the programme's sessions."""
    of = _for(group_id)
    booked = group_meetings.book_sessions(
        current.actor(), group_id, form.once.id_of_new, form.wanted(of.programme)
    )
    return done(sessions_booked(booked), of.back)


@access.roles(Role.PRACTITIONER)
@takes(Sessions, _page)
def propose(form: Sessions, group_id: UUID) -> ResponseReturnValue:
    """``POST /groups/<id>/sessions/proposal``: propose days for the sessions."""
    return sessions_page.propose(form, _for(group_id))
