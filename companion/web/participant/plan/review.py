"""The pages for reviewing the plan.

Participants keep, change or remove each item, and choose the next review's day.
"""

from dataclasses import replace
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.plan.review import days_offered
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.domain.time.london import LONDON
from companion.services.plan import items, reviews
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form import done, takes
from companion.web.page.form_fields import uuid
from companion.web.page.i18n import translate as _
from companion.web.participant.forms import ItemReviewed, ReviewEnded
from companion.web.participant.plan.page import his_plan


@access.roles(Role.PARTICIPANT)
def review() -> ResponseReturnValue:
    """``GET`` and ``POST /my/plan/review``: show the open review, or start a review."""
    if request.method == "POST":
        try:
            reviews.begin(current.actor())
        except NotAllowed:
            return _page(), 409
        return redirect(url_for("participant.plan_review", _anchor="now"), 303)
    return _page()


@access.roles(Role.PARTICIPANT)
@takes(ItemReviewed)
def item(form: ItemReviewed, item_id: UUID) -> ResponseReturnValue:
    """``POST /my/plan/review/items/<id>``: keep or remove an item."""
    seen = form.seen.data
    try:
        if form.way.data == "no_longer":
            items.take_out(current.actor(), item_id, seen)
            return redirect(url_for("participant.plan_review", taken=item_id), 303)
        reviews.still_true(current.actor(), item_id, seen)
    except ChangedElsewhere:
        return _page(changed=True), 409
    except NotAllowed:
        return redirect(url_for("participant.plan_review"), 303)
    return redirect(url_for("participant.plan_review", _anchor="now"), 303)


@access.roles(Role.PARTICIPANT)
@takes(ReviewEnded)
def end(form: ReviewEnded) -> ResponseReturnValue:
    """``POST /my/plan/review/version``: end the review with a dated version of the plan."""
    other = form.next_review.data == "other"
    day = (form.other_day if other else form.next_review).data
    try:
        reviews.finish(current.actor(), form.together.data, day)
    except Rejected as rejected:
        return _page(tuple(_at_its_field(each, other=other) for each in rejected.problems)), 422
    except NotAllowed:
        said = _(
            "You've already finished looking at your whole plan. You may have pressed the button twice, or "
            "used another window."
        )
        return done(said, url_for("participant.plan_review"))
    said = _(
        "Thank you. You've looked at your whole plan. We've saved this version of your plan with today's date."
    )
    return done(said, url_for("participant.plan"))


def _at_its_field(problem: Problem, *, other: bool) -> Problem:
    """Show the error beside the list or the text box, whichever the participant used to choose the day."""
    if problem.field != "next_review":
        return problem
    if other:
        return replace(problem, field="other_day")
    return replace(problem, key="nothing_chosen" if problem.key == "no_date" else "not_offered")


def _page(problems: tuple[Problem, ...] = (), *, changed: bool = False) -> str:
    g.page = url_for("participant.plan_review")
    his, form = his_plan(), parked_forms.form()
    taken = uuid(request.args.get("taken", ""))
    gone = his.plan.item(taken) if taken else None
    return render_template(
        "participant/plan_review.html",
        plan=his.plan,
        practitioner=his.practitioner,
        review=his.review,
        item=his.review.next_item(his.plan) if his.review else None,
        gone=gone if gone and gone.until else None,
        due=his.plan.asks_for_review(clock.now().astimezone(LONDON).date()),
        days=days_offered(clock.now(), his.meeting),
        form=form,
        changed=changed,
        problems=problems,
    )
