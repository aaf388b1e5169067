"""The form of when and where somebody means to do a piece of work: his page, and the one that both fill in together."""

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.domain.work.intention import TypedIntention
from companion.services.work import intention
from companion.services.work.intention import OnePiece, WhenAndWhere
from companion.web.gate import current, parked_forms
from companion.web.page.form_fields import posted_number
from companion.web.page.i18n import translate as _


def show(
    template: str, found: WhenAndWhere, problems: tuple[Problem, ...] = (), *, conflict: bool = False
) -> str:
    """The page. With a conflict what is saved is shown beside what was typed, so that the next press knows of it."""
    g.page = request.path
    typed, now = parked_forms.form(), found.work.intention
    revision = now.revision if now else 0
    return render_template(
        template,
        found=found,
        typed=typed,
        seen=revision if conflict else typed.get("seen", revision),
        problems=problems,
        conflict=conflict,
    )


def take(template: str, piece: OnePiece, then: str) -> ResponseReturnValue:
    """Keep what was sent, or take it out; the page again with what needs a change."""
    actor, form = current.actor(), request.form
    day, part, where, if_blocked = (
        form.get(name, "") for name in ("which_day", "part", "where", "if_blocked")
    )
    typed = TypedIntention(day, part, where, if_blocked, posted_number("seen"))
    try:
        if form.get("take_out"):
            intention.take_out(actor, piece, typed.seen)
        else:
            intention.save_intention(actor, piece, typed)
    except Rejected as rejected:
        return show(template, intention.open_intention(actor, piece), rejected.problems), 422
    except ChangedElsewhere:
        found = intention.open_intention(actor, piece)
        return show(template, found, (Problem("changed_elsewhere"),), conflict=True), 409
    flash(_("Taken out.") if form.get("take_out") else _("Saved."))
    return redirect(then, 303)
