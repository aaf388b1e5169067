"""The library, and one activity as its author works on it."""

from dataclasses import dataclass, replace
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.activities import editing
from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import kinds
from companion.domain.activities.conversation import Conversation
from companion.domain.activities.editing import About
from companion.domain.activities.readability import labels
from companion.domain.authoring.flowchart import paths
from companion.domain.forms import Form, first
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.authoring import approval, drafts
from companion.services.authoring.drafts import Seen
from companion.services.work.assign import offers
from companion.store.activities import library
from companion.store.activities.library import Version, VersionState
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.programme import programmes
from companion.web.activities.findings import FindingInWords, accepted, open_findings
from companion.web.gate import access, current, parked_forms
from companion.web.page.form_fields import once, posted_number


@dataclass(frozen=True)
class Desk:
    """An activity as its author has it before him."""

    version: Version
    fixed: bool
    findings: list[FindingInWords]
    accepted: list[FindingInWords]
    case: Case | None
    """For whom alone it was made; None in the library."""

    def about(self, prompt_id: str) -> list[FindingInWords]:
        """What was found about this prompt; with an empty id about the whole."""
        return [each for each in self.findings if each.prompt_id == prompt_id]

    def accepted_about(self, prompt_id: str) -> list[FindingInWords]:
        """What its author stands by of this prompt."""
        return [each for each in self.accepted if each.prompt_id == prompt_id]

    def changed_since(self, form: Form) -> tuple[Problem, ...]:
        """That it says something else by now than when the page of this form was made, if it does."""
        here = (str(self.version.number), str(self.version.revision))
        made_of = (first(form, "number"), first(form, "revision"))
        return (Problem("changed_elsewhere"),) if "number" in form and made_of != here else ()


@access.roles(Role.PRACTITIONER, Role.LEAD)
def library_page() -> ResponseReturnValue:
    """``GET /activities/``: by what is to be done with each."""
    with current.store().reading() as tx:
        newest = library.newest_versions(tx)
        approved = {each.activity_id: each for each in library.approved_versions(tx)}
        topics = programmes.topics(tx)
        waiting = approval.to_read(tx)
        damaged = library.damaged(tx)
    lead = current.viewer().role is Role.LEAD
    states = (
        (VersionState.CHECKED, VersionState.DRAFT) if lead else (VersionState.DRAFT, VersionState.CHECKED)
    )
    in_use = [each for each in newest if each.retired_at is None]
    return render_template(
        "activities/library.html",
        shelves={
            state: offers([each for each in in_use if each.state is state])
            for state in (*states, VersionState.APPROVED)
        },
        retired=offers([each for each in newest if each.retired_at]),
        to_read=waiting,
        approved=approved,
        topics=topics,
        damaged=damaged,
    )


@access.roles(Role.PRACTITIONER, Role.LEAD)
def begin() -> ResponseReturnValue:
    """``GET`` and ``POST /activities/new``: a title, then its questions."""
    if request.method != "POST":
        return _about_page(parked_forms.form().to_dict(flat=False))
    new_id = once()
    try:
        about = About.typed(request.form.to_dict(flat=False), _topics())
        drafts.begin(current.actor(), new_id, about)
    except Rejected as rejected:
        return _about_page(request.form.to_dict(flat=False), rejected.problems), 422
    return redirect(url_for("activities.activity", activity_id=new_id), 303)


@access.roles(Role.PRACTITIONER, Role.LEAD)
def activity(activity_id: UUID) -> ResponseReturnValue:
    """``GET /activities/<id>``: its newest version, what the checker finds, and what can be done."""
    return desk_page(activity_id)


@access.roles(Role.PRACTITIONER, Role.LEAD)
def about(activity_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /activities/<id>/about``: title, topic, length, introduction."""
    found = desk(activity_id)
    if request.method != "POST":
        kept = parked_forms.form().to_dict(flat=False)
        return _about_page(kept or _form_of(found.version.activity), at=found)
    form = request.form.to_dict(flat=False)
    try:
        typed = About.typed(form, _topics())
        change(activity_id, lambda before: editing.with_about(before, typed))
    except Rejected as rejected:
        return _about_page(form, rejected.problems, at=found), 422
    except ChangedElsewhere:
        return _about_page(form, at=desk(activity_id)), 409
    return redirect(url_for("activities.activity", activity_id=activity_id), 303)


@access.roles(Role.PRACTITIONER, Role.LEAD)
def accept(activity_id: UUID) -> ResponseReturnValue:
    """``POST /activities/<id>/acceptances``: the author stands by what the checker warned of, and says why."""
    prompt_id, warning = request.form.get("prompt", ""), request.form.get("warning", "")
    try:
        change(
            activity_id,
            lambda before: editing.accepting(before, prompt_id, warning, request.form.get("reason", "")),
        )
    except Rejected as rejected:
        at_field = (replace(each, field=f"reason-{prompt_id}-{warning}") for each in rejected.problems)
        return desk_page(activity_id, tuple(at_field)), 422
    except ChangedElsewhere:
        return desk_page(activity_id, (Problem("changed_elsewhere"),)), 409
    anchor = f"question-{prompt_id}" if prompt_id else "about"
    return redirect(url_for("activities.activity", activity_id=activity_id, _anchor=anchor), 303)


def desk(activity_id: UUID) -> Desk:
    """The newest version with all that its author needs to know. Raises ``NotFound``."""
    with current.store().reading() as tx:
        version = drafts.newest(tx, current.viewer(), activity_id)
        fixed = drafts.fixed(tx, version)
        case = None
        if version.enrolment_id:
            enrolment = enrolments.enrolment(tx, current.viewer(), version.enrolment_id)
            case = enrolments.case(tx, enrolment)
    return Desk(version, fixed, open_findings(version.activity), accepted(version.activity), case)


def desk_page(activity_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    """The activity's own page."""
    g.page = url_for("activities.activity", activity_id=activity_id)
    found = desk(activity_id)
    with current.store().reading() as tx:
        earlier = library.versions(tx, current.viewer(), activity_id)[1:]
        topics = programmes.topics(tx)
        others = library.in_other_languages(tx, found.version)
        lead = current.viewer().role is Role.LEAD
        to_read = approval.to_read(tx, activity_id) if lead else []
    return render_template(
        "activities/activity.html",
        desk=found,
        version=found.version,
        activity=found.version.activity,
        ahead=Conversation(found.version.activity, {}).progress,
        earlier=earlier,
        others=others,
        to_read=to_read,
        topic=topics.get(found.version.activity.topic or ""),
        kinds=kinds(),
        drawn=paths(found.version.activity),
        question_link=lambda prompt_id: f"#question-{prompt_id}",
        labels=labels,
        typed=parked_forms.form(),
        problems=problems,
    )


def seen() -> Seen:
    """The version and the revision that the page showed."""
    return Seen(posted_number("number"), posted_number("revision"))


def change(activity_id: UUID, edit: drafts.Edit) -> None:
    """Change what the page showed. Raises ``ChangedElsewhere``."""
    drafts.change(current.actor(), activity_id, seen(), edit)


def _topics() -> dict[str, str]:
    with current.store().reading() as tx:
        return programmes.topics(tx)


def _form_of(activity: Activity) -> Form:
    return {
        "title": [activity.title],
        "topic": [activity.topic or ""],
        "minutes": [str(activity.minutes)],
        "introduction": [activity.introduction],
    }


def _about_page(form: Form, problems: tuple[Problem, ...] = (), *, at: Desk | None = None) -> str:
    changed = at.changed_since(form) if at else ()
    return render_template(
        "activities/about.html",
        form=form,
        problems=(*changed, *problems),
        desk=at,
        conflict=bool(changed),
        topics=_topics(),
    )
