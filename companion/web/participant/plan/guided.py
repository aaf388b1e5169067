"""The guided conversation for building the plan."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from companion.domain.drafts import Draft
from companion.domain.people import Role
from companion.domain.plan.guided import Ask, after, ask, asks, before
from companion.domain.plan.plan import Stage
from companion.domain.plan.ready_lines import ReadyLine
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Refused, Rejected
from companion.services.plan import drafts, items
from companion.services.plan.drafts import PlanForm
from companion.store.enrolments import enrolments
from companion.store.plan.ready_lines import ready_lines
from companion.store.writer_queue import Busy
from companion.web.gate import access, current, locked_session
from companion.web.page.form import takes
from companion.web.page.form_fields import uuid
from companion.web.page.i18n import saved_at
from companion.web.page.i18n import translate as _
from companion.web.page.unsaved import why
from companion.web.participant.forms import Entry
from companion.web.participant.plan.drafts import drafted
from companion.web.participant.plan.page import Fields, HisPlan, begun, his_plan, rows, typed_at
from companion.web.participant.plan.today import help_now
from companion.web.server.request_log import COME_FIRST

LEAD_ON = ("done", "not_sure", "talk")
"""The values of buttons that lead to the next question."""
FIRST_IN_RED = ("first", Stage.RED)
"""The key question that the guide asks about the plan.

Without an answer to this question, a plan has nothing to help at the worst moments.
"""
MORE = "more"
"""The value of the button that adds the typed text to the plan and asks the same question again."""


@access.roles(Role.PARTICIPANT)
@takes(Entry)
def build(form: Entry, part: str) -> ResponseReturnValue:
    """``GET`` and ``POST /my/plan/build/<part>?stage=…``: ask a question, and add the answer to the plan."""
    his = his_plan()
    asked = ask(his.plan.parts, part, form.stage.data or request.args.get("stage", ""))
    if asked is None:
        raise NotFound
    if request.method != "POST":
        return _page(his, asked)
    typed = typed_at(asked.place)
    try:
        if form.way.data in LEAD_ON or _nothing_more(form, his, asked):
            drafts.save(current.actor(), typed)
            return _leads_on(his, asked, form.way.data)
        if form.line.raw_data:
            return _takes_line(form, his, asked, typed)
        items.add(current.actor(), form.once.id_of_new, part, rows(form), None, typed=typed)
    except Rejected as rejected:
        return _page(his_plan(), asked, rejected.problems), 422
    except ChangedElsewhere:
        return _page(his_plan(), asked, conflict=True), 409
    if form.way.data == MORE:
        return redirect(_address(asked, on="yes", _anchor="now"), 303)
    return _leads_on(his, asked, "")


@access.roles(Role.PARTICIPANT)
def built() -> ResponseReturnValue:
    """``GET /my/plan/built``: show the plan at the end of the conversation."""
    his = his_plan()
    missing = [each for each in asks(his.plan.parts) if not his.plan.of(each.part.id, each.stage)]
    return render_template(
        "participant/plan_built.html",
        plan=his.plan,
        practitioner=his.practitioner,
        missing=missing,
        urgent=[each for each in missing if (each.part.id, each.stage) == FIRST_IN_RED],
        begun=begun(his.plan),
    )


@access.roles(Role.PARTICIPANT, keeps_draft=True)
@takes(Entry)
def draft(form: Entry) -> ResponseReturnValue:
    """``POST /my/plan/draft``: save a draft. If a script sent the form, return JSON."""
    place, then = form.place.data, form.then.data
    page = page_of(place)

    def save() -> Draft:
        if page is None:
            raise Rejected(Problem("not_offered"))
        return drafts.save(current.actor(), typed_at(place))

    if current.signed_in().locked:
        return locked_session.keep(
            save, page or url_for("participant.plan"), then, tell=tell_from(place, kept="yes")
        )
    try:
        kept = save()
    except (Refused, SQLAlchemyError, Busy) as error:
        return not_kept(error, then, place)
    if then == "typing":
        return {"seen": kept.revision, "saved": saved_at(kept.saved_at), "locked": False}
    if then in COME_FIRST:
        return comes_first(then, place, kept="yes")
    if then == "plan":
        return redirect(url_for("participant.plan"), 303)
    return redirect(str(page), 303)


@access.uncounted
@access.roles(Role.PARTICIPANT)
def pause() -> ResponseReturnValue:
    """``GET /my/plan/pause?place=…``: show *I need help now*.

    Companion neither records nor counts visits to the page *I need help now*.
    """
    resume = page_of(request.args.get("place", "")) or url_for("participant.plan")
    return render_template(
        "participant/pause.html",
        **help_now(),
        resume_url=resume,
        tell_url=url_for("participant.tell", place=request.args.get("place")),
        message=request.args.get("place") == "messages",
        kept=request.args.get("kept", ""),
    )


def _nothing_more(form: Entry, his: HisPlan, asked: Ask) -> bool:
    """Return True if the plan already answers the question and the participant has typed nothing new."""
    typed = any(text.strip() for text in (*form.words.data, *form.more.data))
    return not (form.way.data or form.line.raw_data or typed) and bool(
        his.plan.of(asked.part.id, asked.stage)
    )


def _leads_on(his: HisPlan, asked: Ask, way: str) -> ResponseReturnValue:
    following = after(his.plan.parts, asked)
    if way == "talk":
        flash(
            _(
                "That's a good answer. Companion won't pass this question on, so bring it up when you "
                "meet your practitioner."
            )
        )
    elif way == "not_sure":
        flash(_("That's fine. You can come back to that question at any time."))
    if following is None:
        return redirect(url_for("participant.plan_built"), 303)
    return redirect(_address(following, on="yes", _anchor="now"), 303)


def _takes_line(form: Entry, his: HisPlan, asked: Ask, typed: PlanForm) -> ResponseReturnValue:
    """Add a ready-made line to the participant's plan, and show the same question again. Unfinished text is
    kept as a draft.
    """
    line = next((each for each in _lines(his, asked) if each.value == form.line.data), None)
    if typed.kept:
        drafts.save(current.actor(), typed)
    if line:  # another window may have added the line
        row = (*line.row, asked.stage or "")
        items.add(current.actor(), form.once.id_of_new, asked.part.id, [row], line.source)
    return redirect(_address(asked, on="yes", _anchor="now"), 303)


def _lines(his: HisPlan, asked: Ask) -> list[ReadyLine]:
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer())
        return ready_lines(tx, enrolment.id, his.plan, asked)


def _address(asked: Ask, **where: str) -> str:
    """Return a question's URL."""
    return url_for(
        "participant.plan_build",
        part=asked.part.id,
        stage=asked.stage,
        on=where.get("on"),
        _anchor=where.get("_anchor"),
    )


def page_of(place: str) -> str | None:
    """Return the URL of the page with this draft of the plan or of a message, or None."""
    if place == "messages":
        return url_for("participant.messages", _anchor="new")
    plan = his_plan().plan
    kind, name, stage = [*place.split("/"), "", "", ""][:3]
    asked = ask(plan.parts, name, stage) if kind == "build" else None
    if asked and asked.place == place:
        return _address(asked, _anchor="now")
    item_id = uuid(name) if kind == "item" else None
    if item_id and place == f"item/{item_id}" and plan.item(item_id):
        return url_for("participant.plan_item", item_id=item_id)
    return None


def not_kept(error: Exception, then: str, place: str) -> ResponseReturnValue:
    """Return the response for a draft that couldn't be saved. The help page and the page *Tell us something
    that can't wait* open even if the draft couldn't be saved.

    If a script sent the form and the draft was refused, return the reason as JSON. Otherwise, raise
    ``error``.
    """
    if then in COME_FIRST:
        return comes_first(then, place, kept="no")
    if then == "typing" and isinstance(error, Refused):
        return {"why": why(error)}, 409
    raise error


def comes_first(then: str, place: str, *, kept: str) -> ResponseReturnValue:
    """Redirect to the help page, or to *Tell us something that can't wait*. The help page and *Tell us
    something that can't wait* link back to the page ``place``.
    """
    if then == "help":
        return redirect(url_for("participant.plan_pause", place=place, kept=kept), 303)
    return redirect(tell_from(place, kept=kept), 303)


def tell_from(place: str, *, kept: str) -> str:
    """Return the URL of the page *Tell us something that can't wait*."""
    return url_for("participant.tell", place=place, kept=kept)


def _page(his: HisPlan, asked: Ask, problems: tuple[Problem, ...] = (), *, conflict: bool = False) -> str:
    form = Entry()
    kept = drafted(asked.place, compare=conflict or (bool(form.sent) and request.method != "POST"))
    goes_on = "on" in request.args
    last = before(his.plan.parts, asked) if goes_on else None
    return render_template(
        "participant/plan_build.html",
        plan=his.plan,
        practitioner=his.practitioner,
        asked=asked,
        part=asked.part,
        place=asked.place,
        items=his.plan.of(asked.part.id, asked.stage),
        goes_on=goes_on,
        lines=_lines(his, asked),
        last=last if last and his.plan.of(last.part.id, last.stage) else None,
        fields=Fields.of(form, [("", "")]) if form.sent else Fields.kept(kept.typed, [("", "")]),
        kept=kept,
        once="" if conflict else form.once.data or "",
        conflict=conflict,
        problems=problems,
    )
