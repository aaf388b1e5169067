"""The pages on which practitioners raise and read concerns. Practitioners can't read concerns about
practitioners.
"""

from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.concerns.concerns import Particulars
from companion.domain.people import Role
from companion.domain.refusals import NotFound
from companion.services.concerns import handle, report
from companion.services.concerns.report import Sighting, Source, SourceKind
from companion.store.concerns import concern_rules
from companion.store.enrolments import enrolments
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Concern, ConcernNote

FIELDS = {
    SourceKind.ANSWER: "submission",
    SourceKind.MESSAGE: "from_message",
    SourceKind.NOTE: "from_note",
}
"""Maps each source of a concern, such as a message, to its form field."""
CARRIED = (*FIELDS.values(), "question")
PAGES = {SourceKind.MESSAGE: "practitioner.messages", SourceKind.NOTE: "practitioner.notes"}


def _raise_page(form: Concern, enrolment_id: UUID) -> str:
    form.begins_with(**{name: request.args.get(name, "") for name in CARRIED})
    now, source = clock.now(), _source(form)
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
        form=form,
    )


@access.roles(Role.PRACTITIONER)
@takes(Concern, _raise_page)
def raise_concern(form: Concern, enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/concerns/new``: raise a concern.

    The concern can come from an answer, a message, a note or the participant's page.
    """
    source = _source(form)
    typed = (form.passed_to.data, form.passed_day.data, form.passed_time.data)
    more = Particulars(
        fact=form.fact.data, thought=form.thought.data, protect=form.protect.data, measures=form.measures.data
    )
    seen = Sighting(form.words.data, *typed, more)
    report.raise_concern(current.actor(), enrolment_id, form.once.id_of_new, seen, source)
    return done(_("Concern raised. The lead has been told."), _back(enrolment_id, source))


def _page(form: ConcernNote, concern_id: UUID) -> str:
    g.page = url_for("practitioner.concern", concern_id=concern_id)
    found = handle.open_concern(current.actor(), concern_id)
    return render_template("practitioner/concern.html", found=found, now=clock.now(), form=form)


@access.roles(Role.PRACTITIONER)
def concern(concern_id: UUID) -> ResponseReturnValue:
    """``GET /concerns/<id>``: show a concern. The audit log records each time that a practitioner opens a
    concern.
    """
    return _page(ConcernNote(), concern_id)


@access.roles(Role.PRACTITIONER)
@takes(ConcernNote, _page)
def note(form: ConcernNote, concern_id: UUID) -> ResponseReturnValue:
    """``POST /concerns/<id>/notes``: add a note to a concern."""
    handle.add_note(current.actor(), concern_id, form.once.id_of_new, form.note.data)
    return done(_("Note added."), url_for("practitioner.concern", concern_id=concern_id))


def _source(form: Concern) -> Source | None:
    """Return the concern's source, or None. Raise ``NotFound`` if the form contains an invalid id."""
    kind = next((each for each, name in FIELDS.items() if form[name].data), None)
    if kind is None:
        return None
    try:
        return Source(UUID(form[FIELDS[kind]].data), form.question.data, kind)
    except ValueError as error:
        raise NotFound from error


def _back(enrolment_id: UUID, source: Source | None) -> str:
    """Return the URL of the page to go back to: the messages, the notes or the participant's page.

    If the concern is about an answer, return the URL of the participant's page.
    """
    kind = source.kind if source else SourceKind.ANSWER
    return url_for(PAGES.get(kind, "practitioner.participant"), enrolment_id=enrolment_id)
