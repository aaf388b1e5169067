"""Slips of people who have not joined yet, each made by who may make it."""

from datetime import timedelta
from uuid import uuid4

from companion.cli.demo.people import a_session
from companion.domain.people import Role
from companion.services import joining
from companion.services.enrolling import add_participant
from companion.services.joining import Slip
from companion.store import people
from companion.store.passphrases import Hasher
from tests.cast import Cast

WORD = "lighthouse"


def slip_for(cast: Cast, hasher: Hasher, role: Role, name: str = "Robin") -> Slip:
    """A slip of somebody new: a participant is Priya's, staff are Margaret's to approve or Alex's to add."""
    if role is Role.PARTICIPANT:
        first = a_session(cast.now + timedelta(days=3), 0)
        return add_participant(
            cast.store, hasher, cast.priya.viewer, uuid4(), name, WORD, first, cast.now
        ).slip
    maker = cast.alex if role is Role.ADMINISTRATOR else cast.margaret
    with cast.store.writing() as tx:
        account = people.add_account(tx, role, name, cast.now, approved=True)
        slip = joining.invite(tx, account, hasher.hash(WORD), cast.now, by=maker.viewer)
        tx.commit()
    return slip
