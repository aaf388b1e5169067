"""What cannot wait, and what is about his practitioner.

Nothing of what he tells, and not that he told it, shows afterwards on any of his pages.
"""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from companion.domain.concerns.concerns import ConcernKind
from companion.domain.people import Role
from companion.domain.refusals import NotFound, Problem, Rejected
from companion.domain.signposts.signposts import Need
from companion.services.concerns import report
from companion.services.concerns.readers import readers_of
from companion.store.enrolments import enrolments
from companion.store.programme import programmes
from companion.store.records import policies
from companion.store.work import work
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import once
from companion.web.page.languages import language
from companion.web.participant.plan.guided import page_of
from companion.web.public.help import HelpEntry, entries_for, open_first

CALL_NOW = ("emergency", "helpline", "samaritans")
"""The signposts for what cannot wait until somebody reads it."""


@access.uncounted
@access.roles(Role.PARTICIPANT)
def tell() -> ResponseReturnValue:
    """``GET`` and ``POST /my/tell``: *Tell us something that can't wait*."""
    return _tell(ConcernKind.TOLD)


@access.uncounted
@access.roles(Role.PARTICIPANT)
def about_practitioner() -> ResponseReturnValue:
    """``GET`` and ``POST /my/about-my-practitioner``: to the lead alone."""
    return _tell(ConcernKind.ABOUT_PRACTITIONER)


def _tell(kind: ConcernKind) -> ResponseReturnValue:
    if request.method != "POST":
        return _page("participant/tell.html", kind)
    try:
        report.tell(current.actor(), once(), kind, request.form.get("words", ""))
    except Rejected as rejected:
        return _page("participant/tell.html", kind, rejected.problems), 422
    return _page("participant/told.html", kind)  # shown here and now: a page to come back to would be a trace


def _page(template: str, kind: ConcernKind, problems: tuple[Problem, ...] = ()) -> str:
    now = clock.now()
    typed = parked_forms.form() or request.args
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
        back=_back(typed),
        typed=typed,
        problems=problems,
        now=now,
    )


def _call_now() -> list[HelpEntry]:
    found = entries_for(clock.now(), Need.CHILD_IN_DANGER, Need.OWN_BEHAVIOUR, Need.HURT_MYSELF)
    return open_first([entry for entry in found if entry.signpost.id in CALL_NOW])


def _back(typed: MultiDict[str, str]) -> str:
    """The address of the question that he came from, if it is one of his; else nothing."""
    if place := typed.get("place", ""):
        return page_of(place) or ""
    try:
        work_id = UUID(typed.get("from", ""))
        with current.store().reading() as tx:
            work.find(tx, current.viewer(), work_id)
    except (ValueError, NotFound):
        return ""
    return url_for("participant.work", work_id=work_id, change=typed.get("change") or None, _anchor="now")
