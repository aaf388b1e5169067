"""The people in the tests. The accounts of these people are created in the same way as real accounts.

Sam and Owen are Priya's participants. Idris is Daniel's participant. Neither Daniel nor Idris may see Sam's
work. Margaret and Ruth are leads, and Alex is the administrator.
"""

import functools
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from companion.cli.demo.people import People, a_session
from companion.domain.people import Role, Viewer
from companion.store.accounts.passphrases import Hasher
from companion.store.base import Store
from companion.store.meetings.appointments import AppointmentRow
from tests.by_hand import by_hand
from tests.once import once
from tests.people import Participant, Staff

if TYPE_CHECKING:
    from tests.fixtures import Clock


class Cast:
    """The tests' people. Each person is created when a test first uses them."""

    def __init__(self, store: Store, hasher: Hasher, clock: "Clock") -> None:
        self.store = store
        self._clock = clock
        self._then = clock.now - timedelta(days=1)
        self._people = People(store, hasher, self._then)

    @property
    def now(self) -> datetime:
        return self._clock.now

    @functools.cached_property
    def priya(self) -> Staff:
        return self._staff(Role.PRACTITIONER, "Priya", "three slow trains to the coast")

    @functools.cached_property
    def daniel(self) -> Staff:
        return self._staff(Role.PRACTITIONER, "Daniel", "a kettle under the window sill")

    @functools.cached_property
    def margaret(self) -> Staff:
        return self._staff(Role.LEAD, "Margaret", "seven grey stones in the garden")

    @functools.cached_property
    def ruth(self) -> Staff:
        return self._staff(Role.LEAD, "Ruth", "nine brown hens behind a hedge")

    @functools.cached_property
    def alex(self) -> Staff:
        return self._staff(Role.ADMINISTRATOR, "Alex", "paper boats on a rainy sunday")

    @functools.cached_property
    def sam(self) -> Participant:
        return self._participant(self.priya, "Sam", "orange tents along the river", days=2)

    @functools.cached_property
    def owen(self) -> Participant:
        return self._participant(self.priya, "Owen", "old maps and a cup of tea", days=4)

    @functools.cached_property
    def idris(self) -> Participant:
        return self._participant(self.daniel, "Idris", "quiet bench by the station", days=6)

    def met(self, enrolment_id: UUID, days: int = 7) -> UUID:
        """Add a session from this many days ago, and return the session's id.

        Insert the past session as a database row, because Companion won't add one.
        """
        row = AppointmentRow(id=uuid4(), enrolment_id=enrolment_id, kind="session", minutes=120, revision=1)
        row.starts_at, row.site = self.now - timedelta(days=days), "epsom"
        with by_hand(self.store) as tx:
            tx.add(row)
            tx.commit()
        return row.id

    def another(self, name: str, days: int = 8) -> Participant:
        """Return another participant in Priya's caseload."""
        return self._participant(self.priya, name, f"{name.lower()} under a wide grey sky", days)

    def _staff(self, role: Role, name: str, passphrase: str) -> Staff:
        def joins() -> tuple[Viewer, str]:
            viewer = self._people.staff(role, name, passphrase)
            return viewer, self._people.accounts[-1]["totp_secret"]

        viewer, secret = once(self.store, (self._then, role, name, passphrase), joins)
        return Staff(self, viewer, name.lower(), passphrase, secret)

    def _participant(self, practitioner: Staff, name: str, passphrase: str, days: int) -> Participant:
        when = a_session(self.now + timedelta(days=days))

        def joins() -> tuple[UUID, Viewer]:
            return self._people.participant(practitioner.viewer, name, passphrase, when)

        enrolment_id, viewer = once(self.store, (self._then, name, passphrase, when.day, when.time), joins)
        return Participant(self, viewer, name.lower(), passphrase, enrolment_id=enrolment_id)
