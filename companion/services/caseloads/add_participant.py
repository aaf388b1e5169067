"""Let a practitioner add a participant, with or without an appointment.

To join, the participant needs the secret word that they agreed with the practitioner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from companion.domain.enrolments.pathway import BEGINS_AT, PathwayState
from companion.domain.people import Role, called
from companion.domain.programme.programme import Programme
from companion.domain.refusals import NotAllowed, Problem, Rejected
from companion.services.accounts.join import Slip, agreed_word, invite
from companion.services.act import Actor, acting
from companion.services.meetings.schedule import NOT_BOOKED, Wanted, add_within
from companion.store import audit, people
from companion.store.accounts.passphrases import Hasher
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment, ProgrammePlace


def chosen(offered: Sequence[Programme], slug: str) -> Programme:
    """Return the programme that was chosen in the form.

    If no programme was chosen and only one is available, return that programme. Raise ``Rejected`` if the
    programme isn't available.
    """
    if len(offered) == 1 and not slug:
        return offered[0]
    found = next((each for each in offered if each.id == slug), None)
    if found is None:
        raise Rejected(Problem("not_offered", field="programme"))
    return found


@dataclass(frozen=True)
class Added:
    """A new enrolment, and the participant's joining slip."""

    enrolment_id: UUID
    reference: str
    slip: Slip


def add_participant(
    actor: Actor, hasher: Hasher, new_id: UUID, name: str, word: str, wanted: Wanted
) -> Added:
    """Add a participant with the given enrolment id.

    Raise ``Rejected`` with every mistake in the form. If the form allows clashes to be confirmed, raise
    ``Clashing`` for any that the practitioner hasn't confirmed. Raise ``NotAllowed`` if the form was already
    sent. Companion shows each joining slip only once.
    """
    booked = wanted.kind != NOT_BOOKED
    _require_sound(name, word, wanted, actor.now, booked=booked)
    word_hash = hasher.hash(agreed_word(word))
    with acting(actor) as tx:
        people.lock(tx, actor.viewer.account_id)  # a form sent twice adds only one participant
        if tx.get(Enrolment, new_id) is not None:
            raise NotAllowed("already_added")
        account = people.add_account(tx, Role.PARTICIPANT, called(name), actor.now, approved=True)
        state = BEGINS_AT[wanted.checked(actor.now)[0]] if booked else PathwayState.REFERRED
        place = ProgrammePlace(wanted.programme.id, wanted.programme.version, wanted.site)
        enrolment = enrolments.add_enrolment(tx, new_id, account.id, place, state)
        if booked:
            add_within(tx, enrolment, uuid4(), wanted)
        slip = invite(tx, account, word_hash)
        audit.record(tx, audit.Event.ACCOUNT_ADDED, subject=account.id, enrolment=enrolment.id)
        audit.record(tx, audit.Event.INVITATION_MADE, subject=account.id, enrolment=enrolment.id)
        tx.commit()
    return Added(enrolment.id, enrolment.reference, slip)


def _require_sound(name: str, word: str, wanted: Wanted, now: datetime, *, booked: bool) -> None:
    problems: list[Problem] = []
    for check, text in ((called, name), (agreed_word, word)):
        try:
            check(text)
        except Rejected as rejected:
            problems += rejected.problems
    try:
        if booked:
            wanted.checked(now)
        elif wanted.programme.site(wanted.site) is None:
            problems.append(Problem("not_offered", field="site"))
    except Rejected as rejected:
        problems += rejected.problems
    if problems:
        raise Rejected(*problems)


def invite_again(actor: Actor, hasher: Hasher, enrolment_id: UUID, word: str) -> Slip:
    """Issue a new joining slip for a participant who hasn't joined. The old joining slip stops working.

    Raise ``Rejected`` if the agreed word is too short or too long. Raise ``NotAllowed`` if the participant
    has already joined.
    """
    word_hash = hasher.hash(agreed_word(word))
    with acting(actor) as tx:
        account, enrolment = enrolments.with_account(tx, actor.viewer, enrolment_id)
        if account.joined_at is not None:
            raise NotAllowed("already_joined")
        slip = invite(tx, account, word_hash)
        audit.record(tx, audit.Event.INVITATION_MADE, subject=account.id, enrolment=enrolment.id)
        tx.commit()
    return slip
