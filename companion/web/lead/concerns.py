"""The lead's worklist of concerns, and the page of each: take it, pass it on, close it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.concerns.concerns import ConcernState
from companion.domain.concerns.escalation import Reach, with_whom
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.services.concerns import handle
from companion.services.concerns.handle import Act, PassedOn
from companion.store.base import Transaction
from companion.store.concerns import concern_rules, concerns
from companion.store.concerns.concerns import ConcernLine
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import once, posted_number
from companion.web.page.i18n import translate as _


@dataclass(frozen=True)
class ConcernListRow:
    """A concern on the worklist at the moment of the page."""

    line: ConcernLine
    overdue_since: datetime | None
    reach: Reach
    yours: bool
    whom: list[str]


def worklist(tx: Transaction, now: datetime) -> list[ConcernListRow]:
    """The open concerns: overdue first, then new, taken and passed on, each by its age."""
    leads, rules = concern_rules.leads(tx), concern_rules.rules(tx)
    rows = []
    for line in concerns.lines(tx, current.viewer()):
        reach, whom = with_whom(line.concern, rules, [lead.id for lead in leads], now)
        yours = current.viewer().account_id in whom
        names = [lead.name for lead in leads if lead.id in whom]
        rows.append(ConcernListRow(line, line.concern.overdue_since(now), reach, yours, names))
    order = list(ConcernState)
    return sorted(
        rows,
        key=lambda row: (
            row.overdue_since is None,
            row.overdue_since or now,
            order.index(row.line.concern.state),
            row.line.raised_at,
        ),
    )


@access.roles(Role.LEAD)
def open_ones() -> ResponseReturnValue:
    """``GET /lead/concerns``"""
    now = clock.now()
    with current.store().reading() as tx:
        rows = worklist(tx, now)
    return render_template("lead/concerns.html", rows=rows, now=now)


@access.roles(Role.LEAD)
def closed_ones() -> ResponseReturnValue:
    """``GET /lead/concerns/closed``"""
    with current.store().reading() as tx:
        lines = concerns.lines(tx, current.viewer(), closed=(True,))
    return render_template("lead/closed_concerns.html", lines=lines)


@access.roles(Role.LEAD)
def concern(concern_id: UUID) -> ResponseReturnValue:
    """``GET /lead/concerns/<id>``: every look is recorded."""
    return _page(concern_id)


@access.roles(Role.LEAD)
def take(concern_id: UUID) -> ResponseReturnValue:
    """``POST /lead/concerns/<id>/taking``: who was a moment later sees who has it."""
    try:
        handle.take(current.actor(), concern_id)
    except ChangedElsewhere:
        return _page(concern_id, conflict=True), 409
    return _done(concern_id, _("It is yours now."))


@access.roles(Role.LEAD)
def pass_on(concern_id: UUID) -> ResponseReturnValue:
    """``POST /lead/concerns/<id>/passing-on``: record to whom it was passed on, and when."""
    form = request.form
    typed = PassedOn(
        form.get("passed_to", ""),
        form.get("passed_day", ""),
        form.get("passed_time", ""),
        form.get("passed_note", ""),
    )
    try:
        handle.pass_on(current.actor(), concern_id, _act(), typed)
    except Rejected as rejected:
        return _page(concern_id, rejected.problems), 422
    except ChangedElsewhere:
        return _page(concern_id, conflict=True), 409
    return _done(concern_id, _("It is recorded that this was passed on."))


@access.roles(Role.LEAD)
def close(concern_id: UUID) -> ResponseReturnValue:
    """``POST /lead/concerns/<id>/closing``: with a reason."""
    reason = request.form.get("reason", "")
    try:
        handle.close(current.actor(), concern_id, _act(), reason)
    except Rejected as rejected:
        return _page(concern_id, rejected.problems), 422
    except ChangedElsewhere:
        return _page(concern_id, conflict=True), 409
    return _done(concern_id, _("The concern is closed."))


@access.roles(Role.LEAD)
def note(concern_id: UUID) -> ResponseReturnValue:
    """``POST /lead/concerns/<id>/notes``"""
    text = request.form.get("note", "")
    try:
        handle.add_note(current.actor(), concern_id, once(), text)
    except Rejected as rejected:
        return _page(concern_id, rejected.problems), 422
    return _done(concern_id, _("The note is added."))


def _act() -> Act:
    return Act(once(), posted_number("seen"))


def _done(concern_id: UUID, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("lead.concern", concern_id=concern_id), 303)


def _page(concern_id: UUID, problems: tuple[Problem, ...] = (), *, conflict: bool = False) -> str:
    """With a conflict it shows what happened meanwhile, and what was typed stays."""
    g.page = url_for("lead.concern", concern_id=concern_id)
    now = clock.now()
    found = handle.open_concern(current.actor(), concern_id)
    return render_template(
        "lead/concern.html",
        found=found,
        now=now,
        typed=parked_forms.form(),
        problems=problems,
        conflict=conflict,
    )
