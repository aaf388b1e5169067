"""The pages for legal holds. The pages show participants' references, such as K7-402, and not their names.

Participants and practitioners can't see legal holds.
"""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.domain.records.data_rights import HoldKind
from companion.domain.time.working_days import london_day
from companion.services.records.legal_holds import lift_hold, set_hold
from companion.store.records import legal_holds
from companion.web.gate import access, clock, current
from companion.web.lead.forms import Hold, Lifting
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _


def _page(form: Hold) -> str:
    with current.store().reading() as tx:
        on, lifted = legal_holds.holds(tx), legal_holds.holds(tx, lifted=True)
    return render_template(
        "lead/legal_holds.html",
        on=on,
        lifted=lifted,
        kinds=list(HoldKind),
        today=london_day(clock.now()),
        form=form,
    )


@access.roles(Role.LEAD)
@takes(Hold, _page)
def holds(form: Hold) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/holds``: list the legal holds, and set a new hold."""
    typed = form.kind.data, form.reason.data, form.review_on.data
    set_hold(current.actor(), form.once.id_of_new, form.reference.data, typed)
    return done(_("Legal hold set."), url_for("lead.holds"))


def _lifting(form: Lifting, hold_id: UUID) -> str:
    with current.store().reading() as tx:
        hold = legal_holds.hold(tx, current.viewer(), hold_id)
    return render_template("lead/lift_hold.html", hold=hold, form=form)


@access.roles(Role.LEAD)
@takes(Lifting, _lifting)
def lift(form: Lifting, hold_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /lead/holds/<id>/lifting``: lift a legal hold, with a reason."""
    lift_hold(current.actor(), hold_id, form.reason.data)
    return done(_("Legal hold lifted."), url_for("lead.holds"))
