"""Test loading a piece of work that the caller is going to change."""

from companion.store.work.open_work import open_own
from tests.cast import Cast


def test_looking_up_a_draft_twice_in_one_transaction_returns_the_same_row(cast: Cast) -> None:
    work_id = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.types(work_id, "the-week", "6")
    with cast.store.writing() as tx:
        piece = open_own(tx, cast.sam.viewer, work_id)
        row = piece.draft_place("the-week").row(tx)
        assert row is not None and piece.draft_place("the-week").row(tx) is row
        assert piece.draft_place("glad-of").row(tx) is None
