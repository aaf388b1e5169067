"""Test how a participant's or the service's data key is rotated."""

from collections.abc import Callable
from datetime import date
from secrets import randbelow, token_bytes, token_hex
from typing import Any
from uuid import UUID, uuid4

import pytest
import tink
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    String,
    Uuid,
    create_engine,
    insert,
    select,
    text,
    update,
)

from companion.config import Settings
from companion.domain.refusals import NotFound
from companion.services.operations import rotate_keys
from companion.store import keysets
from companion.store.audit import AuditEntry
from companion.store.base import Store
from companion.store.keys import CONCERNS, EVALUATION, SERVICE_KEYS, WORDS, DataKey, KeyMissing
from companion.store.operations.migrations import KEYS, MAIN, History
from companion.store.operations.sealed_columns import place, sealed_columns
from companion.store.people import Account
from companion.store.types import UtcDateTime
from companion.store.work.rows import AnswerRow
from tests.cast import Cast
from tests.fixtures import TUESDAY
from tests.newer import brought_further
from tests.rotated import returned, rotates, sams, sealed_with
from tests.web.test_boards import reference_of


@pytest.fixture
def piece(cast: Cast) -> UUID:
    return returned(cast)


def test_rotating_a_data_key_encrypts_every_value_again(cast: Cast, piece: UUID) -> None:
    before = cast.sam.work(piece)
    old = keysets.primary(cast.store.keys.keyset(sams(cast)))
    held = sealed_with(cast.store, old)
    assert {
        "accounts.name",
        "answers.value",
        "drafts.typed",
        "comments.body",
        "messages.words",
    } <= held.keys()
    others = sealed_with(cast.store, keysets.primary(cast.store.keys.keyset(WORDS)))
    assert rotates(cast, sams(cast)) == sum(held.values())
    (new,) = keysets.ids(cast.store.keys.keyset(sams(cast)))
    assert (sealed_with(cast.store, old), sealed_with(cast.store, new)) == ({}, held)
    assert sealed_with(cast.store, keysets.primary(cast.store.keys.keyset(WORDS))) == others
    assert cast.sam.work(piece) == before
    assert cast.sam.reads_messages().messages[0].words == "Can we meet later?"


def test_rotating_a_data_key_is_audited(cast: Cast, piece: UUID) -> None:
    rotates(cast, sams(cast))
    with cast.store.reading() as tx:
        said = tx.scalars(
            select(AuditEntry).where(AuditEntry.event.like("key_rotation%")).order_by(AuditEntry.event)
        ).all()
    sam, alex = cast.sam.viewer.account_id, cast.alex.viewer.account_id
    assert [(each.event, each.actor_id, each.subject_id, each.detail) for each in said] == [
        ("key_rotation_begun", alex, sam, "participant"),
        ("key_rotation_finished", None, sam, "participant"),
    ]


@pytest.mark.parametrize("owner", SERVICE_KEYS)
def test_keys_that_belong_to_no_participant_can_be_rotated(owner: str, cast: Cast) -> None:
    concern = cast.sam.tells("I need to say this.")
    assert (rotates(cast, owner) > 0) == (owner != EVALUATION)
    assert cast.margaret.opens(concern).content.words == "I need to say this."
    with cast.store.reading() as tx:
        assert tx.get_one(Account, cast.priya.viewer.account_id).owner == WORDS


def value_of(column: Column[Any]) -> object:
    """Return a random value that the column can hold."""
    kinds: list[tuple[type, Callable[[], object]]] = [
        (Uuid, uuid4),
        (String, lambda: token_hex(20)[: getattr(column.type, "length", None) or 20]),
        (LargeBinary, lambda: token_bytes(8)),
        (Boolean, lambda: False),
        (Integer, lambda: 1_000 + randbelow(1_000_000)),
        (UtcDateTime, lambda: TUESDAY),
        (Date, lambda: date(2026, 11, 24)),
    ]
    return next(make() for kind, make in kinds if isinstance(column.type, kind))


@pytest.mark.parametrize("owner", ["participant", CONCERNS])
def test_rotating_a_data_key_encrypts_every_encrypted_column_again(
    owner: str, cast: Cast, settings: Settings
) -> None:
    owner = sams(cast) if owner == "participant" else owner
    box, rows = (
        cast.store.keys.box(owner),
        dict.fromkeys((each.table for each in sealed_columns(MAIN.metadata)), uuid4()),
    )
    engine = create_engine(settings.database_url)
    with engine.connect() as connection:  # this connection doesn't check foreign keys
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        for table, row in rows.items():
            values = {each.name: value_of(each) for each in table.columns} | {"id": row}
            sealed = {
                each.name: box.seal(place(each), row, str(each))
                for each in sealed_columns(MAIN.metadata)
                if each.table is table
            }
            connection.execute(insert(table).values(values | sealed))
        connection.commit()
    engine.dispose()
    old = keysets.primary(cast.store.keys.keyset(owner))
    rotates(cast, owner)
    assert sealed_with(cast.store, old) == {}
    box = cast.store.keys.box(owner)
    with cast.store.reading() as tx:
        for column in sealed_columns(MAIN.metadata):
            held = tx.scalar(select(column).where(column.table.c.id == rows[column.table]))
            assert held is not None and box.open(place(column), rows[column.table], held) == str(column)


def test_rotating_a_data_key_fails_if_a_value_was_copied_from_another_row(cast: Cast, piece: UUID) -> None:
    with cast.store.writing() as tx:
        rows = tx.scalars(select(AnswerRow).order_by(AnswerRow.id)).all()
        right = rows[1].value
        rows[1].value = rows[0].value
        tx.commit()
    with pytest.raises(rotate_keys.Stuck, match=f"answers.value {rows[1].id}"):
        rotates(cast, sams(cast))
    assert rotate_keys.under_way(cast.store, sams(cast))
    with pytest.raises(tink.TinkError):
        cast.sam.work(piece)
    with cast.store.writing() as tx:
        tx.get_one(AnswerRow, rows[1].id).value = right
        tx.commit()
    assert rotates(cast, sams(cast)) == 1
    assert cast.sam.work(piece).answers


def test_after_a_rotation_an_encrypted_value_copied_to_another_row_cannot_be_decrypted(
    cast: Cast, piece: UUID
) -> None:
    rotates(cast, sams(cast))
    with cast.store.writing() as tx:
        rows = tx.scalars(select(AnswerRow).order_by(AnswerRow.id)).all()
        rows[1].value = rows[0].value
        tx.commit()
    with pytest.raises(tink.TinkError):
        cast.sam.work(piece)


def test_a_data_key_destroyed_during_its_rotation_stays_destroyed(cast: Cast, piece: UUID) -> None:
    rotate_keys.begin(cast.alex.actor, sams(cast))
    steps = rotate_keys.go_on(cast.store, sams(cast), lambda: None, cast.now)
    assert next(steps) > 0
    destroys(cast.store, sams(cast), cast)
    assert sum(steps) == 0
    with pytest.raises(KeyMissing):
        rotate_keys.under_way(cast.store, sams(cast))
    with pytest.raises(KeyMissing):
        rotate_keys.begin(cast.alex.actor, sams(cast))
    with cast.store.keys.engine.connect() as keys:
        row = keys.execute(
            select(DataKey.wrapped, DataKey.destroyed_at).where(DataKey.owner == sams(cast))
        ).one()
    assert row.wrapped is None and row.destroyed_at == cast.now
    assert rotate_keys.status(cast.store).destroyed == 1


def test_a_key_rotation_that_is_finishing_does_not_bring_back_a_destroyed_data_key(
    cast: Cast, piece: UUID
) -> None:
    rotate_keys.begin(cast.alex.actor, sams(cast))
    list(rotate_keys.go_on(cast.store, sams(cast), lambda: destroys(cast.store, sams(cast), cast), cast.now))
    with pytest.raises(KeyMissing):
        cast.store.keys.keyset(sams(cast))


@pytest.mark.parametrize("history", [MAIN, KEYS], ids=["main", "keys"])
def test_a_data_key_is_not_rotated_if_the_database_schema_is_newer_than_the_code(
    history: History, cast: Cast, piece: UUID
) -> None:
    """A newer schema may have encrypted columns that this version doesn't know."""
    engine = cast.store._engine if history is MAIN else cast.store.keys.engine
    old = keysets.ids(cast.store.keys.keyset(sams(cast)))
    with brought_further(engine, history), pytest.raises(rotate_keys.NotAllKnown):
        rotate_keys.begin(cast.alex.actor, sams(cast))
    assert keysets.ids(cast.store.keys.keyset(sams(cast))) == old
    rotate_keys.begin(cast.alex.actor, sams(cast))
    with brought_further(engine, history), pytest.raises(rotate_keys.NotAllKnown):
        rotates(cast, sams(cast))
    assert set(old) < set(keysets.ids(cast.store.keys.keyset(sams(cast))))
    assert rotates(cast, sams(cast)) > 0


def destroys(store: Store, owner: str, cast: Cast) -> None:
    with store.keys.engine.connect().execution_options(writing=True) as keys:
        keys.execute(
            update(DataKey).where(DataKey.owner == owner).values(wrapped=None, destroyed_at=cast.now)
        )
        keys.commit()


def test_the_list_of_key_rotations_in_progress_shows_each_participants_reference(
    cast: Cast, piece: UUID
) -> None:
    reference = reference_of(cast, "sam")
    assert rotate_keys.owner_of(cast.store, reference.lower()) == sams(cast)
    assert rotate_keys.status(cast.store).under_way == ()
    for owner in (sams(cast), WORDS):
        rotate_keys.begin(cast.alex.actor, owner)
    assert set(rotate_keys.status(cast.store).under_way) == {reference, WORDS}
    with pytest.raises(NotFound):
        rotate_keys.owner_of(cast.store, "Z9-999")
