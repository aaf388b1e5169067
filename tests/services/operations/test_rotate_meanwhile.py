"""Test that a data key can be rotated while people use the data. Test that an interrupted rotation continues."""

import copy
import threading
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import (
    select,
    update,
)

from companion.config import Settings
from companion.services.operations import rotate_keys
from companion.store import keysets
from companion.store.base import Store
from companion.store.keys import DataKey
from companion.store.operations import rotate_data_keys
from companion.store.people import Account
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.rotated import killed, returned, rotates, sams, sealed_with, worker


@pytest.fixture
def piece(cast: Cast) -> UUID:
    return returned(cast)


def test_a_participant_can_keep_writing_during_a_rotation(
    cast: Cast, piece: UUID, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sam writes as fast as possible while the data key is rotated twice, and no change is lost."""
    monkeypatch.setattr(rotate_data_keys, "BATCH", 1)
    sent, failed, stop = [], [], threading.Event()

    def writes() -> None:
        with worker(settings) as store:
            his = replace(cast.sam, cast=replace_store(cast, store))
            while not stop.is_set() and not failed:
                try:
                    his.types(piece, "the-week", str(len(sent) % 10))
                    if len(sent) < 10:
                        his.writes(f"Message {len(sent)}")
                    sent.append(his.work(piece).drafts["the-week"].typed)
                except Exception as error:
                    failed.append(error)

    def lingers() -> None:
        """Wait until Sam has sent two more messages."""
        enough = len(sent) + 2
        while len(sent) < enough and not failed:
            stop.wait(0.01)

    writer = threading.Thread(target=writes)
    writer.start()
    for _ in range(2):
        rotates(cast, sams(cast), linger=lingers)
    stop.set()
    writer.join()
    assert failed == [] and len(sent) > 3
    told = [each.words for each in cast.sam.reads_messages().messages]
    assert [each for each in told if each.startswith("Message")] == [
        f"Message {n}" for n in range(min(len(sent), 10))
    ]
    assert cast.sam.work(piece).drafts["the-week"].typed == sent[-1]


def replace_store(cast: Cast, store: Store) -> Cast:
    other = copy.copy(cast)
    other.store = store
    return other


def test_a_rotation_waits_for_writers_who_began_with_the_old_key(cast: Cast, piece: UUID) -> None:
    """The rotation re-encrypts a value that was saved with the old key."""
    finished = threading.Event()

    def changes_the_key() -> None:
        rotates(cast, sams(cast))
        finished.set()

    rotate_keys.begin(cast.alex.actor, sams(cast))
    with cast.store.keys.engine.connect().execution_options(
        writing=True
    ) as keys:  # restore the key ring from shortly before the rotation began
        after = keys.scalar(select(DataKey.wrapped).where(DataKey.owner == sams(cast)))
        before = keysets.only(
            cast.store.keys.keyset(sams(cast)), keysets.ids(cast.store.keys.keyset(sams(cast)))[0]
        )
        one = keysets.wrap(before, cast.store.keys.wrapping.every(), sams(cast))
        keys.execute(update(DataKey).where(DataKey.owner == sams(cast)).values(wrapped=one))
        keys.commit()
    with by_hand(cast.store) as tx:
        box = tx.keys.box(sams(cast))
        with cast.store.keys.engine.connect().execution_options(writing=True) as keys:
            keys.execute(update(DataKey).where(DataKey.owner == sams(cast)).values(wrapped=after))
            keys.commit()
        changing = threading.Thread(target=changes_the_key)
        changing.start()
        waiting = threading.Thread(target=cast.store.wait_for_writers)
        waiting.start()
        waiting.join(1)
        assert waiting.is_alive() and not finished.is_set()
        row = tx.get_one(Account, cast.sam.viewer.account_id)
        row.email = box.seal("accounts.email", row.id, "sam@example.org")
        tx.commit()
    changing.join()
    waiting.join()
    assert finished.is_set() and not rotate_keys.under_way(cast.store, sams(cast))
    with cast.store.reading() as tx:
        row = tx.get_one(Account, cast.sam.viewer.account_id)
        assert (
            row.email
            and tx.keys.box(row.owner).open("accounts.email", row.id, row.email) == "sam@example.org"
        )


def test_a_rotation_waits_for_locked_rows(cast: Cast, piece: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction locks a row before the rotation reaches the row."""
    monkeypatch.setattr(rotate_data_keys, "BATCH", 1)
    rotate_keys.begin(cast.alex.actor, sams(cast))
    steps = rotate_keys.go_on(cast.store, sams(cast), lambda: None, cast.now)
    # the rotation has encrypted the participant's name again, and the sign-in name is next
    assert next(steps) == 1
    changing = threading.Thread(target=lambda: list(steps))
    with cast.store.writing() as tx:
        assert tx.get(Account, cast.sam.viewer.account_id, with_for_update=True)
        changing.start()
        changing.join(0.5)
        assert changing.is_alive() and rotate_keys.under_way(cast.store, sams(cast))
    changing.join()
    assert not rotate_keys.under_way(cast.store, sams(cast))
    with cast.store.reading() as tx:
        row = tx.get_one(Account, cast.sam.viewer.account_id)
        box = tx.keys.box(sams(cast))
        assert row.sign_in_name and box.open("accounts.sign_in_name", row.id, row.sign_in_name) == "sam"


def test_values_encrypted_with_the_old_data_key_can_be_decrypted_until_the_rotation_ends(
    cast: Cast, piece: UUID
) -> None:
    with cast.store.reading() as tx:
        name = tx.get_one(Account, cast.sam.viewer.account_id)
        early = cast.store.keys.box(sams(cast))
        lingered: list[str] = []

        def reads() -> None:
            """During the rotation, decrypt a value that was read before the rotation."""
            lingered.append(cast.store.keys.box(sams(cast)).open("accounts.name", name.id, name.name))

        rotate_keys.begin(cast.alex.actor, sams(cast))
        list(rotate_keys.go_on(cast.store, sams(cast), reads, cast.now))
    assert lingered == ["Sam"]
    with (
        cast.store.reading() as tx
    ):  # a process from before the rotation decrypts values from during the rotation
        row = tx.get_one(Account, cast.sam.viewer.account_id)
        assert early.open("accounts.name", row.id, row.name) == "Sam"


def test_a_data_key_rotation_can_be_continued_after_its_process_was_killed(
    cast: Cast, piece: UUID, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotate_data_keys, "BATCH", 3)
    before, old, at = cast.sam.work(piece), keysets.primary(cast.store.keys.keyset(sams(cast))), 1
    while killed(settings, at, lambda store: rotates(cast, sams(cast), store)):
        assert cast.sam.work(piece) == before
        cast.sam.writes(f"Killed at {at}")
        at += 2
    assert at > 5 and not rotate_keys.under_way(cast.store, sams(cast))
    assert sealed_with(cast.store, old) == {}
    assert cast.sam.work(piece) == before
    assert len(cast.sam.reads_messages().messages) == (at + 1) // 2
