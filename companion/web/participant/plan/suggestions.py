"""The page with a practitioner's suggestion. Only the participant can add the suggestion to the plan."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import NotFound
from companion.services.plan import items
from companion.store import people
from companion.store.enrolments import enrolments
from companion.store.plan import plan
from companion.web.gate import access, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.participant.forms import Entry
from companion.web.participant.plan.page import Fields, one
from companion.web.participant.practitioner import who_reads


def _page(form: Entry, suggestion_id: UUID) -> str:
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
    entry = suggested.entry
    return render_template(
        "participant/plan_suggestion.html",
        practitioner=who_reads(case),
        suggestion=suggested,
        accepted=accepted,
        item=whole.item(suggestion_id),
        part=part,
        fields=Fields.of(form, [(entry.words, entry.more)], entry.stage or ""),
        typed=request.method == "POST",
        problems=form.problems if not form.conflict else (),
    )


@access.roles(Role.PARTICIPANT)
@takes(Entry, _page)
def suggestion(form: Entry, suggestion_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /my/plan/suggestions/<id>``: add or decline a suggestion."""
    if form.way.data == "decline":
        items.decline(current.actor(), suggestion_id)
        said = _("That's fine. The suggestion won't go into your plan.")
    else:
        items.accept(current.actor(), suggestion_id, one(form))
        said = _("Added to your plan.")
    return done(said, url_for("participant.plan", _anchor=f"item-{suggestion_id}"))
