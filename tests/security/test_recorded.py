"""Test that signing in and attempts to bypass a security control are audited."""

from types import SimpleNamespace

from sqlalchemy import select

from companion.store.audit import AuditEntry, Event
from companion.store.base import Store
from tests.cast import Cast
from tests.people import Somebody
from tests.visitor import Visitor


def test_successful_and_failed_sign_ins_are_audited(visitor: Visitor, cast: Cast, store: Store) -> None:
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
        events = tx.execute(select(AuditEntry.event, AuditEntry.subject_id).order_by(AuditEntry.at)).all()
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


def refused(store: Store, person: Somebody) -> list[str]:
    """Return the reasons that the audit gives for refusing this person's actions."""
    with store.reading() as tx:
        his = AuditEntry.event == Event.REFUSED, AuditEntry.actor_id == person.viewer.account_id
        return sorted(each or "" for each in tx.scalars(select(AuditEntry.detail).where(*his)))


def test_a_forged_request_is_audited_as_refused(enter: SimpleNamespace, cast: Cast, store: Store) -> None:
    assert enter.sam.client.post("/account/notices", data={"mail": "no"}).status_code == 400
    headers = {"Origin": "https://elsewhere.example"}
    token = enter.sam.token("/account")
    forged = enter.sam.client.post("/account/notices", data={"csrf_token": token}, headers=headers)
    assert forged.status_code == 400
    assert refused(store, cast.sam) == ["from_elsewhere", "no_token"]
    assert Visitor(enter.sam.client.application).client.post("/sign-in").status_code == 400
    # a request without a session isn't recorded
    assert refused(store, cast.sam) == ["from_elsewhere", "no_token"]


def test_sending_a_choice_that_no_page_offers_is_audited(
    enter: SimpleNamespace, cast: Cast, store: Store
) -> None:
    for purpose, reason in (("practice", ""), ("curious", "To see."), ("", "To see.")):
        form = {"reference": cast.sam.reference, "purpose": purpose, "reason": reason}
        assert enter.margaret.post("/lead/looks", form, of="/lead/looks").status == 422
    assert refused(store, cast.margaret) == ["not_offered"]
