"""Test that encrypted values stay readable during key rotations, until the key that encrypts them is
destroyed.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import hypothesis
import pytest
import tink
from hypothesis import strategies
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import delete, event, select, update

from companion.domain.people import Role, Viewer
from companion.services.act import Actor
from companion.services.operations import rotate_keys
from companion.services.operations.rotate_keys import RotationStep
from companion.store.base import Store, open_engine
from companion.store.keys import SERVICE_SECRETS, DataKey, Keys, participant
from companion.store.operations import rotate_data_keys, rotate_wrapping_key
from companion.store.operations.migrations import KEYS, MAIN, standing
from companion.store.people import Account
from companion.store.wrapping import KeyFile, make_wrapping_key

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
ALEX = Viewer(UUID(int=1), Role.ADMINISTRATOR, "Alex", "en")
FEW, MANY = 250, 1_000
WORKERS = strategies.integers(0, 1)
WHICH = strategies.integers(0, 99)


class Office:
    """The two databases, and the file with the wrapping key.

    Each store is opened separately, as in separate processes.
    """

    def __init__(self, folder: Path) -> None:
        self._key = folder / "wrapping-key.json"
        make_wrapping_key(self._key)
        self._engines = [open_engine(f"sqlite:///{folder}/{name}.db") for name in ("companion", "keys")]
        for engine in self._engines:
            event.listen(engine, "connect", hurry)
        MAIN.upgrade(self._engines[0])
        KEYS.upgrade(self._engines[1])
        store = self.opened()
        rotate_wrapping_key.register(store.keys, NOW)
        for secret in SERVICE_SECRETS:
            store.keys.create_secret(secret, NOW)

    def opened(self) -> Store:
        return Store(self._engines[0], Keys(self._engines[1], KeyFile(self._key)), standing)

    def cleared(self) -> None:
        """Delete everything except the service's secrets and the wrapping key."""
        for engine, gone in zip(
            self._engines,
            (delete(Account), delete(DataKey).where(DataKey.owner.not_in(SERVICE_SECRETS))),
            strict=True,
        ):
            with engine.begin() as connection:
                connection.execute(gone)


def hurry(connection: object, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]  # other tests simulate power cuts


class Machine(RuleBasedStateMachine):
    """The actions that Hypothesis combines.

    ``said``: for each key owner, the rows to check, and the text that each row must still contain. Two
    processes serve people, and a third process rotates keys.
    """

    office: Office

    def __init__(self) -> None:
        super().__init__()
        self.office.cleared()
        self.workers = [self.office.opened() for _ in range(2)]
        self.said: dict[UUID, dict[UUID, str]] = {}
        self.destroyed: set[UUID] = set()
        self.wrapping: Iterator[int] = iter(())
        self.begun: set[UUID] = set()
        self.changing: dict[UUID, Iterator[int]] = {}

    @rule(worker=WORKERS)
    def somebody_is_added(self, worker: int) -> None:
        who = uuid4()
        self.workers[worker].keys.create(participant(who), NOW)
        self.said[who] = {}
        self.writes(worker, len(self.said) - 1)

    @precondition(lambda self: self.said)
    @rule(worker=WORKERS, which=WHICH)
    def writes(self, worker: int, which: int) -> None:
        who, row = self.one(which), uuid4()
        with self.workers[worker].writing() as tx:
            name = tx.keys.box(participant(who)).seal("accounts.name", row, f"words {row}")
            tx.add(Account(id=row, role="participant", name=name, created_at=NOW))
            tx.commit()
        self.said[who][row] = f"words {row}"

    @precondition(lambda self: self.said)
    @rule(worker=WORKERS, which=WHICH)
    def reads(self, worker: int, which: int) -> None:
        said = self.said[self.one(which)]
        assert self.read(self.workers[worker], said) == said

    @rule()
    def the_wrapping_key_is_changed(self) -> None:
        store = self.office.opened()
        if rotate_keys.wrapping_step(store) is RotationStep.BEGIN:
            rotate_keys.begin_wrapping(Actor(store, ALEX, NOW))
        else:
            self.wrapping = rotate_keys.go_on_wrapping(store, NOW)
            next(self.wrapping, None)

    @rule()
    def that_goes_a_step_further(self) -> None:
        next(self.wrapping, None)

    @precondition(lambda self: self.said)
    @rule(which=WHICH, cut_off=strategies.booleans())
    def a_data_key_is_changed(self, which: int, cut_off: bool) -> None:
        who, store = self.one(which), self.office.opened()
        if not rotate_keys.under_way(store, participant(who)):
            rotate_keys.begin(Actor(store, ALEX, NOW), participant(who))
            self.begun.add(who)
        steps = self.changing[who] = rotate_keys.go_on(store, participant(who), lambda: None, NOW)
        next(steps, None)
        if not cut_off:
            list(steps)

    @precondition(lambda self: self.changing)
    @rule(which=WHICH)
    def this_goes_a_step_further(self, which: int) -> None:
        next(list(self.changing.values())[which % len(self.changing)], None)

    @rule(worker=WORKERS)
    def power_is_cut(self, worker: int) -> None:
        self.wrapping, self.changing = iter(()), {}
        self.workers[worker] = self.office.opened()

    @precondition(lambda self: len(self.said) > 1)
    @rule(which=WHICH)
    def a_key_is_destroyed(self, which: int) -> None:
        who = self.one(which)
        with self.workers[0].keys.engine.connect().execution_options(writing=True) as keys:
            gone = update(DataKey).where(DataKey.owner == participant(who))
            keys.execute(gone.values(wrapped=None, destroyed_at=NOW))
            keys.commit()
        self.destroyed.add(who)
        del self.said[who]

    def teardown(self) -> None:
        """Finish every rotation. Then check that all data is readable, apart from data whose key was
        destroyed.
        """
        store = self.office.opened()
        list(rotate_keys.go_on_wrapping(store, NOW))
        for who in self.begun & self.said.keys():
            list(rotate_keys.go_on(store, participant(who), lambda: None, NOW))
        assert len(store.keys.wrapping.ids) == 1
        everything = {row: words for said in self.said.values() for row, words in said.items()}
        for each in (self.workers[0], self.office.opened()):
            assert self.read(each, everything) == everything

    def read(self, store: Store, wanted: Collection[UUID]) -> dict[UUID, str]:
        """Return the decrypted values of these rows.

        Check that no value can be decrypted as another row's value, or after its key was destroyed.
        """
        with store.reading() as tx:
            rows = tx.execute(select(Account.id, Account.name).where(Account.id.in_(wanted))).all()
        whose = {row: who for who, said in self.said.items() for row in said}
        boxes = store.keys.boxes(participant(who) for who in {*whose.values(), *self.destroyed})
        assert len(boxes) == len(set(whose.values()))
        if len(rows) > 1:
            box = boxes[participant(whose[rows[0].id])]
            with pytest.raises(tink.TinkError):
                box.open("accounts.name", rows[0].id, rows[1].name)
        return {
            row.id: boxes[participant(whose[row.id])].open("accounts.name", row.id, row.name) for row in rows
        }

    def one(self, which: int) -> UUID:
        return list(self.said)[which % len(self.said)]


def test_encrypted_values_stay_readable_through_key_rotations_until_their_key_is_destroyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(rotate_wrapping_key, "BATCH", 2)
    monkeypatch.setattr(rotate_data_keys, "BATCH", 1)
    monkeypatch.setattr(rotate_data_keys, "sealed_columns", lambda _: [Account.__table__.c.name])
    Machine.office = Office(tmp_path)
    cases = MANY if request.config.getoption("full") else FEW
    few_steps = hypothesis.settings(max_examples=cases, stateful_step_count=4, deadline=None)
    run_state_machine_as_test(Machine, settings=few_steps)
