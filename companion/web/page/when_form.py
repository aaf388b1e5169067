"""The form for a participant's plan for doing a piece of work."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from companion.domain.work.intention import TypedIntention
from companion.services.work import intention
from companion.services.work.intention import OnePiece, WhenAndWhere
from companion.web.gate import current
from companion.web.page.carried_fields import Carried, Revision
from companion.web.page.fields import Choice, Line
from companion.web.page.form import Form, done
from companion.web.page.i18n import translate as _
from companion.web.page.i18n import translate_later


class When(Form):
    """The form for entering when and where a participant will do a piece of work."""

    seen = Revision()
    which_day = Choice(translate_later("Which day?"))
    part = Choice(
        translate_later("Which part of the day?"),
        options=[
            ("morning", translate_later("Morning")),
            ("afternoon", translate_later("Afternoon")),
            ("evening", translate_later("Evening")),
        ],
    )
    where = Line(translate_later("Where?"), required=False)
    if_blocked = Line(
        translate_later("What to do if something gets in the way"),
        required=False,
        hint=translate_later("For example: If I'm too tired, I'll answer just the first question."),
    )
    take_out = Carried()


def show(form: When, template: str, found: WhenAndWhere) -> str:
    """Return the page for entering when and where a participant will do a piece of work.

    If the saved plan has changed since the page was opened, show both: what's saved and what was typed.
    """
    g.page = request.path
    if now := found.work.intention:
        form.begins_with(which_day=now.day, part=now.part, where=now.where, if_blocked=now.if_blocked)
    form.saw(now.revision if now else 0)
    return render_template(template, found=found, form=form)


def take(form: When, piece: OnePiece, then: str) -> ResponseReturnValue:
    """Save or remove the participant's plan for when and where to do the work."""
    if form.take_out.data:
        intention.take_out(current.actor(), piece, form.seen.data)
        return done(_("You've removed the time and place for this work."), then)
    day, part = form.which_day.data, form.part.data
    typed = TypedIntention(day, part, form.where.data, form.if_blocked.data, form.seen.data)
    intention.save_intention(current.actor(), piece, typed)
    return done(_("We've saved the time and place for this work."), then)
