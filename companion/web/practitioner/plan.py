"""Practitioners' pages about a participant's plan. The audit log records each time that a practitioner opens
the plan.
"""

from datetime import datetime, timedelta
from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.appointments import Appointment
from companion.domain.people import Role
from companion.domain.plan.diff import compared
from companion.domain.plan.plan import Plan
from companion.domain.plan.review import FURTHEST
from companion.services.plan import reviews, suggestions
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Case
from companion.store.meetings import appointments
from companion.store.plan import plan
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.page.form_fields import whole_number
from companion.web.page.i18n import in_london
from companion.web.page.i18n import translate as _
from companion.web.page.plan_history import comparison, version_of, versions_page
from companion.web.practitioner.forms import PlanReview, Suggestion


def _plan_page(form: PlanReview, enrolment_id: UUID) -> str:
    g.page = url_for("practitioner.plan", enrolment_id=enrolment_id)
    case, whole = _read(enrolment_id)
    with current.store().reading() as tx:
        meetings = appointments.appointments(tx, enrolment_id)
    over = [
        (each, whole.number_at(_end(each)))
        for each in meetings
        if _end(each) <= clock.now() and not each.cancelled
    ]
    since = form.seen.data if form.conflict else whole_number(request.args.get("since", ""))
    if not 0 <= since <= whole.number:
        since = _usual(whole, over)
    today = in_london(clock.now()).date()
    return render_template(
        "practitioner/plan.html",
        case=case,
        plan=whole,
        meetings=over[::-1],
        since=since,
        differences_found=compared(whole, since, whole.number),
        due=whole.asks_for_review(today),
        latest=today + FURTHEST,
        form=form,
    )


@access.roles(Role.PRACTITIONER)
def plan_now(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/plan?since=…``: show the plan, and what has changed since an earlier
    version.
    """
    return _plan_page(PlanReview(), enrolment_id)


@access.roles(Role.PRACTITIONER)
@takes(PlanReview, _plan_page)
def review_plan(form: PlanReview, enrolment_id: UUID) -> ResponseReturnValue:
    """``POST /participants/<id>/plan/reviews``: record that the participant and the practitioner reviewed the
    plan together in a meeting.
    """
    reviews.reviewed_together(current.actor(), enrolment_id, form.seen.data, form.next_review.data)
    page = url_for("practitioner.plan", enrolment_id=enrolment_id)
    return done(_("Review recorded."), page)


def _suggest_page(form: Suggestion, enrolment_id: UUID) -> str:
    case = _case(enrolment_id)
    with current.store().reading() as tx:
        parts = plan.parts(tx)[1]
    form.begins_with(part=request.args.get("part", ""))
    return render_template("practitioner/plan_suggest.html", case=case, parts=parts.asked, form=form)


@access.roles(Role.PRACTITIONER)
@takes(Suggestion, _suggest_page)
def suggest(form: Suggestion, enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/plan/suggestions``: suggest a plan item."""
    entry = form.words.data, form.more.data, form.stage.data
    suggestions.suggest(current.actor(), enrolment_id, form.once.id_of_new, form.part.data, entry)
    page = url_for("practitioner.plan", enrolment_id=enrolment_id)
    return done(_("Your suggestion is waiting for them. Only they can add it to their plan."), page)


@access.roles(Role.PRACTITIONER)
def plan_versions(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/plan/versions``: list the plan's versions."""
    case, whole = _read(enrolment_id)
    return render_template("practitioner/plan_versions.html", case=case, history=versions_page(whole))


@access.roles(Role.PRACTITIONER)
def plan_version(enrolment_id: UUID, number: str) -> ResponseReturnValue:
    """``GET /participants/<id>/plan/versions/<number>``: show the plan at this version."""
    case, whole = _read(enrolment_id)
    version, items = version_of(whole, number)
    return render_template(
        "practitioner/plan_version.html", case=case, plan=whole, version=version, items=items
    )


@access.roles(Role.PRACTITIONER)
def plan_compared(enrolment_id: UUID) -> ResponseReturnValue:
    """``GET /participants/<id>/plan/compared?first=…&last=…``: show the changes between two versions."""
    case, whole = _read(enrolment_id)
    return render_template(
        "practitioner/plan_compared.html", case=case, plan=whole, comparison=comparison(whole)
    )


def _read(enrolment_id: UUID) -> tuple[Case, Plan]:
    """Return the enrolment and the plan. Record in the audit log that the viewer has read the plan.

    Raise ``NotFound`` if the viewer may not read the plan.
    """
    whole = suggestions.read(current.actor(), enrolment_id)
    return _case(enrolment_id), whole


def _case(enrolment_id: UUID) -> Case:
    with current.store().reading() as tx:
        return enrolments.case(tx, enrolments.enrolment(tx, current.viewer(), enrolment_id))


def _end(meeting: Appointment) -> datetime:
    return meeting.starts_at + timedelta(minutes=meeting.minutes)


def _usual(whole: Plan, over: list[tuple[Appointment, int]]) -> int:
    """Return the number of the plan version to compare with, unless the practitioner chooses another.

    Compare the current plan with its version at the last review. If the plan has never been reviewed, compare
    with its version at the last meeting.
    """
    if whole.last_review:
        return whole.last_review.number
    return over[-1][1] if over else 0
