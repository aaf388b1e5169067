"""Test that nobody gets access by writing a row directly into the main database."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update

from companion.cli.doctor import examined
from companion.config import Settings
from companion.domain.operations.health import Verdict
from companion.domain.people import Role
from companion.domain.refusals import NotAllowed, Rejected
from companion.services.accounts import one_time_codes, second_step
from companion.services.accounts.second_step import Given
from companion.services.operations import row_bindings
from companion.store import people
from companion.store.accounts import second_factors, sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.second_factors import OneTimeCode
from companion.store.audit import AuditEntry, Event
from companion.store.enrolments.enrolments import Enrolment
from companion.store.keys import hash_of
from companion.store.operations.rebind_rows import RowPlace
from companion.store.people import Account
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.ports import free_port
from tests.security.changed_rows import broken_on_record, moves_to, plants, signs_in, table
from tests.visitor import Visitor


def test_a_passphrase_planted_in_the_database_is_refused_as_wrong(cast: Cast) -> None:
    known = "a passphrase that somebody else chose"
    plants(cast.store, cast.sam, passphrase_hash=Hasher(cheap=True).hash(known))
    for passphrase in (known, cast.sam.passphrase):
        with pytest.raises(Rejected) as refused:
            signs_in(cast, cast.sam, passphrase)
        assert [problem.key for problem in refused.value.problems] == ["wrong_sign_in"]
    with cast.store.reading() as tx:
        failed = select(AuditEntry.subject_id).where(AuditEntry.event == Event.SIGN_IN_FAILED)
        assert tx.scalars(failed).all() == [cast.sam.viewer.account_id] * 2
    assert signs_in(cast, cast.owen, cast.owen.passphrase).complete


def test_a_session_planted_in_the_database_opens_nothing(cast: Cast) -> None:
    token = "a token of somebody who writes to the database"  # nosec B105
    sam = cast.sam.viewer.account_id
    with by_hand(cast.store) as tx:
        values = {
            "id": uuid4(),
            "token_hash": hash_of(token),
            "complete": True,
            "proved_at": cast.now,
        }
        values |= {"account_id": sam, "created_at": cast.now, "last_seen_at": cast.now}
        tx.connection().execute(insert(table("web_sessions")).values(values))
        tx.commit()
    with cast.store.reading() as tx:
        assert sessions.find(tx, token, cast.now) is None


@pytest.mark.parametrize("how", ["deleted", "unconfirmed"])
def test_a_second_step_removed_in_the_database_is_still_asked_for(how: str, cast: Cast) -> None:
    priya, here = cast.priya, table("one_time_codes")
    with by_hand(cast.store) as tx:
        his = here.c.id == priya.viewer.account_id
        change = (
            delete(here).where(his) if how == "deleted" else update(here).where(his).values(confirmed_at=None)
        )
        tx.connection().execute(change)
        tx.commit()
    entered = signs_in(cast, priya, priya.passphrase)
    assert not entered.complete
    with cast.store.reading() as tx:
        found = sessions.find(tx, entered.token, cast.now)
        assert found and second_factors.factors_of(tx, priya.viewer.account_id).lost
        assert second_factors.offered_secret(tx, people.account(tx, priya.viewer.account_id)) is None
    with pytest.raises(NotAllowed, match="second_factor_missing"):
        second_step.give(cast.store, found, Given("123456"), cast.now)
    # an attacker with write access would plant a known secret
    with by_hand(cast.store) as tx:
        account = tx.get_one(Account, priya.viewer.account_id)
        row = tx.get(OneTimeCode, account.id) or OneTimeCode(id=account.id, last_step=0, secret=b"")
        row.secret = tx.keys.box(account.owner).seal("one_time_codes.secret", account.id, priya.totp_secret)
        tx.add(row)
        tx.commit()
    with pytest.raises(NotAllowed, match="second_factor_set"):
        one_time_codes.confirm(cast.store, found, "123456", cast.now)


def test_nobody_can_skip_a_second_sign_in_step_by_deleting_it_from_the_database(cast: Cast) -> None:
    sam = cast.sam.viewer.account_id
    with by_hand(cast.store) as tx:
        tx.get_one(Account, sam).second_step = True
        tx.commit()
    assert not signs_in(cast, cast.sam, cast.sam.passphrase).complete


def test_nobody_gets_access_by_reassigning_a_participant_directly_in_the_database(
    cast: Cast, enter: SimpleNamespace, app: Flask, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    piece = cast.priya.sets(cast.sam, "warning-signs")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    cast.sam.writes("I walked.")
    assert cast.owen and cast.idris
    moves_to(cast.store, cast.sam.enrolment_id, cast.daniel)
    his = f"/participants/{cast.sam.enrolment_id}"
    for browser in (enter.daniel, enter.priya):
        for path in (his, f"{his}/messages", f"{his}/plan", f"{his}/notes", f"/submissions/{submission}"):
            assert browser.get(path).status == 404, path
        assert "Sam" not in browser.get("/caseload")
    assert "Owen" in enter.priya.get("/caseload") and "Idris" in enter.daniel.get("/caseload")
    for path in ("/my/", "/my/tell", "/my/messages", "/help"):
        assert enter.sam.get(path).status == 200, path
    concern = cast.sam.tells("I have a worry about a child.")
    assert f"/lead/concerns/{concern}" in enter.margaret.get("/lead/concerns").text
    named = f"row enrolments {cast.sam.enrolment_id}"
    assert named in {record.damaged for record in caplog.records if hasattr(record, "damaged")}
    assert (cast.sam.enrolment_id, "enrolments") in broken_on_record(cast.store)
    (found,) = (each for each in examined(settings, free_port(), cast.now) if each.about == "bound rows")
    assert found.verdict is Verdict.WRONG and str(cast.sam.enrolment_id) in found.says


def test_saving_a_tampered_row_again_does_not_give_it_a_valid_keyed_hash(cast: Cast) -> None:
    moves_to(cast.store, cast.sam.enrolment_id, cast.daniel)
    with by_hand(cast.store) as tx:
        row = tx.get_one(Enrolment, cast.sam.enrolment_id)
        row.state = "closed"
        tx.commit()
    assert row_bindings.changed(cast.store) == [RowPlace("enrolments", cast.sam.enrolment_id)]


def test_the_hash_check_detects_a_row_that_was_changed_after_it_was_read(cast: Cast, server: str) -> None:
    if not server:
        return  # on SQLite, nobody else can write after a transaction's first statement
    with by_hand(cast.store) as tx:
        row = tx.get_one(Enrolment, cast.sam.enrolment_id)
        moves_to(cast.store, cast.sam.enrolment_id, cast.daniel)
        row.state = "closed"
        tx.commit()
    assert row_bindings.changed(cast.store) == [RowPlace("enrolments", cast.sam.enrolment_id)]


def test_changing_an_account_directly_in_the_database_signs_its_owner_out(cast: Cast, app: Flask) -> None:
    browser = Visitor(app)
    browser.sign_in(cast, cast.sam)
    plants(cast.store, cast.sam, role=Role.LEAD)
    assert browser.get("/my/").path == "/sign-in" and browser.get("/lead/concerns").path == "/sign-in"
