"""Ways in are on record, whether they opened or not."""

from sqlalchemy import select

from companion.store.audit import Entry, Event
from companion.store.base import Store
from tests.cast import Cast
from tests.visitor import Visitor


def test_signing_in_is_recorded_whether_it_worked_or_not(visitor: Visitor, cast: Cast, store: Store) -> None:
    for name, passphrase in (
        ("sam", "not this one at all"),
        ("nobody", "not this one at all"),
        ("sam", cast.sam.passphrase),
    ):
        visitor.post("/sign-in", {"sign_in_name": name, "passphrase": passphrase})
    visitor.client.post("/sign-out", data={"csrf_token": visitor.token("/my/")})
    visitor.post("/sign-in", {"sign_in_name": "priya", "passphrase": cast.priya.passphrase})
    visitor.post("/second-factor", {"code": "000000"})
    with store.reading() as tx:
        events = tx.execute(select(Entry.event, Entry.subject_id).order_by(Entry.at)).all()
    sam, priya = cast.sam.viewer.account_id, cast.priya.viewer.account_id
    for expected in (
        (Event.SIGN_IN_FAILED, sam),
        (Event.SIGN_IN_FAILED, None),
        (Event.SIGNED_IN, sam),
        (Event.SIGNED_OUT, sam),
        (Event.SIGNED_IN, priya),
        (Event.SECOND_FACTOR_FAILED, priya),
    ):
        assert expected in [tuple(event) for event in events]
