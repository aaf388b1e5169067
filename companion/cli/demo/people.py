"""The people of the demo: each joins by the same acts as anybody."""

from datetime import datetime
from uuid import UUID, uuid4

import pyotp

from companion.content import programme, statement
from companion.domain.london import LONDON
from companion.domain.people import Role, Viewer
from companion.services import joining, signing_in
from companion.services.enrolling import add_participant
from companion.services.scheduling import Wanted
from companion.store import people, sessions
from companion.store.base import Store
from companion.store.passphrases import Hasher

WORD = "lighthouse"
"""What each pair of the demo agreed in person."""


class People:
    """Makes accounts and notes how to sign in to each. ``joined_at`` is when all of them joined."""

    def __init__(self, store: Store, hasher: Hasher, joined_at: datetime) -> None:
        self.store = store
        self._hasher = hasher
        self._then = joined_at
        self.accounts: list[dict[str, str]] = []

    def staff(self, role: Role, name: str, passphrase: str) -> Viewer:
        """Somebody of the staff, with a second factor."""
        with self.store.writing() as tx:
            account = people.add_account(tx, role, name, self._then, approved=True)
            slip = joining.invite(tx, self._hasher, account, WORD, self._then)
            tx.commit()
        token = self._join(slip.code, name, passphrase)
        with self.store.reading() as tx:
            signed_in = sessions.find(tx, token, self._then)
        if signed_in is None:
            raise LookupError(name)
        secret, _ = signing_in.new_second_factor(self.store, signed_in)
        code = pyotp.TOTP(secret).at(int(self._then.timestamp()))
        signing_in.confirm_second_factor(self.store, signed_in, code, self._then)
        self._note(role, name, sign_in_name=name.lower(), passphrase=passphrase, totp_secret=secret)
        return signed_in.viewer

    def participant(
        self, practitioner: Viewer, name: str, passphrase: str, when: Wanted
    ) -> tuple[UUID, Viewer]:
        """Somebody who has joined: his enrolment and himself."""
        added = add_participant(self.store, self._hasher, practitioner, uuid4(), name, WORD, when, self._then)
        token = self._join(added.slip.code, name, passphrase)
        with self.store.reading() as tx:
            signed_in = sessions.find(tx, token, self._then)
        if signed_in is None:
            raise LookupError(name)
        self._note(Role.PARTICIPANT, name, sign_in_name=name.lower(), passphrase=passphrase)
        return added.enrolment_id, signed_in.viewer

    def about_to_join(self, practitioner: Viewer, name: str, when: Wanted, now: datetime) -> None:
        """Somebody who has his slip and has not joined yet."""
        added = add_participant(self.store, self._hasher, practitioner, uuid4(), name, WORD, when, now)
        self._note(Role.PARTICIPANT, name, joining_code=added.slip.code, agreed_word=WORD)

    def _join(self, code: str, name: str, passphrase: str) -> str:
        invitation = joining.open_door(self.store, self._hasher, code, WORD, name, self._then)
        read = statement("en")
        joining.acknowledge(self.store, invitation, read.version, read.language, self._then)
        return joining.join(self.store, self._hasher, invitation, name.lower(), passphrase, self._then)

    def _note(self, role: Role, name: str, **how: str) -> None:
        self.accounts.append({"role": role.value, "name": name, **how})


def a_session(moment: datetime, site: int = 0) -> Wanted:
    """A session at this moment, as a practitioner would type it."""
    local = moment.astimezone(LONDON)
    sites = programme().sites
    return Wanted("session", f"{local:%Y-%m-%d}", f"{local:%H:%M}", sites[site].id, programme())
