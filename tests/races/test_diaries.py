"""Test that a practitioner's diary and account have separate locks."""

from sqlalchemy import select

from companion.store.meetings import appointments
from companion.store.people import Account
from tests.races.stages import Stage


def test_a_practitioners_diary_stays_locked_until_the_transaction_ends(stage: Stage) -> None:
    stage.put_back("here")
    cast = stage.cast
    hers = (
        select(Account.id).where(Account.id == cast.priya.viewer.account_id).with_for_update(skip_locked=True)
    )
    with cast.store.writing() as one, cast.store.writing() as other:
        appointments.hold_diary(one, cast.priya.viewer)
        assert other.scalars(hers).all() == []
        one.rollback()
        assert other.scalars(hers).all() == [cast.priya.viewer.account_id]
