"""Test that the wrapping key can be rotated while the site is in use."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
import tink
from sqlalchemy import Engine, select, text, update

from companion.config import BadSetting, Settings
from companion.services.act import Actor
from companion.services.operations import rotate_keys
from companion.services.operations.rotate_keys import RotationStep
from companion.store import keysets
from companion.store.audit import AuditEntry
from companion.store.keys import SERVICE_SECRETS, DataKey, KeyMissing, participant
from companion.store.operations import rotate_wrapping_key
from companion.store.operations.migrations import KEYS
from companion.store.operations.open_databases import open_store
from tests.cast import Cast
from tests.newer import brought_further
from tests.rotated import killed, opens, rotates_wrapping, worker, wrapped


@pytest.fixture
def in_use(cast: Cast) -> Cast:
    assert cast.alex
    for who, said in ((cast.sam, "6"), (cast.owen, "4")):
        who.types(cast.priya.sets(who, "a-week-of-choices"), "the-week", said)
    return cast


def in_the_file(settings: Settings) -> tuple[int, ...]:
    return keysets.ids(keysets.parsed(settings.wrapping_key_file.read_text()))


def everybody_reads(cast: Cast, settings: Settings) -> None:
    """Check that everybody's data can be read after the portal restarts."""
    with worker(settings) as store, store.reading() as tx:
        for who in (cast.sam, cast.owen, cast.priya):
            owner = participant(who.viewer.account_id) if who is not cast.priya else "service:words"
            assert tx.keys.box(owner)
        assert all(tx.keys.secret(name) == cast.store.keys.secret(name) for name in SERVICE_SECRETS)


def test_rotating_the_wrapping_key_wraps_every_data_key_again(in_use: Cast, settings: Settings) -> None:
    old = settings.wrapping_key_file.read_text()
    before = wrapped(in_use.store)
    assert rotate_keys.begin_wrapping(Actor(in_use.store, in_use.alex.viewer, in_use.now)) == ""
    assert wrapped(in_use.store) == before and len(in_the_file(settings)) == 2
    assert rotates_wrapping(in_use) == len(before) == 9
    new = settings.wrapping_key_file.read_text()
    assert (
        len(keysets.ids(keysets.parsed(new))) == 1
        and settings.wrapping_key_file.stat().st_mode & 0o777 == 0o600
    )
    assert not list(settings.wrapping_key_file.parent.glob("*.new"))
    for owner, held in wrapped(in_use.store).items():
        if held and owner not in SERVICE_SECRETS:
            assert (opens(old, held, owner), opens(new, held, owner)) == (False, True)
    everybody_reads(in_use, settings)
    assert rotate_keys.wrapping_step(in_use.store) is RotationStep.BEGIN


def test_rotating_the_wrapping_key_is_audited(in_use: Cast) -> None:
    rotates_wrapping(in_use)
    with in_use.store.reading() as tx:
        said = tx.scalars(
            select(AuditEntry).where(AuditEntry.event.like("key_rotation%")).order_by(AuditEntry.event)
        ).all()
    alex = in_use.alex.viewer.account_id
    assert [(each.event, each.actor_id, each.detail) for each in said] == [
        ("key_rotation_begun", alex, "wrapping"),
        ("key_rotation_finished", None, "wrapping"),
    ]


def test_the_wrapping_key_is_not_rotated_if_a_newer_companion_has_migrated_the_database(
    in_use: Cast, settings: Settings
) -> None:
    """The database of a newer version may contain wrapped keys that this version doesn't know about."""
    before, engine = in_the_file(settings), in_use.store.keys.engine
    with brought_further(engine, KEYS), pytest.raises(rotate_keys.NotAllKnown):
        rotates_wrapping(in_use)
    assert in_the_file(settings) == before
    rotate_keys.begin_wrapping(Actor(in_use.store, in_use.alex.viewer, in_use.now))
    with brought_further(engine, KEYS), pytest.raises(rotate_keys.NotAllKnown):
        rotates_wrapping(in_use)
    assert rotate_keys.wrapping_step(in_use.store) is RotationStep.GO_ON
    assert rotates_wrapping(in_use) == 9


def test_a_process_started_before_a_wrapping_key_rotation_keeps_working(
    in_use: Cast, settings: Settings
) -> None:
    """A process that started before the rotation can still read and create keys."""
    owners = [participant(uuid4()) for _ in range(4)]
    with worker(settings) as before, worker(settings) as idle:
        before.keys.create(owners[0], in_use.now)
        rotate_keys.begin_wrapping(Actor(in_use.store, in_use.alex.viewer, in_use.now))
        before.keys.create(owners[1], in_use.now)
        for number, _ in enumerate(rotate_keys.go_on_wrapping(in_use.store, in_use.now)):
            if number == 0:
                before.keys.create(owners[2], in_use.now)
        before.keys.create(owners[3], in_use.now)
        for store in (before, idle):
            assert store.keys.boxes(owners).keys() == set(owners)
            assert store.keys.secret("service:web") == in_use.store.keys.secret("service:web")
            with store.reading() as tx:
                tx.keys.box("service:words")
        rotates_wrapping(in_use)
        assert idle.keys.box(owners[0]) and before.keys.boxes(owners).keys() == set(owners)
    with worker(settings) as fresh:
        assert fresh.keys.boxes(owners).keys() == set(owners)


def test_a_rotation_of_the_wrapping_key_can_be_continued_after_its_process_was_killed(
    in_use: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotate_wrapping_key, "BATCH", 2)
    old, at = settings.wrapping_key_file.read_text(), 1
    while killed(settings, at, lambda store: rotates_wrapping(in_use, store)):
        everybody_reads(in_use, settings)
        at += at % 3  # each process is killed at a later commit than the process before
        at += 1
    assert at > 5 and rotate_keys.wrapping_step(in_use.store) is RotationStep.BEGIN
    everybody_reads(in_use, settings)
    assert not any(
        opens(old, held, owner)
        for owner, held in wrapped(in_use.store).items()
        if held and owner not in SERVICE_SECRETS
    )


def test_a_destroyed_data_key_stays_destroyed_after_a_wrapping_key_rotation(
    in_use: Cast, settings: Settings
) -> None:
    gone = participant(in_use.sam.viewer.account_id)
    rotate_keys.begin_wrapping(Actor(in_use.store, in_use.alex.viewer, in_use.now))
    steps = rotate_keys.go_on_wrapping(in_use.store, in_use.now)
    with in_use.store.keys.engine.connect().execution_options(writing=True) as keys:
        keys.execute(
            update(DataKey).where(DataKey.owner == gone).values(wrapped=None, destroyed_at=in_use.now)
        )
        keys.commit()
    assert sum(steps) == 8
    assert wrapped(in_use.store)[gone] is None
    with worker(settings) as store, pytest.raises(KeyMissing):
        store.keys.box(gone)


def test_a_data_key_destroyed_during_a_wrapping_key_rotation_stays_destroyed(
    in_use: Cast, settings: Settings, server: str
) -> None:
    """On PostgreSQL, the rotation waits while another transaction is destroying the data key."""
    gone, engine = participant(in_use.sam.viewer.account_id), in_use.store.keys.engine
    rotate_keys.begin_wrapping(Actor(in_use.store, in_use.alex.viewer, in_use.now))
    with ThreadPoolExecutor(1) as pool, engine.connect().execution_options(writing=True) as keys:
        keys.execute(
            update(DataKey).where(DataKey.owner == gone).values(wrapped=None, destroyed_at=in_use.now)
        )
        anew = pool.submit(lambda: sum(rotate_keys.go_on_wrapping(in_use.store, in_use.now)))
        waits = not server or any(waits_for_another(engine) for _ in range(200))
        keys.commit()
        assert waits and anew.result() == 8
    assert wrapped(in_use.store)[gone] is None
    with worker(settings) as store, pytest.raises(KeyMissing):
        store.keys.box(gone)


def waits_for_another(engine: Engine) -> bool:
    """Return whether any query in this PostgreSQL database waits for a lock."""
    time.sleep(0.05)
    waiting = "datname = current_database() AND wait_event_type = 'Lock'"
    with engine.connect() as connection:
        return bool(connection.scalar(text(f"SELECT count(*) FROM pg_stat_activity WHERE {waiting}")))


def test_the_old_wrapping_key_is_kept_if_unwrapping_a_data_key_fails(
    in_use: Cast, settings: Settings
) -> None:
    """A data key can't be unwrapped if it's stored as another owner's key."""
    sam, owen = (participant(who.viewer.account_id) for who in (in_use.sam, in_use.owen))
    right = wrapped(in_use.store)[sam]

    def put(held: bytes | None) -> None:
        with in_use.store.keys.engine.connect().execution_options(writing=True) as keys:
            keys.execute(update(DataKey).where(DataKey.owner == sam).values(wrapped=held))
            keys.commit()

    put(wrapped(in_use.store)[owen])
    with pytest.raises(rotate_keys.Stuck, match=sam):
        rotates_wrapping(in_use)
    assert len(in_the_file(settings)) == 2
    with pytest.raises(tink.TinkError):
        in_use.store.keys.box(sam)
    put(right)
    assert rotates_wrapping(in_use) == 1
    everybody_reads(in_use, settings)


def test_a_machine_without_the_new_wrapping_key_cannot_create_data_keys(
    in_use: Cast, settings: Settings
) -> None:
    elsewhere = replace(settings, wrapping_key_file=settings.home / "elsewhere.json")
    shutil.copy(settings.wrapping_key_file, elsewhere.wrapping_key_file)
    with worker(elsewhere) as store:
        rotates_wrapping(in_use)
        with pytest.raises(BadSetting, match=r"is not in .*elsewhere\.json"):
            store.keys.create(participant(uuid4()), in_use.now)
        elsewhere.wrapping_key_file.write_text(settings.wrapping_key_file.read_text())
        store.keys.create(owner := participant(uuid4()), in_use.now)
    assert in_use.store.keys.box(owner)


def test_the_old_wrapping_key_can_unwrap_nothing_after_a_rotation(in_use: Cast, settings: Settings) -> None:
    old = settings.wrapping_key_file.read_text()
    rotates_wrapping(in_use)
    with pytest.raises(BadSetting, match="not the one that this data was sealed with"):
        open_store(replace(settings, wrapping_key=old))


def test_operators_can_replace_a_wrapping_key_that_is_kept_in_an_environment_variable(
    in_use: Cast, settings: Settings
) -> None:
    """Companion changes nothing until the operator has set the new wrapping key."""

    def with_key(text: str) -> Settings:
        return replace(settings, wrapping_key=text)

    old = settings.wrapping_key_file.read_text()
    with worker(with_key(old)) as store:
        both = rotate_keys.begin_wrapping(Actor(store, in_use.alex.viewer, in_use.now))
        assert rotate_keys.wrapping_step(store) is RotationStep.LOST
        with pytest.raises(BadSetting, match="is not in COMPANION_WRAPPING_KEY"):
            list(rotate_keys.go_on_wrapping(store, in_use.now))
        lost, both = both, rotate_keys.begin_wrapping(Actor(store, in_use.alex.viewer, in_use.now))
        assert lost != both
    with worker(with_key(both)) as store:
        assert rotate_keys.wrapping_step(store) is RotationStep.GO_ON
        assert rotates_wrapping(in_use, store) == 9
        assert rotate_keys.wrapping_step(store) is RotationStep.PUT_AWAY
        new = rotate_keys.left_over(store)
    with worker(with_key(new)) as store:
        assert rotate_keys.wrapping_step(store) is RotationStep.BEGIN and rotate_keys.left_over(store) == ""
    assert keysets.ids(keysets.parsed(new)) == keysets.ids(keysets.parsed(both))[1:]
    everybody_reads(in_use, with_key(new))
