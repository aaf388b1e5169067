"""The page for rewording a plan item. Two browser windows never overwrite each other's text."""

from dataclasses import dataclass
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.plan.plan import Item
from companion.domain.plan.plan_parts import Part
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.services.plan import items
from companion.web.gate import access, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.participant.forms import Entry
from companion.web.participant.plan.drafts import Drafted, drafted
from companion.web.participant.plan.page import Fields, HisPlan, his_plan, one, typed_at


@dataclass(frozen=True)
class Changing:
    """The stored plan item, which the participant is changing."""

    his: HisPlan
    item: Item
    part: Part

    @property
    def place(self) -> str:
        """Return the name of the item's draft."""
        return f"item/{self.item.id}"


@access.roles(Role.PARTICIPANT)
@takes(Entry)
def change(form: Entry, item_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /my/plan/items/<id>``: reword an item.

    A form from a locked session is parked until the session's owner signs in.
    """
    changing = _find(item_id)
    if request.method != "POST":
        return _page(changing, changed="changed" in request.args)
    typed = typed_at(changing.place)
    try:
        items.change(current.actor(), item_id, form.seen.data, one(form), typed=typed)
    except Rejected as rejected:
        return _page(_find(item_id), rejected.problems), 422
    except ChangedElsewhere:
        return _page(_find(item_id), changed=True), 409
    if form.review.data:
        return redirect(url_for("participant.plan_review", _anchor="now"), 303)
    said = _("You've changed your plan. We've kept the earlier version.")
    return done(said, url_for("participant.plan", _anchor=f"item-{item_id}"))


def _find(item_id: UUID) -> Changing:
    his = his_plan()
    item = his.plan.item(item_id)
    part = his.plan.parts.part(item.entry.part) if item else None
    if item is None or part is None:
        raise NotFound
    return Changing(his, item, part)


def _page(changing: Changing, problems: tuple[Problem, ...] = (), *, changed: bool = False) -> str:
    form, entry = Entry(), changing.item.entry
    begun, stage = [(entry.words, entry.more)], entry.stage or ""
    kept: Drafted = drafted(changing.place, compare=request.method == "POST" and not problems)
    fields = Fields.of(form, begun, stage) if form.sent else Fields.kept(kept.typed, begun, stage)
    seen = form.seen.data if problems else changing.item.since
    moved = changed and (request.method != "POST" or form.seen.data != changing.item.since)
    return render_template(
        "participant/plan_item.html",
        practitioner=changing.his.practitioner,
        item=changing.item,
        part=changing.part,
        place=changing.place,
        fields=fields,
        seen=seen,
        kept=kept,
        moved=moved,
        problems=problems,
        to_review=bool(form.review.data or "review" in request.args),
    )
