"""The leads' pages about concerns."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.concerns.concerns import ConcernState
from companion.domain.concerns.escalation import Reach, with_whom
from companion.domain.people import Role
from companion.domain.time.working_days import london_day
from companion.services.concerns import handle
from companion.services.concerns.handle import Act, PassedOn
from companion.store.base import Transaction
from companion.store.concerns import concern_rules, concerns
from companion.store.concerns.concerns import ConcernLine
from companion.web.gate import access, clock, current
from companion.web.lead.forms import Closing, PassingOn, Taking
from companion.web.page.form import Form, done, takes
from companion.web.page.i18n import saved_at
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import ConcernNote


@dataclass(frozen=True)
class ConcernListRow:
    """A row in the list of concerns."""

    line: ConcernLine
    overdue_since: datetime | None
    reach: Reach
    yours: bool
    whom: list[str]


def worklist(tx: Transaction, now: datetime) -> list[ConcernListRow]:
    """Return the open concerns. Overdue concerns come first, with the longest overdue at the top. All other
    concerns follow, oldest first within each state: new, taken on, referred on.
    """
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
    """``GET /lead/concerns``: list the open concerns."""
    now = clock.now()
    with current.store().reading() as tx:
        rows = worklist(tx, now)
    return render_template("lead/concerns.html", rows=rows, now=now)


@access.roles(Role.LEAD)
def closed_ones() -> ResponseReturnValue:
    """``GET /lead/concerns/closed``: list the closed concerns."""
    with current.store().reading() as tx:
        lines = concerns.lines(tx, current.viewer(), closed=(True,))
    return render_template("lead/closed_concerns.html", lines=lines)


def _page(form: Form, concern_id: UUID) -> str:
    """Return a concern's page.

    If another lead has changed the concern, the page shows the change and the viewer's own text.
    """
    g.page = url_for("lead.concern", concern_id=concern_id)
    now = clock.now()
    found = handle.open_concern(current.actor(), concern_id)
    passing, closing = PassingOn.beside(form), Closing.beside(form)
    passing.begins_with(passed_day=london_day(now).isoformat(), passed_time=saved_at(now))
    passing.seen.data = closing.seen.data = found.revision
    return render_template(
        "lead/concern.html",
        found=found,
        now=now,
        form=form,
        passing=passing,
        closing=closing,
        noting=ConcernNote.beside(form),
    )


@access.roles(Role.LEAD)
def concern(concern_id: UUID) -> ResponseReturnValue:
    """``GET /lead/concerns/<id>``: show a concern. The audit log records each time that a lead opens a
    concern.
    """
    return _page(Taking(), concern_id)


@access.roles(Role.LEAD)
@takes(Taking, _page)
def take(form: Taking, concern_id: UUID) -> ResponseReturnValue:
    """``POST /lead/concerns/<id>/taking``: take on a concern.

    If another lead has already taken on the concern, the page names that lead.
    """
    handle.take(current.actor(), concern_id)
    return _done(concern_id, _("Assigned to you."))


@access.roles(Role.LEAD)
@takes(PassingOn, _page)
def pass_on(form: PassingOn, concern_id: UUID) -> ResponseReturnValue:
    """``POST /lead/concerns/<id>/passing-on``: record a referral."""
    day, time = form.passed_day.data, form.passed_time.data
    typed = PassedOn(form.passed_to.data, day, time, form.passed_note.data)
    handle.pass_on(current.actor(), concern_id, Act(form.once.id_of_new, form.seen.data), typed)
    return _done(concern_id, _("Referral recorded."))


@access.roles(Role.LEAD)
@takes(Closing, _page)
def close(form: Closing, concern_id: UUID) -> ResponseReturnValue:
    """``POST /lead/concerns/<id>/closing``: close a concern."""
    act = Act(form.once.id_of_new, form.seen.data)
    handle.close(current.actor(), concern_id, act, form.reason.data)
    return _done(concern_id, _("Concern closed."))


@access.roles(Role.LEAD)
@takes(ConcernNote, _page)
def note(form: ConcernNote, concern_id: UUID) -> ResponseReturnValue:
    """``POST /lead/concerns/<id>/notes``: add a note to a concern."""
    handle.add_note(current.actor(), concern_id, form.once.id_of_new, form.note.data)
    return _done(concern_id, _("Note added."))


def _done(concern_id: UUID, said: str) -> ResponseReturnValue:
    return done(said, url_for("lead.concern", concern_id=concern_id))
