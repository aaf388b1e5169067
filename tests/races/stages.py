"""Starting situations for tests that run two actions at the same time."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from companion.config import Settings
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.notices.reminders import Choice
from companion.domain.people import Credentials
from companion.services.accounts import sign_in
from companion.services.accounts.sign_in import Browser
from companion.services.notices import preferences
from companion.services.plan import items
from companion.store.accounts import sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.sessions import SignedIn
from companion.store.activities import library
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import appointments
from companion.store.records.erased_list import ErasedList
from companion.store.work.rows import SubmissionRow
from tests.cast import Cast
from tests.groups import a_group
from tests.postgres import keep_rows, put_rows_back
from tests.races.outcome import ids

YEARS_LATER = datetime.fromisoformat("2034-01-10T10:00:00+00:00")
"""A time in the future, after the end of every record's retention period."""


def fixed(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


@dataclass
class Stage:
    cast: Cast
    settings: Settings
    things: dict[str, Any] = field(default_factory=dict)
    known: dict[str, frozenset[UUID]] = field(default_factory=dict)
    hasher: Hasher = field(default_factory=lambda: Hasher(cheap=True))

    @property
    def noted(self) -> ErasedList:
        return ErasedList.at(self.settings.home)

    def put_back(self, situation: str) -> None:
        """Restore both databases, so that the participant is in this situation again.

        The participant's situation is ``here`` (in the programme), ``worried`` (a concern is open) or
        ``over`` (the programme is closed).
        """
        assert self._every
        put_rows_back(self.settings, situation)
        self.noted.path.unlink(missing_ok=True)

    @cached_property
    def _every(self) -> dict[str, Path]:
        self._lives()
        self._keep("here")
        self.things["concern"] = self.cast.priya.raises(self.cast.sam, "He sounded very low.")
        self._keep("worried")
        put_rows_back(self.settings, "here")
        self.cast.priya.moves(self.cast.sam, PathwayState.ENDED_EARLY, PathwayState.CLOSED)
        self._keep("over")
        return {"": self.settings.home}

    def _keep(self, situation: str) -> None:
        keep_rows(self.settings, situation)
        self.known[situation] = ids(self.cast.store)

    def _lives(self) -> None:
        cast, things = self.cast, self.things
        everybody = cast.priya, cast.daniel, cast.margaret, cast.ruth, cast.alex
        assert all([*everybody, cast.sam, cast.owen, cast.idris])
        sent = cast.priya.sets(cast.sam, "a-week-of-choices")
        cast.sam.finishes(sent)
        things["submission"] = cast.sam.submits(sent)
        things["begun"] = begun = cast.priya.sets(cast.sam, "hopes-and-fears")
        prompt = cast.sam.work(begun).conversation.next_prompt
        assert prompt
        things["typed"] = cast.sam.typing(begun, prompt.id, "A quiet life.")
        things["ready"] = cast.priya.sets(cast.sam, "control-continuum")
        cast.sam.finishes(things["ready"])
        things["ready_at"] = cast.sam.work(things["ready"]).revision
        things["message"] = cast.sam.writes("Can we meet on Friday?")
        item = things["item"] = fixed("item")
        walk = [("Walking by the river", "", "")]
        items.add(cast.sam.actor, item, "good", walk, None)
        things["asked"] = cast.sam.asks_to_be_erased()
        things["wrong"] = cast.sam.says_is_wrong("My name.", "Sammy.")
        things["look"] = cast.margaret.looks_at(cast.sam)
        choice = Choice("sam@post.example", days=frozenset({1}))
        preferences.choose(cast.sam.actor, choice)
        things["group"] = a_group(cast, cast.owen)
        things["meeting"] = things["group"].meets()
        with cast.store.reading() as tx:
            those = [cast.sam.enrolment_id, cast.owen.enrolment_id]
            found = appointments.next_appointments(tx, those, cast.now)
            things["sams"], things["owens"] = (found[each] for each in those)
            row = tx.get_one(SubmissionRow, things["submission"])
            things["revision"] = row.revision
        things["session"] = self._signs_in()
        things["reference"] = cast.sam.reference
        with cast.store.reading() as tx:
            things["state"] = tx.get_one(Enrolment, cast.sam.enrolment_id).state
            version = next(
                each for each in library.newest_versions(tx) if each.activity.id == "a-week-of-choices"
            )
        things["version"] = version.id

    def _signs_in(self) -> SignedIn:
        cast = self.cast
        said = cast.sam.sign_in_name, cast.sam.passphrase
        token = sign_in.sign_in(cast.store, self.hasher, Credentials(*said), Browser(""), cast.now).token
        with cast.store.reading() as tx:
            found = sessions.find(tx, token, cast.now)
        assert found
        return found
