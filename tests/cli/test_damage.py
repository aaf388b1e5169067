"""Test that damage to one person's encrypted data affects nobody else."""

from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select, update

from companion.cli.background.gauges import Measures
from companion.cli.background.loop import work
from companion.services.evaluation import give
from companion.store.accounts.passphrases import Hasher
from companion.store.evaluation.evaluation import BatchRow, WaitingRow
from companion.store.keys import DataKey, participant
from companion.store.outbox import Notice, Outcome, Outgoing
from companion.store.people import Account
from companion.web.log_lines import fits
from tests.cast import Cast
from tests.cli.posting import Delivers, outcomes, wants_notices
from tests.fixtures import Clock
from tests.leavers import Leavers
from tests.mail import Mailroom
from tests.tampering import damages


def told(caplog: pytest.LogCaptureFixture) -> set[str]:
    """Return what the log reports as damaged, such as an account or a key. Check that each entry has the
    right format.
    """
    named = {record.damaged for record in caplog.records if hasattr(record, "damaged")}
    assert all(fits("damaged", each) for each in named)
    return named


def test_concerns_can_be_raised_and_seen_even_if_a_leads_stored_name_is_damaged(
    cast: Cast, app: Flask, enter: SimpleNamespace, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    margaret, ruth = (each.viewer.account_id for each in (cast.margaret, cast.ruth))
    damages(cast.store, Account, "name", margaret)
    assert enter.sam.get("/my/tell").status == 200
    assert enter.priya.get(f"/participants/{cast.sam.enrolment_id}/concerns/new").status == 200
    concern = cast.sam.tells("I have a worry about a child.")
    clock.forward(days=14)
    with app.app_context():
        work(cast.store, Measures(app.extensions["settings"]))
    with cast.store.reading() as tx:
        late = select(Outgoing.account_id).where(Outgoing.notice == Notice.CONCERN_OVERDUE)
        assert set(tx.scalars(late.where(Outgoing.subject_id == concern))) == {margaret, ruth}
    for path in ("/lead/concerns", "/lead/concerns/rules", "/lead/looks"):
        assert enter.ruth.get(path).status == 200
    assert f"account {margaret}" in told(caplog)
    assert "could not be done" not in caplog.text


@pytest.mark.parametrize("what", ["name", "key"])
def test_a_board_still_shows_other_participants_if_one_name_cannot_be_decrypted(
    what: str, cast: Cast, enter: SimpleNamespace
) -> None:
    sam, owen = (each.viewer.account_id for each in (cast.sam, cast.owen))
    if what == "name":
        damages(cast.store, Account, "name", sam)
    else:
        with cast.store.keys.engine.begin() as keys:
            wrapped = keys.scalar(select(DataKey.wrapped).where(DataKey.owner == participant(owen)))
            keys.execute(update(DataKey).where(DataKey.owner == participant(sam)).values(wrapped=wrapped))
    board = enter.priya.get("/caseload")
    assert board.status == 200 and "Owen" in board and "Sam" not in board


def test_a_damaged_email_address_does_not_delay_anybody_elses_email(
    cast: Cast, delivers: Delivers, room: Mailroom, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for somebody in (cast.sam, cast.owen):
        wants_notices(cast, somebody, f"{somebody.sign_in_name}@post.example")
        cast.priya.sets(somebody, "warning-signs")
        clock.forward(seconds=1)
    sam = cast.sam.viewer.account_id
    damages(cast.store, Account, "email", sam)
    assert delivers() == 1
    assert [letter["To"] for letter in room.letters] == [f"{cast.owen.sign_in_name}@post.example"]
    assert outcomes(cast.store, cast.sam) == [None]
    assert told(caplog) == {f"account {sam}"}
    damages(cast.store, Account, "email", sam)  # changing the same bit a second time restores the address
    clock.forward(minutes=2)
    assert delivers() == 1 and outcomes(cast.store, cast.sam) == [Outcome.SENT]


def test_other_evaluations_are_still_counted_if_one_is_damaged(
    cast: Cast, hasher: Hasher, caplog: pytest.LogCaptureFixture
) -> None:
    leavers = Leavers(cast, hasher)
    first, *others = leavers.many(6)
    leavers.says(first, clear=4)
    with cast.store.reading() as tx:
        waiting = tx.scalars(select(WaitingRow.id)).one()
    damages(cast.store, WaitingRow, "content", waiting)
    for who in others:
        leavers.says(who, clear=4)
    assert give.gather(cast.store, cast.now) == 0
    with cast.store.reading() as tx:
        assert tx.scalars(select(WaitingRow.id)).all() == [waiting]
        assert len(tx.scalars(select(BatchRow)).all()) == 1
    assert told(caplog) == {f"evaluation {waiting}"}
