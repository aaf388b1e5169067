"""Test where encryption keys are stored, what they decrypt, and what happens without a key."""

import dataclasses
import json
import os
import stat
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
import tink
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from companion import create_app
from companion.config import BadSetting, Settings
from companion.domain.evaluation.evaluation import Evaluation
from companion.store.base import Store, open_engine
from companion.store.evaluation import evaluation
from companion.store.keys import (
    CONCERNS,
    EVALUATION,
    Box,
    DataKey,
    participant,
)
from companion.store.operations.open_databases import prepare
from companion.store.people import Account
from companion.store.work.rows import AnswerRow, CommentRow, DraftRow, SubmissionRow
from companion.store.wrapping import make_wrapping_key, wrapping_key
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import TUESDAY
from tests.postgres import fresh_database
from tests.security.stolen import taken
from tests.stored import stored

PLACE = ("answers.value", uuid4(), participant(uuid4()))


def test_an_encrypted_value_is_bound_to_its_row_and_column(
    settings: Settings,
) -> None:
    column, row, owner = PLACE
    # with the same key in all boxes, the result depends only on the column, row and owner
    primitive = wrapping_key(settings).every()
    sealed = Box(owner, primitive).seal(column, row, "I walked home")
    assert Box(owner, primitive).open(column, row, sealed) == "I walked home"
    assert Box(owner, primitive).seal(column, row, "I walked home") != sealed
    for other in (
        ("drafts.typed", row, owner),
        (column, uuid4(), owner),
        (column, row, participant(uuid4())),
    ):
        with pytest.raises(tink.TinkError):
            Box(other[2], primitive).open(other[0], other[1], sealed)
    for place in (0, 6, -1):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(tink.TinkError):
            Box(owner, primitive).open(column, row, bytes(changed))


def moves(store: Store, source: InstrumentedAttribute[bytes], target: InstrumentedAttribute[bytes]) -> None:
    """Move a ciphertext to another row or column, as an attacker could."""
    with store.writing() as tx:
        first = tx.scalars(select(source).where(source.is_not(None)).order_by(source)).all()[0]
        last = tx.scalars(select(target).where(target.is_not(None)).order_by(target)).all()[-1]
        assert first != last
        tx.execute(update(target.class_).where(target == last).values({target.key: first}))
        tx.commit()


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (AnswerRow.value, AnswerRow.value),  # the value was moved to another row
        (AnswerRow.value, DraftRow.typed),  # the value was moved to another column
        (CommentRow.body, SubmissionRow.words),
        (SubmissionRow.said, SubmissionRow.said),
    ],
)
def test_a_ciphertext_moved_to_another_row_or_column_cannot_be_decrypted(
    source: InstrumentedAttribute[bytes], target: InstrumentedAttribute[bytes], cast: Cast
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    cast.priya.returns(cast.sam.submits(piece), "Say more", the_week="You noticed a lot")
    cast.sam.types(piece, "the-week", "5")
    cast.sam.submits(piece)
    assert len(cast.sam.work(piece).submissions) == 2
    moves(cast.store, source, target)
    with pytest.raises(tink.TinkError):
        cast.sam.work(piece)


@pytest.mark.parametrize("moved", ["name", "key"])
def test_a_value_cannot_be_decrypted_with_another_persons_key(moved: str, cast: Cast) -> None:
    people = (cast.sam, cast.owen)
    with by_hand(cast.store) as tx:
        rows = [tx.get_one(Account, each.viewer.account_id) for each in people]
        if moved == "name":
            rows[0].name = rows[1].name
        tx.commit()
    if moved == "key":
        with cast.store.keys.engine.begin() as keys:
            key = keys.scalar(select(DataKey.wrapped).where(DataKey.owner == rows[1].owner))
            keys.execute(update(DataKey).where(DataKey.owner == rows[0].owner).values(wrapped=key))
    with pytest.raises(tink.TinkError), cast.store.reading() as tx:
        cast.store.keys.box(rows[0].owner).open("accounts.name", rows[0].id, rows[0].name)


def test_the_wrapping_key_is_not_in_either_database(settings: Settings, cast: Cast) -> None:
    cast.sam.types(cast.priya.sets(cast.sam, "a-week-of-choices"), "the-week", "6")
    text = settings.wrapping_key_file.read_text()
    value = json.loads(text)["key"][0]["keyData"]["value"]
    stolen = taken(settings)
    assert len(b64decode(value)) > 32
    for secret in (text.encode(), value.encode(), b64decode(value), b64decode(value)[-32:]):
        assert secret not in stolen


def test_only_the_owner_of_a_new_wrapping_key_file_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "wrapping-key.json"
    make_wrapping_key(path)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)] == [0o600, 0o700]
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        make_wrapping_key(path)
    assert path.read_bytes() == before


@pytest.fixture
def in_use(settings: Settings, cast: Cast) -> Settings:
    cast.sam.types(cast.priya.sets(cast.sam, "a-week-of-choices"), "the-week", "6")
    return settings


def without_wrapping_key(settings: Settings, folder: Path) -> Settings:
    return dataclasses.replace(settings, wrapping_key_file=folder / "none.json")


def with_a_damaged_wrapping_key(settings: Settings, folder: Path) -> Settings:
    path = folder / "damaged.json"
    path.write_text(settings.wrapping_key_file.read_text()[:-9])
    return dataclasses.replace(settings, wrapping_key_file=path)


def with_another_wrapping_key(settings: Settings, folder: Path) -> Settings:
    make_wrapping_key(folder / "another.json")
    return dataclasses.replace(settings, wrapping_key_file=folder / "another.json")


def without_key_store(settings: Settings, folder: Path) -> Settings:
    server = os.environ.get("COMPANION_TEST_SERVER", "")
    is_file = settings.keys_url.startswith("sqlite")
    url = f"sqlite:///{folder}/no-keys.db" if is_file else fresh_database(server, "lost_keys")
    return dataclasses.replace(settings, keys_url=url)


def with_an_emptied_key_store(settings: Settings, _: Path) -> Settings:
    engine = open_engine(settings.keys_url)
    with engine.begin() as keys:
        keys.execute(delete(DataKey))
    engine.dispose()
    return settings


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (without_wrapping_key, "The wrapping key cannot be read at .*none.json.* Put it back from its copy"),
        (with_a_damaged_wrapping_key, "The wrapping key is damaged"),
        (with_another_wrapping_key, "wrapping key"),
        (without_key_store, "key"),
        (with_an_emptied_key_store, "key"),
    ],
)
def test_companion_refuses_to_start_without_its_keys(
    harm: Callable[[Settings, Path], Settings], sentence: str, in_use: Settings, tmp_path: Path
) -> None:
    harmed = harm(in_use, tmp_path)
    with pytest.raises(BadSetting, match=sentence):
        prepare(harmed, TUESDAY)
    with pytest.raises(BadSetting, match=sentence):
        create_app(harmed)
    assert not (tmp_path / "none.json").exists()
    engine = open_engine(harmed.keys_url)
    with engine.connect() as keys:
        names = engine.dialect.get_table_names(keys)
        made = keys.scalar(select(func.count()).select_from(DataKey)) if "data_keys" in names else 0
    engine.dispose()
    assert made == (0 if harm in (without_key_store, with_an_emptied_key_store) else KEYS_IN_USE)


KEYS_IN_USE = 8
"""The number of data keys: seven that belong to the service, and Sam's."""


def test_preparing_the_databases_again_does_not_change_the_keys(in_use: Settings, store: Store) -> None:
    before = stored(store)["data_keys"]
    assert len(before) == KEYS_IN_USE
    assert not prepare(in_use, TUESDAY)
    assert stored(store)["data_keys"] == before


def without_the_key_of_concerns(settings: Settings, owner: str = CONCERNS) -> None:
    engine = open_engine(settings.keys_url)
    with engine.begin() as keys:
        keys.execute(delete(DataKey).where(DataKey.owner == owner))
    engine.dispose()


def test_an_installation_older_than_the_concerns_feature_gets_a_key_for_concerns(
    in_use: Settings, cast: Cast
) -> None:
    without_the_key_of_concerns(in_use)
    create_app(in_use).extensions["store"].close()  # the application also starts without the concerns key
    assert not prepare(in_use, TUESDAY)
    assert cast.priya.opens(cast.sam.tells("I need to say this.")).content.words == "I need to say this."


def test_a_missing_evaluation_key_is_created_only_if_there_are_no_evaluations(
    in_use: Settings, cast: Cast
) -> None:
    without_the_key_of_concerns(in_use, EVALUATION)
    assert not prepare(in_use, TUESDAY)
    with cast.store.writing() as tx:
        evaluation.add_waiting(tx, Evaluation((), {}))
        tx.commit()
    without_the_key_of_concerns(in_use, EVALUATION)
    with pytest.raises(BadSetting, match="does not hold the key of the evaluations"):
        prepare(in_use, TUESDAY)


def test_the_key_for_concerns_is_not_replaced_if_it_is_lost(in_use: Settings, cast: Cast) -> None:
    cast.sam.tells("I need to say this.")
    without_the_key_of_concerns(in_use)
    with pytest.raises(BadSetting, match="does not hold the key of the concerns"):
        prepare(in_use, TUESDAY)
