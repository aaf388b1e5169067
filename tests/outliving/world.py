"""Create temporary items, such as sessions, and list the actions after which each item must stop working."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pyotp

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.people import Credentials
from companion.domain.refusals import Refused
from companion.services.accounts import passphrase, second_step, sign_in
from companion.services.accounts.second_step import Given
from companion.services.accounts.sign_in import Browser
from companion.store.accounts import sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.sessions import SignedIn
from companion.store.records.erased_list import ErasedList
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Participant, Somebody, Staff
from tests.slips import PASSPHRASE, Door

Act = Callable[[], object]


@dataclass(frozen=True)
class Begun:
    """Something temporary, such as a sign-in session or a joining code.

    After any action in ``ends``, ``works()`` must return False.
    """

    works: Callable[[], bool]
    ends: dict[str, Act]


@dataclass(frozen=True)
class World:
    """A test's people, clock and list of erased people."""

    cast: Cast
    hasher: Hasher
    clock: Clock
    noted: ErasedList

    @property
    def door(self) -> Door:
        return Door(self.cast, self.hasher)

    def waits(self, how_long: timedelta) -> Act:
        """Return an action that lets this much time pass."""
        return lambda: self.clock.forward(seconds=how_long.total_seconds())

    def erases(self, who: Participant) -> Act:
        return lambda: self.cast.margaret.erases(who, self.noted)

    def dies(self, who: Participant) -> Act:
        """Return an action in which the practitioner records this participant's death."""
        return lambda: self.cast.priya.moves(who, PathwayState.DIED)

    def leaves(self, who: Somebody) -> Act:
        """Return a function that marks this person as having left, as an administrator would."""
        return lambda: self.cast.alex.marks_as_left(who)

    def signs_in(self, who: Somebody) -> tuple[str, SignedIn]:
        """Sign in completely, and return the token and the session."""
        now, store = self.cast.now, self.cast.store
        token = sign_in.sign_in(
            store, self.hasher, Credentials(who.sign_in_name, who.passphrase), Browser(""), now
        ).token
        if who.totp_secret:
            token = second_step.give(
                store, self._found(token), Given(pyotp.TOTP(who.totp_secret).at(int(now.timestamp()))), now
            )
        return token, self._found(token)

    def alive(self, token: str) -> bool:
        """Return whether this token belongs to a session that isn't locked."""
        with self.cast.store.reading() as tx:
            found = sessions.find(tx, token, self.cast.now)
        return found is not None and not found.locked

    def stays_busy(self, token: str) -> Act:
        """Return an action that keeps this session in use for half a day."""

        def work() -> None:
            session_id = self._found(token).session_id
            for _ in range(72):
                self.clock.forward(minutes=10)
                with self.cast.store.writing() as tx:
                    sessions.touch(tx, session_id, self.cast.now)
                    tx.commit()

        return work

    def new_passphrase(self, who: Somebody) -> Act:
        """Return an action that changes this person's passphrase in a separate session."""

        def change() -> None:
            _, signed_in = self.signs_in(who)
            passphrase.change(self.cast.store, self.hasher, signed_in, PASSPHRASE, self.cast.now)

        return change

    def chooses_anew(self, who: Staff | Participant) -> Act:
        """Return an action: this person uses a joining code to choose a new passphrase."""

        def use() -> None:
            slip = self.door.for_staff(who) if isinstance(who, Staff) else self.door.for_sam()
            self.door.uses(slip, who.sign_in_name)

        return use

    def _found(self, token: str) -> SignedIn:
        with self.cast.store.reading() as tx:
            found = sessions.find(tx, token, self.cast.now)
        assert found
        return found


def refused(act: Act) -> bool:
    try:
        act()
    except Refused:
        return True
    return False
