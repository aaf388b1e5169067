"""When a practitioner is away, who reads his messages meanwhile, and for whom he reads them."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.clashes import Clashes, clashes_of
from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.services.meetings import absence
from companion.services.meetings.absence import AbsenceForm
from companion.store import people
from companion.store.meetings.absence import times_away
from companion.web.gate import access, clock, current, parked_forms
from companion.web.page.form_fields import once
from companion.web.page.i18n import translate as _


@access.roles(Role.PRACTITIONER)
def away() -> ResponseReturnValue:
    """``GET`` and ``POST /away``: the days to come, and adding some."""
    form = request.form
    if request.method != "POST":
        return _page()
    first, last, cover = (form.get(name, "") for name in ("away_from", "away_until", "cover"))
    confirmed = form.get("confirmed", "")
    try:
        absence.add(current.actor(), once(), AbsenceForm(first, last, cover), confirmed)
    except Rejected as rejected:
        return _page(rejected.problems, clashes_of(rejected)), 422
    flash(_("Your days away are saved. The page of messages says so."))
    return redirect(url_for("practitioner.away"), 303)


@access.roles(Role.PRACTITIONER)
def take_back(away_id: UUID) -> ResponseReturnValue:
    """``POST /away/<id>/removal``"""
    absence.take_back(current.actor(), away_id)
    flash(_("These days are taken out. You read your messages then."))
    return redirect(url_for("practitioner.away"), 303)


def _page(problems: tuple[Problem, ...] = (), clashes: Clashes | None = None) -> str:
    viewer, now = current.viewer(), clock.now()
    with current.store().reading() as tx:
        times = times_away(tx, now)
        own = [each for each in times if each.who == viewer.account_id]
        booked = {each.id: absence.booked(tx, current.actor(), each.first, each.last) for each in own}
        others = people.practitioners(tx, but=viewer.account_id)
        names = people.names_of(tx, (of for each in times for of in (each.who, each.cover)))
    return render_template(
        "practitioner/absence.html",
        own=own,
        booked=booked,
        covering=[each for each in times if each.cover == viewer.account_id],
        names=names,
        others=others,
        typed=parked_forms.form(),
        problems=problems,
        clashes=clashes,
    )
