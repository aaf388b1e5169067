"""Permissions, codes and unfinished tasks, with the actions after which each must stop working
(docs/security-rules.md).

A test creates one item of each kind, such as a session, and tries every action after which the item must stop
working.
"""

from collections.abc import Callable

from tests.outliving.covers_and_looks import (
    appointments_in_a_calendar,
    calendar_address,
    cover_of_concerns,
    cover_of_messages,
    look_for_a_concern,
    open_look,
    untold_look,
)
from tests.outliving.sessions import (
    challenge,
    held_form,
    known_device,
    offered_code,
    proof,
    recovery_code,
    session,
    session_of_staff,
)
from tests.outliving.slips import (
    coming_back_asked_for,
    first_slip,
    reset_asked_for,
    slip_for_choosing_anew,
    slip_of_staff,
)
from tests.outliving.under_way import (
    draft_of_a_message,
    draft_of_a_session,
    erasure_request,
    hold,
    notice,
    offer_of_the_evaluation,
    open_work,
    place_in_a_group,
)
from tests.outliving.world import Begun, World

THINGS: dict[str, Callable[[World], Begun]] = {
    "a joining slip": first_slip,
    "a participant's reset slip": slip_for_choosing_anew,
    "a staff member's slip": slip_of_staff,
    "a requested reset": reset_asked_for,
    "a requested return to work": coming_back_asked_for,
    "a participant's session": session,
    "a staff member's session": session_of_staff,
    "a confirmation of both sign-in steps": proof,
    "a parked form": held_form,
    "a known device": known_device,
    "a passkey's challenge": challenge,
    "a one-time code not set up yet": offered_code,
    "a recovery code": recovery_code,
    "a calendar address": calendar_address,
    "a participant's appointments in a calendar": appointments_in_a_calendar,
    "cover for messages": cover_of_messages,
    "cover for concerns": cover_of_concerns,
    "lead access": open_look,
    "lead access used for a concern": look_for_a_concern,
    "lead access that the practitioner hasn't been told about": untold_look,
    "a practitioner's unsent message": draft_of_a_message,
    "unsaved text about a session": draft_of_a_session,
    "set work": open_work,
    "a place in a group": place_in_a_group,
    "a request for erasure": erasure_request,
    "a legal hold": hold,
    "the invitation to the evaluation": offer_of_the_evaluation,
    "a waiting notice": notice,
}
"""Functions that create the temporary items listed in docs/security-rules.md, one for each."""
