"""A participant's page, and adding one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.meetings.clashes import Clashes, clashes_of
from companion.domain.people import Role
from companion.domain.programme.programme import Programme
from companion.domain.refusals import Problem, Rejected
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
from companion.store.notices.preferences import set_aside_notices
from companion.store.plan import summary
from companion.store.programme import programmes, topics
from companion.store.work import work
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import once, uuid
from companion.web.page.i18n import translate as _


def wanted(form: MultiDict[str, str], programme: Programme) -> Wanted:
    """An appointment of this programme from the fields of a form."""
    return Wanted(
        kind=form.get("kind", ""),
        day=form.get("day", ""),
        time=form.get("time", ""),
        site=form.get("site", ""),
        programme=programme,
        length=form.get("length", ""),
        confirmed=form.get("confirmed", ""),
    )


def appointment_choices(*of: Programme) -> dict[str, Any]:
    """What a form offers for an appointment of one of these programmes."""
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


@access.hashes
@access.roles(Role.PRACTITIONER, fresh=True)
def new() -> ResponseReturnValue:
    """``GET`` and ``POST /caseload/new``: add a participant; the slip is shown once."""
    typed = parked_forms.form()
    with current.store().reading() as tx:
        offered = programmes.offered(tx)
    if request.method != "POST":
        return _new_page(typed, offered)
    try:
        programme = add_participant.chosen(offered, typed.get("programme", ""))
        added = add_participant.add_participant(
            current.actor(),
            current.hasher(),
            once(),
            typed.get("name", ""),
            typed.get("word", ""),
            wanted(typed, programme),
        )
    except Rejected as refusal:
        return _new_page(typed, offered, refusal.problems, clashes_of(refusal)), 422
    page = url_for("practitioner.participant", enrolment_id=added.enrolment_id)
    return render_template("practitioner/slip.html", slip=added.slip, reference=added.reference, page=page)


def _new_page(
    typed: MultiDict[str, str],
    offered: list[Programme],
    problems: tuple[Problem, ...] = (),
    clashes: Clashes | None = None,
) -> str:
    return render_template(
        "practitioner/new_participant.html",
        typed=typed,
        problems=problems,
        clashes=clashes,
        programmes=[(each.id, each.title) for each in offered],
        **appointment_choices(*offered),
    )


@access.roles(Role.PRACTITIONER)
def participant(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>``"""
    return participant_page(enrolment_id)


def participant_page(
    enrolment_id: UUID,
    problems: tuple[Problem, ...] = (),
    typed: MultiDict[str, str] | None = None,
    clashes: Clashes | None = None,
) -> str:
    """The page of one participant, with what was mistyped on it."""
    now = clock.now()
    g.page = url_for("practitioner.participant", enrolment_id=enrolment_id)
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        case = enrolments.case(tx, enrolment)
        programme = programmes.programme_of(tx, enrolment)
        topic_plan = topics.plan(tx, enrolment)
        meetings = appointments.appointments(tx, case.id)
        pieces = work.pieces(tx, [case.id], due=due_among(meetings))[case.id]
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
        sessions_left=series.sessions_left(meetings, programme),
        clashes=clashes,
        now=now,
        problems=problems,
        typed=typed if typed is not None else parked_forms.form(),
        **to_notice,
        **appointment_choices(programme),
    )


def _to_notice(tx: Transaction, case: Case, now: datetime) -> dict[str, Any]:
    """What has happened that the practitioner should see: concerns, messages, emails, a slip, a lead's access."""
    viewer = current.viewer()
    failed = bounces.undelivered(tx, viewer, [case.participant_id], now)
    return {
        "failed": failed.get(case.participant_id, []),
        "set_aside": bool(set_aside_notices(tx, [case.participant_id])),
        "unread": messages.unread(tx, [case.id]).get(case.id, 0),
        "looks": lead_access.told(tx, case.id, now),
        "slip_ended": bool(slips.ended(tx, [case.participant_id], now)),
        "concerns": concerns.lines(tx, viewer, closed=(False, True), enrolment_id=case.id),
    }


@access.roles(Role.PRACTITIONER)
def dismiss_undelivered(enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/undelivered/dismissal``: what could not be delivered was seen."""
    last = uuid(request.form.get("last", ""))
    preferences.dismiss(current.actor(), enrolment_id, last)
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)
