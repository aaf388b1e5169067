"""Test the list that says, for each table, what a download contains and what an erasure deletes."""

from sqlalchemy import LargeBinary

from companion.domain.activities.activity import ASKED, model
from companion.store.base import Model
from companion.store.operations import migrations
from companion.store.records.export import IN_ORDER
from companion.store.records.export_columns import HELD_COLUMNS
from companion.store.records.table_policy import BELONGINGS, NOT_HIS, Fate, LeftOut, parent_of, table
from companion.store.row_binding import BINDING
from companion.store.types import UtcDateTime

CONCERNS_KEY = {
    "concerns.content", "concern_steps.words", "holds.reason", "holds.lifted_why", "erasure_requests.reason",
    "disclosures.reason",
}  # fmt: skip
"""In participants' tables, the columns encrypted with the key for concerns, not the participant's key.

Concerns are kept after an erasure.
"""
NOT_SEALED = {"sign_in_hash", "token_hash", "code_hash", "place"}
"""Binary columns that aren't encrypted, such as keyed hashes."""


def test_every_table_that_refers_to_a_participant_has_an_erasure_rule() -> None:
    assert migrations.MAIN.metadata is Model.metadata
    undecided = set()
    for each in Model.metadata.tables.values():
        targets = {key.column.table.name for key in each.foreign_keys}
        leads_to_him = targets & BELONGINGS.keys() - {each.name}
        if leads_to_him and each.name not in BELONGINGS and each.name not in NOT_HIS:
            undecided.add(each.name)
    assert undecided == set(), "put them into companion/store/records/table_policy.py"
    assert set(BELONGINGS) | set(NOT_HIS) <= set(Model.metadata.tables)
    assert not set(BELONGINGS) & set(NOT_HIS)


def test_foreign_keys_link_every_table_of_participants_data_to_an_account() -> None:
    for name in BELONGINGS:
        seen = [name]
        while above := parent_of(seen[-1]):
            assert above in BELONGINGS and above not in seen
            seen.append(above)
        assert seen[-1] == "accounts"


def test_the_rows_of_every_table_in_the_download_are_sorted_by_a_time_or_a_number() -> None:
    """If a table has no required column with a time or number, its rows may be sorted by their random ids."""
    unsorted = {
        name
        for name, belonging in BELONGINGS.items()
        if belonging.out is None
        and any(isinstance(each.type, UtcDateTime) and not each.nullable for each in table(name).c)
        and not {*IN_ORDER} & {*table(name).c.keys()}
    }
    assert unsorted == set()


def test_every_encrypted_column_is_in_the_participants_download_or_has_a_stated_reason_why_not() -> None:
    for name, belonging in BELONGINGS.items():
        assert belonging.but.keys() | belonging.blank.keys() <= set(table(name).c.keys())
        if belonging.out is not None:
            continue
        for column in table(name).c:
            place = f"{name}.{column.name}"
            if isinstance(column.type, LargeBinary) and (column.name in NOT_SEALED or place in CONCERNS_KEY):
                assert column.name in belonging.but, place


def test_rows_kept_after_an_erasure_contain_nothing_encrypted_with_the_erased_key() -> None:
    for name, belonging in BELONGINGS.items():
        sealed = {
            column.name
            for column in table(name).c
            if isinstance(column.type, LargeBinary) and column.name != BINDING
        }
        if belonging.fate is Fate.BLANKED:
            assert sealed <= belonging.blank.keys(), name
        if belonging.fate is Fate.KEPT:
            assert {f"{name}.{each}" for each in sealed} <= CONCERNS_KEY, name


def test_concerns_legal_holds_and_staff_notes_are_left_out_of_the_download() -> None:
    for name in ("concerns", "concern_steps", "holds", "looks", "look_steps", "disclosures"):
        assert BELONGINGS[name].out is LeftOut.SAFETY
    assert BELONGINGS["notes"].out is LeftOut.FOR_STAFF
    assert BELONGINGS["enrolments"].but["concern_since"] is LeftOut.SAFETY


def test_every_column_is_listed_as_included_in_downloads_or_left_out_of_them() -> None:
    assert HELD_COLUMNS.keys() == {name for name, each in BELONGINGS.items() if each.out is None}
    for name, columns in HELD_COLUMNS.items():
        left_out = BELONGINGS[name].but.keys()
        assert not left_out & set(columns), name
        undecided = set(table(name).c.keys()) - {"id", BINDING} - left_out - set(columns)
        assert undecided == set(), f"{name}: put them into export_columns.py or under but in table_policy.py"
        assert set(columns) <= set(table(name).c.keys()), name


def test_every_activity_field_is_marked_as_meant_for_participants_or_for_staff() -> None:
    for_staff = {"accepted", "difficulty"}
    assert set(model().__struct_fields__) == ASKED | for_staff and not ASKED & for_staff
