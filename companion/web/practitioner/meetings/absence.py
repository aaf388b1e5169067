"""The page with a practitioner's absences. The page shows who covers for the practitioner, and for whom the
practitioner covers.
"""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.meetings import absence
from companion.services.meetings.absence import AbsenceForm
from companion.store import people
from companion.store.meetings.absence import times_away
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.forms import Absence


def _page(form: Absence) -> str:
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
        form=form,
    )


@access.roles(Role.PRACTITIONER)
@takes(Absence, _page)
def away(form: Absence) -> ResponseReturnValue:
    """``GET`` and ``POST /away``: list the viewer's current and future absences, and add an absence."""
    typed = AbsenceForm(form.away_from.data, form.away_until.data, form.cover.data)
    absence.add(current.actor(), form.once.id_of_new, typed, form.confirmed.data)
    return done(
        _("Days away saved. Your participants see them beside their messages."), url_for("practitioner.away")
    )


@access.roles(Role.PRACTITIONER)
def take_back(away_id: UUID) -> ResponseReturnValue:
    """``POST /away/<id>/removal``: cancel an absence."""
    absence.take_back(current.actor(), away_id)
    said = _("Days away removed. You're expected to read your messages on those days.")
    return done(said, url_for("practitioner.away"))
