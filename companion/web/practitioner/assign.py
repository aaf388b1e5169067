"""Setting work: choose or adapt an activity, or type questions; fill the card, set it."""

from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.activities.conversation import Conversation
from companion.domain.meetings.appointments import Appointment
from companion.domain.people import Role
from companion.domain.refusals import NotFound, Problem, Rejected
from companion.domain.work.work import Card
from companion.services.authoring import drafts
from companion.services.work import assign
from companion.services.work.assign import Due, QuickWork
from companion.store.activities import activities
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.meetings import appointments
from companion.store.programme import topics
from companion.store.work import work
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import once
from companion.web.page.i18n import translate as _


@access.roles(Role.PRACTITIONER)
def choose(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/work/new``: what can be set."""
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        case = enrolments.case(tx, enrolment)
        plan = topics.plan(tx, enrolment)
        versions = assign.may_set(tx, unapproved_too=current.unapproved_too())
        made_for_him = assign.made_for(tx, current.viewer(), enrolment_id)
    return render_template(
        "practitioner/choose.html",
        case=case,
        shelves=assign.by_session(assign.offers(versions), plan),
        plan=plan,
        made_for_him=made_for_him,
    )


@access.roles(Role.PRACTITIONER)
def set_work(enrolment_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/work/new/<version>``: the preview and the setting card."""
    if request.method != "POST":
        return _card_page(enrolment_id, version_id)
    try:
        assign.set_work(
            current.actor(), enrolment_id, version_id, typed_due(), unapproved_too=current.unapproved_too()
        )
    except Rejected as rejected:
        return _card_page(enrolment_id, version_id, rejected.problems), 422
    return _done(enrolment_id)


@access.roles(Role.PRACTITIONER)
def adapt(enrolment_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/work/new/<version>/adaptation``: a copy for him alone, to be changed."""
    new_id = once()
    drafts.adapt(current.actor(), enrolment_id, version_id, new_id)
    flash(_("This copy is for him alone. Change what you like, then set it."))
    return redirect(url_for("activities.activity", activity_id=new_id), 303)


@access.roles(Role.PRACTITIONER)
def quickly_set(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/work/questions``: his own questions, one a line."""
    if request.method != "POST":
        return _quick_page(enrolment_id)
    name = {"name": current.viewer().name}
    try:
        assign.quickly_set(
            current.actor(),
            enrolment_id,
            QuickWork(
                request.form.get("title", "") or _("Questions from %(name)s") % name,
                _("%(name)s has written these questions for you.") % name,
                request.form.get("questions", ""),
            ),
            typed_due(),
        )
    except Rejected as rejected:
        return _quick_page(enrolment_id, rejected.problems), 422
    return _done(enrolment_id)


def typed_due() -> Due:
    """The card and the appointment that were typed. Raises ``Rejected``."""
    form = request.form
    card = Card.typed(form.get("why", ""), form.get("minutes", ""))
    return Due(once(), form.get("due", ""), card)


def _done(enrolment_id: UUID) -> ResponseReturnValue:
    """The participant's page, which offers to print what was just set."""
    flash(_("The work is set."))
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id, set=once()), 303)


def _case_and_upcoming(enrolment_id: UUID) -> tuple[Case, list[Appointment]]:
    now = clock.now()
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
        upcoming = appointments.to_come(tx, case.id, now)
    return case, upcoming


def _card_page(enrolment_id: UUID, version_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    case, upcoming = _case_and_upcoming(enrolment_id)
    with current.store().reading() as tx:
        activity_id = activities.activity_of(tx, version_id)
        offered = assign.offers(
            [
                *assign.may_set(tx, unapproved_too=current.unapproved_too()),
                *assign.made_for(tx, current.viewer(), enrolment_id),
            ]
        )
    offer = next((each for each in offered if each.version.activity_id == activity_id), None)
    if offer is None:
        raise NotFound
    with current.store().reading() as tx:
        before = work.last_set(tx, [enrolment_id], offer.version.activity.id).get(enrolment_id)
    if offer.version.id != version_id:  # there is a newer one by now
        problems = (Problem("changed_elsewhere"),)
    return render_template(
        "practitioner/set_work.html",
        case=case,
        version=offer.version,
        his=offer.spoken(case.language),
        ahead=Conversation(offer.version.activity, {}).progress,
        appointments=upcoming,
        set_before=before,
        typed=parked_forms.form(),
        copy_id=uuid4(),
        problems=problems,
    )


def _quick_page(enrolment_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    case, upcoming = _case_and_upcoming(enrolment_id)
    return render_template(
        "practitioner/quick.html",
        case=case,
        appointments=upcoming,
        typed=parked_forms.form(),
        problems=problems,
    )
