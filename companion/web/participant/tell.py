"""The pages for telling us something that can't wait, or something about the practitioner.

Afterwards, none of the participant's pages shows that a message was sent.
"""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.concerns.concerns import ConcernKind
from companion.domain.people import Role
from companion.domain.refusals import NotFound
from companion.domain.signposts.signposts import Need
from companion.services.concerns import report
from companion.services.concerns.readers import readers_of
from companion.store.enrolments import enrolments
from companion.store.programme import programmes
from companion.store.records import policies
from companion.store.work import work
from companion.web.gate import access, clock, current
from companion.web.page.form import takes
from companion.web.page.languages import language
from companion.web.participant.forms import Telling
from companion.web.participant.plan.guided import page_of
from companion.web.public.help import HelpEntry, entries_for, open_first

CALL_NOW = ("emergency", "helpline", "samaritans")
"""The signposts for dangers that can't wait until somebody reads the message."""


def _tell_page(form: Telling) -> str:
    return _page(form, "participant/tell.html", ConcernKind.TOLD)


@access.uncounted
@access.roles(Role.PARTICIPANT)
@takes(Telling, _tell_page)
def tell(form: Telling) -> ResponseReturnValue:
    """``GET`` and ``POST /my/tell``: raise a concern with *Tell us something that can't wait*."""
    return _told(form, ConcernKind.TOLD)


def _about_practitioner_page(form: Telling) -> str:
    return _page(form, "participant/tell.html", ConcernKind.ABOUT_PRACTITIONER)


@access.uncounted
@access.roles(Role.PARTICIPANT)
@takes(Telling, _about_practitioner_page)
def about_practitioner(form: Telling) -> ResponseReturnValue:
    """``GET`` and ``POST /my/about-my-practitioner``: tell the leads, and nobody else, something about the
    practitioner.
    """
    return _told(form, ConcernKind.ABOUT_PRACTITIONER)


def _told(form: Telling, kind: ConcernKind) -> str:
    report.tell(current.actor(), form.once.id_of_new, kind, form.words.data)
    # A redirect would put the page's URL into the browser's history, and reveal that something was sent.
    return _page(form, "participant/told.html", kind)


def _page(form: Telling, template: str, kind: ConcernKind) -> str:
    now = clock.now()
    form.begins_with(
        **{name: request.args.get(form[name].name, "") for name in ("words", "place", "work", "change")}
    )
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer())
        case = enrolments.case(tx, enrolment)
        contact = programmes.programme_of(tx, enrolment).contact
        readers = readers_of(tx, case, now)
        statement = policies.statement(tx, language())
    return render_template(
        template,
        kind=kind,
        practitioner=case.practitioner,
        readers=readers,
        statement=statement,
        contact=contact,
        signposts=_call_now(),
        back=_back(form),
        kept=request.args.get("kept", ""),
        form=form,
        now=now,
    )


def _call_now() -> list[HelpEntry]:
    found = entries_for(clock.now(), Need.CHILD_IN_DANGER, Need.OWN_BEHAVIOUR, Need.HURT_MYSELF)
    return open_first([entry for entry in found if entry.signpost.id in CALL_NOW])


def _back(form: Telling) -> str:
    """Return the URL of the page from which the viewer came: a question, the messages or a page of the plan.

    Return an empty string if the form names an unknown page, or work that isn't the viewer's.
    """
    if place := form.place.data:
        return page_of(place) or ""
    try:
        work_id = UUID(form.work.data)
        with current.store().reading() as tx:
            work.find(tx, current.viewer(), work_id)
    except (ValueError, NotFound):
        return ""
    return url_for("participant.work", work_id=work_id, change=form.change.data or None, _anchor="now")
