"""A practitioner raises a concern, and reads those of his caseload that are not about him."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from companion.domain.people import Role
from companion.domain.refusals import NotFound, Problem, Rejected
from companion.services.concerns import handle, report
from companion.services.concerns.report import Sighting, Source, SourceKind
from companion.store.concerns import concern_rules
from companion.store.enrolments import enrolments
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import once
from companion.web.page.i18n import translate as _

FIELDS = {
    SourceKind.ANSWER: "submission",
    SourceKind.MESSAGE: "from_message",
    SourceKind.NOTE: "from_note",
}
"""The field that carries what a concern is raised from."""
PAGES = {SourceKind.MESSAGE: "practitioner.messages", SourceKind.NOTE: "practitioner.notes"}


@access.roles(Role.PRACTITIONER)
def raise_concern(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/concerns/new``, from an answer, a message, a note, or his page."""
    if request.method != "POST":
        return _raise_page(enrolment_id, parked_forms.form() or request.args)
    form, source = request.form, _source(request.form)
    seen = Sighting(
        form.get("words", ""),
        form.get("passed_to", ""),
        form.get("passed_day", ""),
        form.get("passed_time", ""),
    )
    try:
        report.raise_concern(current.actor(), enrolment_id, once(), seen, source)
    except Rejected as rejected:
        return _raise_page(enrolment_id, form, rejected.problems), 422
    flash(_("The concern is raised. The lead is told."))
    return redirect(_back(enrolment_id, source), 303)


@access.roles(Role.PRACTITIONER)
def concern(concern_id: UUID) -> ResponseReturnValue:
    """``GET /concerns/<id>``: every look is recorded."""
    return _page(concern_id)


@access.roles(Role.PRACTITIONER)
def note(concern_id: UUID) -> ResponseReturnValue:
    """``POST /concerns/<id>/notes``"""
    text = request.form.get("note", "")
    try:
        handle.add_note(current.actor(), concern_id, once(), text)
    except Rejected as rejected:
        return _page(concern_id, rejected.problems), 422
    flash(_("The note is added."))
    return redirect(url_for("practitioner.concern", concern_id=concern_id), 303)


def _source(form: MultiDict[str, str]) -> Source | None:
    """What it is raised from, if the page carries that."""
    kind = next((each for each, name in FIELDS.items() if form.get(name)), None)
    if kind is None:
        return None
    try:
        return Source(UUID(form[FIELDS[kind]]), form.get("question", ""), kind)
    except ValueError as error:
        raise NotFound from error


def _back(enrolment_id: UUID, source: Source | None) -> str:
    """The page that it is raised from; a cover has no other page of this participant."""
    kind = source.kind if source else SourceKind.ANSWER
    return url_for(PAGES.get(kind, "practitioner.participant"), enrolment_id=enrolment_id)


def _raise_page(enrolment_id: UUID, typed: MultiDict[str, str], problems: tuple[Problem, ...] = ()) -> str:
    now, source = clock.now(), _source(typed)
    with current.store().reading() as tx:
        enrolment = report.about_whom(tx, current.actor(), enrolment_id, source)
        case = enrolments.case(tx, enrolment)
        origin = report.origin_of(tx, current.viewer(), enrolment, source)
        told = concern_rules.on_watch(tx, now)
        lead, take_by = concern_rules.promise(tx, now)
    return render_template(
        "practitioner/raise_concern.html",
        case=case,
        origin=origin,
        back_to=_back(enrolment_id, source),
        told=told,
        lead=lead,
        take_by=take_by,
        typed=typed,
        problems=problems,
    )


def _page(concern_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    g.page = url_for("practitioner.concern", concern_id=concern_id)
    found = handle.open_concern(current.actor(), concern_id)
    return render_template(
        "practitioner/concern.html",
        found=found,
        now=clock.now(),
        typed=parked_forms.form(),
        problems=problems,
    )
