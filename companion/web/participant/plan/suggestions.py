"""What his practitioner suggests for the plan. Only he puts it in."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.services.plan import items
from companion.store import people
from companion.store.enrolments import enrolments
from companion.store.plan import plan
from companion.web.gate import access, current, parked_forms
from companion.web.page.i18n import translate as _
from companion.web.participant.plan.page import Fields, one
from companion.web.participant.practitioner import who_reads


@access.roles(Role.PARTICIPANT)
def suggestion(suggestion_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /my/plan/suggestions/<id>``: put it in, in his own words, or say no."""
    if request.method != "POST":
        return _page(suggestion_id)
    try:
        if request.form.get("way") == "decline":
            items.decline(current.actor(), suggestion_id)
            flash(_("That is fine. It does not go into your plan."))
        else:
            row = one(request.form)
            items.accept(current.actor(), suggestion_id, row)
            flash(_("It stands in your plan now."))
    except Rejected as rejected:
        return _page(suggestion_id, rejected.problems), 422
    except ChangedElsewhere:
        return _page(suggestion_id), 409
    return redirect(url_for("participant.plan", _anchor=f"item-{suggestion_id}"), 303)


def _page(suggestion_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    with current.store().reading() as tx:
        case = enrolments.case(tx, enrolments.enrolment(tx, current.viewer()))
        row = plan.suggestion_row(tx, case.id, suggestion_id)
        suggested, whole = (
            plan.suggestion(tx, row, people.names_of(tx, [row.by_id])[row.by_id]),
            plan.plan_of(tx, case.id),
        )
        accepted = row.accepted
    part = whole.parts.part(suggested.entry.part)
    if part is None:
        raise NotFound
    entry, form = suggested.entry, parked_forms.form()
    return render_template(
        "participant/plan_suggestion.html",
        practitioner=who_reads(case),
        suggestion=suggested,
        accepted=accepted,
        item=whole.item(suggestion_id),
        part=part,
        fields=Fields.of(form, [(entry.words, entry.more)], entry.stage or ""),
        typed=request.method == "POST",
        problems=problems,
    )
