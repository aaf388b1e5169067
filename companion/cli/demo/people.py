"""Create the demo's people. People join through the same functions as in the portal."""

from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

import pyotp

from companion.content import programme, shipped_statement
from companion.domain.enrolments.pathway import AppointmentKind
from companion.domain.people import Credentials, Role, Viewer
from companion.domain.time.london import LONDON
from companion.services.accounts import join, one_time_codes
from companion.services.act import Actor
from companion.services.caseloads.add_participant import Added, add_participant, invite_again
from companion.services.meetings.schedule import Wanted
from companion.store import people
from companion.store.accounts import sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.base import Store

WORD = "lighthouse"
"""The agreed word that everybody in the demo enters when joining."""


class People:
    """Creates the demo's accounts and remembers how each person signs in."""

    def __init__(self, store: Store, hasher: Hasher, joined_at: datetime) -> None:
        self.store = store
        self._hasher = hasher
        self._cheap = Hasher(cheap=True)
        """A fast, weak hasher, safe here because these joining codes have already expired."""
        self._then = joined_at
        self.accounts: list[dict[str, str]] = []

    def staff(self, role: Role, name: str, passphrase: str) -> Viewer:
        """Add a member of staff who joined long ago and uses two-step sign-in."""
        then = self._then - timedelta(days=500)
        word_hash = self._hasher.hash(WORD)
        with self.store.writing(then) as tx:
            account = people.add_account(tx, role, name, then, approved=True)
            slip = join.invite(tx, account, word_hash)
            tx.commit()
        token = self._join(slip.code, name, passphrase, then)
        with self.store.reading() as tx:
            signed_in = sessions.find(tx, token, then)
        if signed_in is None:
            raise LookupError(name)
        offered = one_time_codes.offered(self.store, signed_in.viewer)
        if offered is None:
            raise LookupError(name)
        secret, _ = offered
        code = pyotp.TOTP(secret).at(int(then.timestamp()))
        one_time_codes.confirm(self.store, signed_in, code, then)
        self._note(role, name, sign_in_name=name.lower(), passphrase=passphrase, totp_secret=secret)
        return signed_in.viewer

    def participant(
        self,
        practitioner: Viewer,
        name: str,
        passphrase: str,
        when: Wanted,
        then: datetime | None = None,
        language: str = "en",
    ) -> tuple[UUID, Viewer]:
        """Add a participant who has joined. Return the enrolment's id, and the participant's ``Viewer``.

        ``then`` is the time when the participant joined. If ``then`` is None, the participant joined at the
        same time as the demo's other participants.
        """
        then = then or self._then
        added = self._add(practitioner, name, when, then, self._hasher)
        token = self._join(added.slip.code, name, passphrase, then, language)
        with self.store.reading() as tx:
            signed_in = sessions.find(tx, token, then)
        if signed_in is None:
            raise LookupError(name)
        self._note(Role.PARTICIPANT, name, sign_in_name=name.lower(), passphrase=passphrase)
        return added.enrolment_id, signed_in.viewer

    def without_device(self, practitioner: Viewer, name: str, when: Wanted, then: datetime) -> UUID:
        """Add a participant whose joining code has expired unused, and return the enrolment's id."""
        return self._add(practitioner, name, when, then, self._cheap).enrolment_id

    def about_to_join(self, practitioner: Viewer, name: str, when: Wanted, now: datetime) -> UUID:
        """Add a participant who has a joining code but hasn't joined yet. Return the enrolment's id."""
        added = self._add(practitioner, name, when, now, self._hasher)
        self._note(Role.PARTICIPANT, name, joining_code=added.slip.code, agreed_word=WORD)
        return added.enrolment_id

    def gets_another_slip(self, practitioner: Viewer, name: str, enrolment_id: UUID, now: datetime) -> None:
        """Create another joining code for a participant."""
        slip = invite_again(Actor(self.store, practitioner, now), self._hasher, enrolment_id, WORD)
        self._note(Role.PARTICIPANT, name, joining_code=slip.code, agreed_word=WORD)

    def _add(self, practitioner: Viewer, name: str, when: Wanted, then: datetime, hasher: Hasher) -> Added:
        return add_participant(Actor(self.store, practitioner, then), hasher, uuid4(), name, WORD, when)

    def _join(self, code: str, name: str, passphrase: str, then: datetime, language: str = "en") -> str:
        invitation = join.open_door(self.store, self._hasher, code, WORD, name, then)
        read = shipped_statement(language)
        join.acknowledge(self.store, invitation, read.edition, read, then)
        return join.join(
            self.store,
            self._hasher,
            invitation,
            Credentials(name.lower(), passphrase),
            then,
            language=language,
        )

    def _note(self, role: Role, name: str, **how: str) -> None:
        self.accounts.append({"role": role.value, "name": name, **how})


def at_hour(now: datetime, days: int, hour: int) -> datetime:
    """Return ``hour`` o'clock in London, ``days`` days from today.

    If the date falls on a weekend, use the following Monday.
    """
    day = now.astimezone(LONDON).date() + timedelta(days=days)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, time(hour), LONDON)


def a_meeting(kind: AppointmentKind, moment: datetime, site: int = 0) -> Wanted:
    """Return the form data for booking an appointment at this time."""
    local = moment.astimezone(LONDON)
    sites = programme().sites
    return Wanted(kind, f"{local:%Y-%m-%d}", f"{local:%H:%M}", sites[site].id, programme())


def a_session(moment: datetime, site: int = 0) -> Wanted:
    """Return the values that a practitioner would type into the form to book a programme session at this
    time.
    """
    return a_meeting(AppointmentKind.SESSION, moment, site)
