"""Setting work: choose an activity, see it as he will, fill the card, set it."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.content import programme
from companion.domain.conversation import Conversation
from companion.domain.people import Role
from companion.domain.refusals import NotFound, Problem, Rejected
from companion.domain.work import Card
from companion.services import setting
from companion.store import appointments
from companion.web import access, clock, current, held
from companion.web.fields import once
from companion.web.i18n import translate as _


def _unapproved_too() -> bool:
    """Outside the demo nothing that the lead has not approved can be set (content rules)."""
    return current.settings().mode == "demo"


@access.roles(Role.PRACTITIONER)
def choose(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/work/new``: what can be set."""
    with current.store().reading() as tx:
        case = appointments.case(tx, appointments.enrolment(tx, current.viewer(), enrolment_id))
        versions = setting.may_set(tx, unapproved_too=_unapproved_too())
    return render_template(
        "practitioner/choose.html", case=case, versions=versions, topic=lambda id: programme().topic(id or "")
    )


@access.roles(Role.PRACTITIONER)
def set_work(enrolment_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/work/new/<version>``: the preview and the setting card."""
    if request.method != "POST":
        return _card_page(enrolment_id, version_id)
    form = request.form
    try:
        card = Card.typed(
            form.get("why", ""),
            form.get("minutes", ""),
            form.get("when_where", ""),
            form.get("in_the_way", ""),
        )
        setting.set_work(
            current.store(),
            current.viewer(),
            enrolment_id,
            once(),
            version_id,
            form.get("due", ""),
            card,
            clock.now(),
            unapproved_too=_unapproved_too(),
        )
    except Rejected as rejected:
        return _card_page(enrolment_id, version_id, rejected.problems), 422
    flash(_("The work is set."))
    return redirect(url_for("practitioner.participant", enrolment_id=enrolment_id), 303)


def _card_page(enrolment_id: UUID, version_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    now = clock.now()
    with current.store().reading() as tx:
        case = appointments.case(tx, appointments.enrolment(tx, current.viewer(), enrolment_id))
        offered = {each.id: each for each in setting.may_set(tx, unapproved_too=_unapproved_too())}
        upcoming = [each for each in appointments.appointments(tx, case.id) if each.starts_at > now]
    if version_id not in offered:
        raise NotFound
    return render_template(
        "practitioner/set_work.html",
        case=case,
        version=offered[version_id],
        ahead=Conversation(offered[version_id].activity, {}).progress,
        appointments=upcoming,
        typed=held.form(),
        problems=problems,
    )
