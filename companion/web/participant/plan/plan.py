"""The page with the whole plan."""

from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.domain.time.london import LONDON
from companion.services.plan import items
from companion.store.work import work
from companion.web.gate import access, clock, current
from companion.web.page.form import takes
from companion.web.page.form_fields import uuid
from companion.web.participant.forms import ItemPutBack, ItemTakenOut
from companion.web.participant.plan.page import begun, his_plan


@access.roles(Role.PARTICIPANT)
def plan() -> ResponseReturnValue:
    """``GET /my/plan``: show the plan. The plan is never called incomplete."""
    return _page()


def _page(problem: Problem | None = None) -> str:
    """Return the page with the whole plan. ``problem`` says why an item couldn't be put back."""
    g.page = url_for("participant.plan")
    his = his_plan()
    taken = uuid(request.args.get("taken", ""))
    gone = his.plan.item(taken) if taken else None
    return render_template(
        "participant/plan.html",
        plan=his.plan,
        practitioner=his.practitioner,
        review=his.review,
        begun=begun(his.plan),
        due=his.plan.asks_for_review(clock.now().astimezone(LONDON).date()),
        gone=gone if gone and gone.until else None,
        problem=problem,
    )


@access.roles(Role.PARTICIPANT)
@takes(ItemTakenOut)
def take_out(form: ItemTakenOut, item_id: UUID) -> ResponseReturnValue:
    """``POST /my/plan/items/<id>/removal``: remove an item, and offer to put the item back."""
    try:
        items.take_out(current.actor(), item_id, form.seen.data)
    except ChangedElsewhere:
        return redirect(url_for("participant.plan_item", item_id=item_id, changed="yes"), 303)
    return redirect(url_for("participant.plan", taken=item_id), 303)


@access.roles(Role.PARTICIPANT)
@takes(ItemPutBack)
def put_back(form: ItemPutBack, item_id: UUID) -> ResponseReturnValue:
    """``POST /my/plan/items/<id>/return``: put a removed item back into the plan."""
    try:
        items.bring_back(current.actor(), item_id)
    except Rejected as rejected:
        return _page(rejected.problems[0]), 422
    if form.then.data == "review":
        return redirect(url_for("participant.plan_review", _anchor="now"), 303)
    return redirect(url_for("participant.plan", _anchor=f"item-{item_id}"), 303)


@access.roles(Role.PARTICIPANT)
def source(item_id: UUID) -> ResponseReturnValue:
    """``GET /my/plan/items/<id>/source``: redirect to the answer or feedback from which an item comes.

    If the answer's question is no longer asked, show a page that says so.
    """
    his = his_plan()
    item = his.plan.item(item_id)
    if item is None or item.source is None or item.source.work_id is None:
        raise NotFound
    with current.store().reading() as tx:
        piece = work.find(tx, current.viewer(), item.source.work_id)
    turns = {turn.prompt.id: turn for turn in piece.conversation.turns}
    turn = turns.get(item.source.prompt_id)
    if turn:
        return redirect(url_for("participant.work", work_id=piece.id, _anchor=f"turn-{turn.address}"))
    if not item.source.prompt_id:
        return redirect(url_for("participant.work", work_id=piece.id))
    return render_template("participant/plan_gone.html", plan=his.plan, item=item, work=piece)
