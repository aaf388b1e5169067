"""Test that after an erasure, no database file contains the participant's wrapped key or the data encrypted
with that key.
"""

from pathlib import Path

import pytest
from sqlalchemy import select

from companion.config import Settings
from companion.store import keys
from companion.store.keys import DataKey
from companion.store.messages.messages import MessageRow
from companion.store.people import Account
from companion.store.records.erased_list import ErasedList
from tests.cast import Cast


def bytes_of(settings: Settings, *folders: str) -> bytes:
    return b"\n".join(
        path.read_bytes() for folder in folders for path in sorted((settings.home / folder).iterdir())
    )


@pytest.mark.embedded
def test_an_erased_participants_key_and_words_are_gone_from_the_database_files(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    for number in range(18):  # write enough messages that database pages are split, moved and freed
        cast.sam.writes(f"A message of some length, number {number}. " * 20)
    owner = keys.participant(cast.sam.viewer.account_id)
    with cast.store.keys.engine.connect() as connection:
        wrapped = connection.scalar(select(DataKey.wrapped).where(DataKey.owner == owner))
    with cast.store.reading() as tx:
        sealed = list(tx.scalars(select(MessageRow.words)))
        account = tx.get_one(Account, cast.sam.viewer.account_id)
        found_by = account.sign_in_hash
    assert wrapped and found_by and len(sealed) == 18
    before = bytes_of(settings, "data", "data-keys")
    assert wrapped in before and found_by in before and sealed[0] in before
    cast.margaret.erases(cast.sam, ErasedList.at(tmp_path))
    after = bytes_of(settings, "data", "data-keys")
    # search only for the middle of each value, because a split page may still contain other parts
    assert wrapped[20:60] not in after and found_by[4:28] not in after
    assert not [each for each in sealed if each[20:60] in after]
    assert cast.sam.viewer.account_id.bytes not in (settings.home / "data-keys" / "keys.db-wal").read_bytes()
