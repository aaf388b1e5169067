"""The pages for setting work."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.activities.conversation import Conversation
from companion.domain.meetings.appointments import Appointment
from companion.domain.people import Role
from companion.domain.refusals import NotFound, Problem
from companion.domain.work.work import Card
from companion.services.authoring import drafts
from companion.services.work import assign
from companion.services.work.assign import Due, QuickWork
from companion.store.activities import activities
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.meetings import appointments
from companion.store.programme import topics
from companion.store.work import piece_list, work
from companion.web.activities.search import finder
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Copy, Questions, SettingCard


@access.roles(Role.PRACTITIONER)
def choose(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/work/new``: list the activities for a participant."""
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        case = enrolments.case(tx, enrolment)
        plan = topics.plan(tx, enrolment)
        versions = assign.may_set(tx, unapproved_too=current.unapproved_too())
        made_for_him = assign.made_for(tx, current.viewer(), enrolment_id)
        before = piece_list.were_set(tx, [enrolment_id]).get(enrolment_id, set())
        find = finder(tx)
    offered = assign.offers(versions)
    return render_template(
        "practitioner/choose.html",
        case=case,
        shelves=assign.by_session(find.among(offered), plan),
        find=find,
        fitting=assign.fitting(offered, plan, before),
        plan=plan,
        made_for_him=made_for_him,
    )


def _card_page(form: SettingCard, enrolment_id: UUID, version_id: UUID) -> str:
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
        before = piece_list.last_set(tx, [enrolment_id], offer.version.activity.id).get(enrolment_id)
        replaces = work.replaceable(tx, offer.version)
    if offer.version.id != version_id:  # there is now a newer version
        form.problems = (Problem("changed_elsewhere"),)
    form.begins_with(minutes=offer.version.activity.minutes)
    return render_template(
        "practitioner/set_work.html",
        case=case,
        version=offer.version,
        his=offer.spoken(case.language),
        ahead=Conversation(offer.version.activity, {}).progress,
        appointments=upcoming,
        set_before=before,
        replaces=replaces,
        form=form,
        copy=Copy.beside(form),
    )


@access.roles(Role.PRACTITIONER)
@takes(SettingCard, _card_page)
def set_work(form: SettingCard, enrolment_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/work/new/<version>``: preview and set an activity."""
    assign.set_work(
        current.actor(), enrolment_id, version_id, due_of(form), unapproved_too=current.unapproved_too()
    )
    return _done(form, enrolment_id)


@access.roles(Role.PRACTITIONER)
@takes(Copy)
def adapt(form: Copy, enrolment_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/work/new/<version>/adaptation``: copy an activity, so that the practitioner
    can adapt the copy for one participant.
    """
    new_id = form.once.id_of_new
    drafts.adapt(current.actor(), enrolment_id, version_id, new_id)
    return done(
        _("This copy is for this participant only. Change what you like, then set it."),
        url_for("activities.activity", activity_id=new_id),
    )


def _quick_page(form: Questions, enrolment_id: UUID) -> str:
    case, upcoming = _case_and_upcoming(enrolment_id)
    form.begins_with(title=_("Questions from %(name)s") % {"name": current.viewer().name}, minutes=10)
    return render_template("practitioner/quick.html", case=case, appointments=upcoming, form=form)


@access.roles(Role.PRACTITIONER)
@takes(Questions, _quick_page)
def quickly_set(form: Questions, enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/work/questions``: set the practitioner's own questions."""
    name = {"name": current.viewer().name}
    assign.quickly_set(
        current.actor(),
        enrolment_id,
        QuickWork(
            form.title.data or _("Questions from %(name)s") % name,
            _("%(name)s has written these questions for you.") % name,
            form.questions.data,
        ),
        due_of(form),
    )
    return _done(form, enrolment_id)


def due_of(form: SettingCard) -> Due:
    """Return what the practitioner entered in the form: when the work is due, why they set it, and how long
    it takes. Raise ``Rejected`` if the practitioner typed an invalid reason for the work, or an invalid
    number of minutes.
    """
    card = Card.typed(form.why.data, form.minutes.data)
    return Due(form.once.id_of_new, form.due.data, card)


def _done(form: SettingCard, enrolment_id: UUID) -> ResponseReturnValue:
    """Redirect to the participant's page. The page offers to print the new work."""
    page = url_for("practitioner.participant", enrolment_id=enrolment_id, set=form.once.id_of_new)
    return done(_("Work set."), page)


def _case_and_upcoming(enrolment_id: UUID) -> tuple[Case, list[Appointment]]:
    now = clock.now()
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))
        upcoming = appointments.to_come(tx, case.id, now)
    return case, upcoming
