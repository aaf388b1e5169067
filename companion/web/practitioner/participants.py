"""The page about a participant, and the page for adding a participant."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.progress import numbers
from companion.domain.people import Role
from companion.domain.programme.programme import Programme
from companion.services.caseloads import add_participant
from companion.services.meetings import series
from companion.services.meetings.schedule import Wanted
from companion.services.notices import preferences
from companion.store.accounts import slips
from companion.store.base import Transaction
from companion.store.concerns import concerns, lead_access
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.meetings import appointments, group_members
from companion.store.meetings.appointments import due_among
from companion.store.messages import messages
from companion.store.notices import bounces
from companion.store.plan import summary
from companion.store.programme import programmes, topics
from companion.store.work import piece_list
from companion.web.gate import access, clock, current
from companion.web.page.form import takes
from companion.web.page.form_fields import uuid
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Appointment, Dismissal, NewParticipant


def wanted(form: Appointment, programme: Programme) -> Wanted:
    """Return the appointment that the practitioner has entered in the form. ``programme`` is the
    participant's programme.
    """
    return Wanted(
        kind=form.kind.data,
        day=form.day.data,
        time=form.time.data,
        site=form.site.data,
        programme=programme,
        length=form.length.data,
        confirmed=form.confirmed.data,
    )


def appointment_choices(*of: Programme) -> dict[str, Any]:
    """Return the kinds and sites that the new appointment form offers for these programmes.

    Also return the minimum and maximum length of an initial meeting in the first of the given programmes.
    """
    kinds = {
        AppointmentKind.SESSION: _("Session"),
        AppointmentKind.INITIAL_MEETING: _("Initial meeting"),
        AppointmentKind.ADDITIONAL_SESSION: _("Additional session"),
        AppointmentKind.REVIEW_MEETING: _("Review meeting"),
    }
    return {
        "kinds": [(kind.value, label) for kind, label in kinds.items()],
        "sites": [*{site.id: site.name for each in of for site in each.sites}.items()],
        "length": of[0].length(AppointmentKind.INITIAL_MEETING),
    }


def _new_page(form: NewParticipant) -> str:
    with current.store().reading() as tx:
        offered = programmes.offered(tx)
    form.begins_with(kind="session")
    return render_template(
        "practitioner/new_participant.html",
        form=form,
        programmes=[(each.id, each.title) for each in offered],
        **appointment_choices(*offered),
    )


@access.hashes
@access.roles(Role.PRACTITIONER, fresh=True)
@takes(NewParticipant, _new_page)
def new(form: NewParticipant) -> ResponseReturnValue:
    """``GET`` and ``POST /caseload/new``: add a participant, and show the joining slip once."""
    with current.store().reading() as tx:
        offered = programmes.offered(tx)
    programme = add_participant.chosen(offered, form.programme.data)
    added = add_participant.add_participant(
        current.actor(),
        current.hasher(),
        form.once.id_of_new,
        form.name.data,
        form.word.data,
        wanted(form, programme),
    )
    page = url_for("practitioner.participant", enrolment_id=added.enrolment_id)
    return render_template("practitioner/slip.html", slip=added.slip, reference=added.reference, page=page)


@access.roles(Role.PRACTITIONER)
def participant(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>``: show a participant's page."""
    return participant_page(Appointment(), enrolment_id)


def participant_page(form: Appointment, enrolment_id: UUID) -> str:
    """Return a participant's page, with any errors in its form."""
    now = clock.now()
    g.page = url_for("practitioner.participant", enrolment_id=enrolment_id)
    form.begins_with(kind="session")
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        case = enrolments.case(tx, enrolment)
        programme = programmes.programme_of(tx, enrolment)
        topic_plan = topics.plan(tx, enrolment)
        meetings = appointments.appointments(tx, case.id)
        pieces = piece_list.pieces(tx, [case.id], intentions=True, due=due_among(meetings))[case.id]
        plan = summary.facts(tx, [case.id])[case.id]
        group = group_members.group_of(tx, current.viewer(), case.id)
        to_notice = _to_notice(tx, case, now)
    return render_template(
        "practitioner/participant.html",
        case=case,
        pieces=pieces,
        plan=plan,
        topic_plan=topic_plan,
        just_set=uuid(request.args.get("set", "")),
        group=group,
        appointments=meetings,
        numbers=numbers(meetings),
        sessions_left=series.sessions_left(meetings, programme),
        now=now,
        form=form,
        **to_notice,
        **appointment_choices(programme),
    )


def _to_notice(tx: Transaction, case: Case, now: datetime) -> dict[str, Any]:
    """Return the notices for the practitioner, such as concerns and unread messages."""
    viewer = current.viewer()
    delivery = bounces.deliveries(tx, viewer, [case.participant_id], now)[case.participant_id]
    return {
        "failed": delivery.failed,
        "set_aside": delivery.set_aside,
        "unread": messages.unread(tx, [case.id]).get(case.id, 0),
        "looks": lead_access.told(tx, case.id, now),
        "slip_ended": bool(slips.ended(tx, [case.participant_id], now)),
        "concerns": concerns.lines(tx, viewer, closed=(False, True), enrolment_id=case.id),
    }


@access.roles(Role.PRACTITIONER)
@takes(Dismissal)
def dismiss_undelivered(form: Dismissal, enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/undelivered/dismissal``: hide the notice about emails that failed."""
    preferences.dismiss(current.actor(), enrolment_id, form.last.data)
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)
