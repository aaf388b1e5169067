"""The page on which a practitioner helps a participant who can't sign in.

The practitioner never sees the participant's new sign-in details.
"""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.staff.resets import reset_participant
from companion.store import people
from companion.store.accounts import second_factors, slips
from companion.store.enrolments import enrolments
from companion.store.staff import resets
from companion.web.gate import access, clock, current
from companion.web.page.form import takes
from companion.web.practitioner.forms import Reset
from companion.web.practitioner.invite import slip_page


def _page(form: Reset, enrolment_id: UUID) -> str:
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer(), enrolment_id)
        case = enrolments.case(tx, enrolment)
        person = people.person(tx, people.account(tx, enrolment.participant_id))
        second_step = second_factors.factors_of(tx, person.id).any
        slip = resets.open_reset(tx, person.id, clock.now())
        ended = bool(slips.ended(tx, [person.id], clock.now()))
    return render_template(
        "practitioner/reset.html",
        case=case,
        person=person,
        second_step=second_step,
        expires_at=slip.expires_at if slip else None,
        ended=ended,
        form=form,
    )


@access.hashes
@access.roles(Role.PRACTITIONER, fresh=True)
@takes(Reset, _page)
def reset(form: Reset, enrolment_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /participants/<id>/reset``: make a reset slip, and show the reset slip once."""
    slip = reset_participant(
        current.actor(), current.hasher(), enrolment_id, form.word.data, lost=form.lost.data
    )
    return slip_page(slip, enrolment_id)
