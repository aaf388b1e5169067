"""Test that a reset and a simultaneous passphrase change don't both succeed.

Afterwards, only one of two people can sign in: the account's owner, or whoever used the joining code.
"""

import pytest

from companion.domain.people import Credentials
from companion.domain.refusals import NotAllowed, Refused, Rejected
from companion.services.accounts import join, passkeys, second_step, sign_in
from companion.services.accounts.passphrase import change
from companion.services.accounts.second_step import Given
from companion.services.accounts.sign_in import Browser
from companion.services.act import Actor
from companion.services.staff import resets
from companion.store import people
from companion.store.accounts import sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.sessions import SignedIn
from tests.cast import Cast
from tests.security.test_codes import all_at_once

BY_SLIP, BY_OWNER = "seven pears in a row of robins", "nine brass bells above the harbour"
ROUNDS = 6


def enters(cast: Cast, hasher: Hasher, name: str, passphrase: str) -> bool:
    try:
        return bool(
            sign_in.sign_in(cast.store, hasher, Credentials(name, passphrase), Browser(""), cast.now).token
        )
    except Rejected:
        return False


def session(cast: Cast, token: str) -> SignedIn | None:
    with cast.store.reading() as tx:
        return sessions.find(tx, token, cast.now)


class Both:
    """Sam's session, and a joining code that resets Sam's account. Somebody has already entered the joining
    code and the word that Priya and Sam agreed on.
    """

    def __init__(self, cast: Cast, hasher: Hasher, name: str, passphrase: str) -> None:
        self.cast, self.hasher = cast, hasher
        token = sign_in.sign_in(
            cast.store, hasher, Credentials(name, passphrase), Browser(""), cast.now
        ).token
        found = session(cast, token)
        assert found
        self.owner = found
        slip = resets.reset_participant(cast.priya.actor, hasher, cast.sam.enrolment_id, "harbour")
        self.door = join.open_door(cast.store, hasher, slip.code, "harbour", "", cast.now)

    def uses_slip(self) -> str:
        return join.join(
            self.cast.store, Hasher(cheap=True), self.door, Credentials("sam anew", BY_SLIP), self.cast.now
        )

    def changes(self) -> str:
        return change(self.cast.store, Hasher(cheap=True), self.owner, BY_OWNER, self.cast.now)


@pytest.fixture
def both(cast: Cast, hasher: Hasher) -> Both:
    return Both(cast, hasher, cast.sam.sign_in_name, cast.sam.passphrase)


def test_using_a_reset_slip_ends_the_owners_session(cast: Cast, hasher: Hasher, both: Both) -> None:
    token = both.uses_slip()
    with pytest.raises(NotAllowed, match="signed_out"):
        both.changes()
    assert session(cast, token) and enters(cast, hasher, "sam anew", BY_SLIP)


def test_a_reset_slip_cannot_be_used_after_a_passphrase_change(
    cast: Cast, hasher: Hasher, both: Both
) -> None:
    token = both.changes()
    with pytest.raises(Rejected):
        both.uses_slip()
    assert session(cast, token) and enters(cast, hasher, cast.sam.sign_in_name, BY_OWNER)


def test_a_reset_slip_cannot_be_used_just_after_it_was_cancelled(cast: Cast, both: Both) -> None:
    """The joining code is cancelled between Companion's two checks of the code."""
    both.changes()
    with cast.store.writing() as tx:
        assert not people.use_invitation(tx, both.door, cast.now)


def test_a_reset_and_a_simultaneous_passphrase_change_cannot_both_succeed(cast: Cast, hasher: Hasher) -> None:
    name, passphrase = cast.sam.sign_in_name, cast.sam.passphrase
    for _ in range(ROUNDS):
        both = Both(cast, hasher, name, passphrase)

        def act(number: int, both: Both = both) -> str:
            try:
                return both.uses_slip() if number else both.changes()
            except Refused:
                return ""

        changed, joined = all_at_once(2, act)
        assert bool(changed) != bool(joined)
        name, passphrase = ("sam anew", BY_SLIP) if joined else (name, BY_OWNER)
        assert session(cast, changed or joined) and enters(cast, hasher, name, passphrase)


def test_a_session_cannot_change_the_passphrase_after_its_account_was_reset(
    cast: Cast, hasher: Hasher, both: Both
) -> None:
    both.uses_slip()
    actor = Actor(cast.store, both.owner.viewer, cast.now)
    for act in (
        lambda: second_step.prove(cast.store, hasher, both.owner, BY_SLIP, Given(), cast.now),
        lambda: passkeys.remove(cast.store, both.owner, both.door, cast.now),
        lambda: passkeys._added(actor, both.owner, "Mine", passkeys.Signed("{}", passkeys.NOWHERE), b""),
    ):
        with pytest.raises(NotAllowed, match="signed_out"):
            act()
    entered = sign_in.sign_in(
        cast.store, hasher, Credentials("sam anew", BY_SLIP), Browser("", both.owner), cast.now
    )
    assert not entered.unlocked and session(cast, entered.token), "nobody unlocks what has ended"
