"""The activity library, and the page for editing an activity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.activities import editing
from companion.domain.activities.answers import kinds
from companion.domain.activities.conversation import Conversation
from companion.domain.activities.editing import About
from companion.domain.activities.readability import labels
from companion.domain.authoring.flowchart import paths
from companion.domain.forms import first
from companion.domain.people import Role
from companion.domain.refusals import Problem
from companion.services.authoring import approval, drafts
from companion.services.work.assign import Offer, offers
from companion.store.activities import library, returns
from companion.store.activities.library import Version, VersionState
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.programme import programmes
from companion.web.activities.findings import FindingInWords, accepted, open_findings
from companion.web.activities.forms import AboutForm, Acceptance, AtVersion, ReturnForm
from companion.web.activities.search import finder
from companion.web.gate import access, current
from companion.web.page.form import Form, takes


@dataclass(frozen=True)
class Desk:
    """The data for an activity's page."""

    version: Version
    fixed: bool
    findings: list[FindingInWords]
    accepted: list[FindingInWords]
    case: Case | None
    """The participant for whom the activity was made, or None."""

    def about(self, prompt_id: str) -> list[FindingInWords]:
        """Return the mistakes and warnings that Companion's checks found in a prompt. Without a prompt id,
        return the findings about the whole activity.
        """
        return [each for each in self.findings if each.prompt_id == prompt_id]

    def accepted_about(self, prompt_id: str) -> list[FindingInWords]:
        """Return this prompt's warnings that an author has accepted."""
        return [each for each in self.accepted if each.prompt_id == prompt_id]

    def changed_since(self, form: Mapping[str, Sequence[str]]) -> tuple[Problem, ...]:
        """Return a problem if somebody has changed the activity since the page was loaded."""
        here = (str(self.version.number), str(self.version.revision))
        made_of = (first(form, "number"), first(form, "revision"))
        return (Problem("changed_elsewhere"),) if "number" in form and made_of != here else ()


@access.roles(Role.PRACTITIONER, Role.LEAD)
def library_page() -> ResponseReturnValue:
    """``GET /activities/``: list the activities that match the search."""
    with current.store().reading() as tx:
        newest = library.newest_versions(tx)
        approved = {each.activity_id: each for each in library.approved_versions(tx)}
        find = finder(tx)
        waiting = approval.to_read(tx)
        damaged = library.damaged(tx)
        returned = returns.open_among(tx, newest)
    in_use = offers([each for each in newest if each.retired_at is None])
    known = {each.version.activity.id for each in in_use}
    retired = [each for each in newest if each.retired_at and each.activity.id not in known]
    return render_template(
        "activities/library.html",
        shelves=_shelves(find.among(in_use), lead=current.viewer().role is Role.LEAD),
        retired=find.among(offers(retired)),
        any_activity=bool(newest),
        to_read=waiting,
        approved=approved,
        returned=returned,
        find=find,
        damaged=damaged,
        unapproved_too=current.unapproved_too(),
    )


def _shelves(found: list[Offer], *, lead: bool) -> dict[VersionState, list[Offer]]:
    """Group the activities by state.

    Leads see an activity as waiting for approval if any language's version is waiting. In practitioners'
    lists, an activity has the state of its English version. If the activity has no English version, another
    language's version is used.
    """
    states = (
        (VersionState.CHECKED, VersionState.DRAFT) if lead else (VersionState.DRAFT, VersionState.CHECKED)
    )
    shelves: dict[VersionState, list[Offer]] = {state: [] for state in (*states, VersionState.APPROVED)}
    for offer in found:
        waits = lead and any(each.state is VersionState.CHECKED for each in offer.versions)
        shelves[VersionState.CHECKED if waits else offer.version.state].append(offer)
    return shelves


def _begin_page(form: AboutForm) -> str:
    form.begins_with(minutes="15")
    return render_template("activities/about.html", form=form, desk=None, topics=_topics(), kinds=kinds())


@access.roles(Role.PRACTITIONER, Role.LEAD)
@takes(AboutForm, _begin_page)
def begin(form: AboutForm) -> ResponseReturnValue:
    """``GET`` and ``POST /activities/new``: create an activity, then ask for the first question."""
    new_id = form.once.id_of_new
    drafts.begin(current.actor(), new_id, About.typed(form.lists, _topics()))
    return redirect(url_for("activities.add", activity_id=new_id, kind=form.kind.data or None), 303)


@access.roles(Role.PRACTITIONER, Role.LEAD)
def activity(activity_id: UUID) -> ResponseReturnValue:
    """``GET /activities/<id>``: show an activity's latest version, with the mistakes and warnings that
    Companion has found.
    """
    return desk_page(Acceptance(), activity_id)


def _about_page(form: AboutForm, activity_id: UUID) -> str:
    at = desk(activity_id)
    activity = at.version.activity
    form.begins_with(
        title=activity.title,
        topic=activity.topic or "",
        minutes=activity.minutes,
        difficulty=activity.difficulty or "",
        introduction=activity.introduction,
    )
    changed = at.changed_since(form.lists)
    form.problems, form.conflict = (*changed, *form.problems), bool(changed)
    return render_template("activities/about.html", form=form, desk=at, topics=_topics())


@access.roles(Role.PRACTITIONER, Role.LEAD)
@takes(AboutForm, _about_page)
def about(form: AboutForm, activity_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /activities/<id>/about``: change an activity's details."""
    typed = About.typed(form.lists, _topics())
    change(form, activity_id, lambda before: editing.with_about(before, typed))
    return redirect(url_for("activities.activity", activity_id=activity_id), 303)


def desk(activity_id: UUID) -> Desk:
    """Return the data for an activity's page.

    Raise ``NotFound`` if the viewer may not edit the activity.
    """
    with current.store().reading() as tx:
        version = drafts.newest(tx, current.viewer(), activity_id)
        fixed = drafts.fixed(tx, version)
        case = None
        if version.enrolment_id:
            enrolment = enrolments.enrolment(tx, current.viewer(), version.enrolment_id)
            case = enrolments.case(tx, enrolment)
    return Desk(version, fixed, open_findings(version.activity), accepted(version.activity), case)


def desk_page(form: Form, activity_id: UUID) -> str:
    """Return the page for editing an activity."""
    g.page = url_for("activities.activity", activity_id=activity_id)
    found = desk(activity_id)
    with current.store().reading() as tx:
        every = library.versions(tx, current.viewer(), activity_id)
        reading = approval.reading(tx, every)
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
        earlier=every[1:],
        reading=reading,
        returning=ReturnForm.beside(form),
        others=others,
        to_read=to_read,
        topic=topics.get(found.version.activity.topic or ""),
        kinds=kinds(),
        drawn=paths(found.version.activity),
        question_link=lambda prompt_id: f"#question-{prompt_id}",
        labels=labels,
        typed=form.sent,
        problems=form.problems,
    )


@access.roles(Role.PRACTITIONER, Role.LEAD)
@takes(Acceptance, desk_page)
def accept(form: Acceptance, activity_id: UUID) -> ResponseReturnValue:
    """``POST /activities/<id>/acceptances``: accept a warning, with a reason."""
    prompt_id, warning, reason = form.prompt.data, form.warning.data, form.reason.data
    change(form, activity_id, lambda before: editing.accepting(before, prompt_id, warning, reason))
    anchor = f"question-{prompt_id}" if prompt_id else "about"
    return redirect(url_for("activities.activity", activity_id=activity_id, _anchor=anchor), 303)


def change(form: AtVersion, activity_id: UUID, edit: drafts.Edit) -> None:
    """Apply the edit to the version of the activity that was shown on the author's page.

    Raise ``ChangedElsewhere`` if somebody has saved a newer version of the activity.
    """
    drafts.change(current.actor(), activity_id, form.seen, edit)


def _topics() -> dict[str, str]:
    with current.store().reading() as tx:
        return programmes.topics(tx)
