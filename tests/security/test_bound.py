"""Whoever writes to the words' database alone opens nothing: each bound column is changed, and noticed first."""

import ast
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
import tink
from flask import Flask
from sqlalchemy import Column, Table, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, StatementError

from companion.cli.doctor import examined
from companion.config import Settings
from companion.domain.operations.health import Verdict
from companion.domain.people import Role
from companion.domain.refusals import NotAllowed, Rejected
from companion.services.accounts import one_time_codes, second_step, sign_in
from companion.services.accounts.second_step import Given
from companion.services.operations import row_bindings
from companion.services.operations.row_bindings import GRACE
from companion.store import people, row_binding
from companion.store.accounts import second_factors, sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.second_factors import OneTimeCode
from companion.store.accounts.sessions import WebSession
from companion.store.audit import AuditEntry, Event
from companion.store.base import Model, Store, Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.keys import hash_of
from companion.store.operations import rebind_rows
from companion.store.operations.rebind_rows import RowPlace
from companion.store.operations.sealed_columns import sealed_columns
from companion.store.operations.unbound_columns import UNBOUND
from companion.store.people import Account
from companion.store.row_binding import BindingRow
from tests.by_hand import by_hand
from tests.cast import Cast, Somebody
from tests.fixtures import Clock
from tests.ports import free_port
from tests.security.bound import Life
from tests.visitor import Visitor

ROOT = Path(__file__).parents[2]
BOUND = [(str(model.__tablename__), column) for model in row_binding.models() for column in model.BOUND]
FINDS = {
    *("code_hash", "token_hash", "credential_id", "sign_in_hash", "account_id", "enrolment_id", "session_id"),
    *("purpose", "work_id", "submission_id", "appointment_id", "concern_id", "look_id", "participant_id"),
    *(
        "practitioner_id",
        "first",
        "last",
        "taken_back_at",
        "used_at",
        "expires_at",
        "ended_at",
        "left_at",
        "state",
    ),
    *("erased_at", "kind", "lifted_at"),
}
"""Columns by which a row is looked for: changed, it may not be found at all, and only ``doctor`` comes across it."""


ONLY_ONE = {"enrolment_steps.enrolment_id", "concern_steps.concern_id", "submissions.work_id"}
"""Each is unique with a number that all others have too: the database itself takes no other value."""


def table(name: str) -> Table:
    return Model.metadata.tables[name]


def other(tx: Transaction, column: Column[Any], value: Any) -> Iterator[Any]:
    """Other values that this column could have."""
    for key in column.foreign_keys:
        rows = tx.connection().scalars(select(key.column)).all()
        yield from rows
        return
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 7
    elif isinstance(value, bytes):
        yield bytes([value[0] ^ 1]) + value[1:]
    elif isinstance(value, datetime | date):
        yield value + timedelta(days=1)
    elif isinstance(value, UUID):
        yield uuid4()
    elif isinstance(value, str):
        yield from ("lead", "opened", "practice", "closed", "started")
    else:
        yield from (datetime(2026, 11, 24, 13, tzinfo=row_binding.UTC), UUID(int=7), "lead")


def puts(store: Store, name: str, row: UUID, values: dict[str, Any]) -> None:
    """Somebody with every right over the database writes these."""
    with store.writing() as tx:
        tx.connection().execute(update(table(name)).where(table(name).c.id == row).values(values))
        tx.commit()


def changes(store: Store, name: str, row: UUID, column: str) -> Any:
    """The same with another value, the first that the database takes; what stood there before."""
    here = table(name)
    with store.reading() as tx:
        (value,) = tx.connection().execute(select(here.c[column]).where(here.c.id == row)).one()
        others = [each for each in other(tx, here.c[column], value) if each != value]
    for each in others:
        try:
            puts(store, name, row, {column: each})
        except (
            DBAPIError,
            StatementError,
            ValueError,
        ):  # another row has it already, or it is of another kind
            continue
        return value
    assert f"{name}.{column}" in ONLY_ONE
    return value


def refuses(life: Life, name: str) -> bool:
    with by_hand(life.cast.store) as tx:
        try:
            return life.refused[name](tx)
        except (tink.TinkError, ValueError):
            return True  # it does not open there, or is of no kind that there is


@pytest.fixture
def life(cast: Cast) -> Life:
    return Life(cast)


def test_nothing_is_refused_that_nobody_changed(life: Life) -> None:
    assert life.rows.keys() == {name for name, _ in BOUND}
    for name in life.rows:
        assert name in ("holds", "erasures") or not refuses(life, name), name
    assert row_bindings.changed(life.cast.store) == [] and not life.cast.store.broken


@pytest.mark.parametrize("name", sorted({name for name, _ in BOUND}))
def test_each_bound_column_that_is_changed_by_hand_is_noticed_before_it_decides(
    name: str, life: Life, clock: Clock
) -> None:
    store, row = life.cast.store, life.rows[name]
    unnoticed = []
    for column in (column for table, column in BOUND if table == name):
        before = changes(store, name, row, column)
        if f"{name}.{column}" in ONLY_ONE:
            continue
        if not refuses(life, name):
            unnoticed.append(f"{column} decides")
        if row_bindings.changed(store) != [RowPlace(name, row)]:
            unnoticed.append(f"doctor does not see {column}")
        if (name, row) not in store.broken and column not in FINDS:
            unnoticed.append(f"{column} is not looked at")
        store.broken.clear()
        puts(store, name, row, {column: before})
        assert row_bindings.changed(store) == []
    assert unnoticed == []


@pytest.mark.parametrize("name", ["accounts", "messages"])
def test_what_was_changed_is_on_record_once_until_somebody_settles_it(
    name: str, life: Life, clock: Clock
) -> None:
    store, row = life.cast.store, life.rows[name]
    changes(store, name, row, "created_at" if name == "accounts" else "sent_at")
    for _ in range(2):
        assert refuses(life, name)
        row_bindings.record_broken(store, clock.now)
        assert broken_on_record(store) == [(row, name)]
    row_bindings.renew(store, [RowPlace(name, row)], clock.now)
    assert row_bindings.changed(store) == [] and not refuses(life, name)
    with store.reading() as tx:
        renewed = select(AuditEntry.subject_id, AuditEntry.detail).where(
            AuditEntry.event == Event.BINDING_RENEWED
        )
        assert [tuple(each) for each in tx.execute(renewed)] == [(row, name)]


def broken_on_record(store: Store) -> list[tuple[UUID | None, str]]:
    with store.reading() as tx:
        query = select(AuditEntry.subject_id, AuditEntry.detail).where(
            AuditEntry.event == Event.BINDING_BROKEN
        )
        return [(row.subject_id, row.detail) for row in tx.execute(query)]


def test_every_column_is_bound_sealed_or_named_with_its_reason() -> None:
    """A column that is added later: bind it, or say in ``unbound_columns.py`` what somebody who changes it can do."""
    sealed = {str(column) for column in sealed_columns(Model.metadata)}
    bound = {f"{name}.{column}" for name, column in BOUND}
    every = {
        str(column)
        for each in Model.metadata.sorted_tables
        for column in each.columns
        if column.name not in ("id", "binding") and str(column) not in sealed
    }
    named = {place for place in every if place in UNBOUND or place.partition(".")[0] in UNBOUND}
    assert every - bound - named == set()
    assert bound & UNBOUND.keys() == set()
    tables = {each.name for each in Model.metadata.sorted_tables}
    assert {place for place in UNBOUND if place not in every | tables} == set()


def test_each_reason_why_a_column_is_not_bound_is_in_the_threat_model() -> None:
    model = " ".join((ROOT / "docs/threat-model.md").read_text().split())
    assert [why for why in set(UNBOUND.values()) if why.value not in model] == []


# What opened before


def plants(store: Store, somebody: Somebody, **values: Any) -> None:
    puts(store, "accounts", somebody.viewer.account_id, values)


def signs_in(cast: Cast, who: Somebody, passphrase: str) -> sign_in.Entered:
    return sign_in.sign_in(
        cast.store, Hasher(cheap=True), who.sign_in_name, passphrase, "203.0.113.7", None, cast.now
    )


def test_a_planted_passphrase_is_a_wrong_passphrase(cast: Cast) -> None:
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


def test_a_planted_session_is_nobodys(cast: Cast) -> None:
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
def test_a_second_step_that_is_taken_away_in_the_database_is_still_asked_for(how: str, cast: Cast) -> None:
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
    with by_hand(cast.store) as tx:  # whoever writes to the database puts his own secret there
        account = tx.get_one(Account, priya.viewer.account_id)
        row = tx.get(OneTimeCode, account.id) or OneTimeCode(id=account.id, last_step=0, secret=b"")
        row.secret = tx.keys.box(account.owner).seal("one_time_codes.secret", account.id, priya.totp_secret)
        tx.add(row)
        tx.commit()
    with pytest.raises(NotAllowed, match="second_factor_set"):
        one_time_codes.confirm(cast.store, found, "123456", cast.now)


def test_a_participant_whose_factor_is_deleted_is_asked_for_it_too(cast: Cast) -> None:
    sam = cast.sam.viewer.account_id
    with by_hand(cast.store) as tx:
        tx.get_one(Account, sam).second_step = True
        tx.commit()
    assert not signs_in(cast, cast.sam, cast.sam.passphrase).complete


def moves_to(store: Store, enrolment: UUID, practitioner: Somebody) -> None:
    puts(store, "enrolments", enrolment, {"practitioner_id": practitioner.viewer.account_id})


def test_a_participant_who_is_moved_in_the_database_is_nobodys_and_all_else_goes_on(
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


def test_what_somebody_else_wrote_is_never_bound_by_a_later_act(cast: Cast) -> None:
    moves_to(cast.store, cast.sam.enrolment_id, cast.daniel)
    with by_hand(cast.store) as tx:
        row = tx.get_one(Enrolment, cast.sam.enrolment_id)
        row.state = "closed"
        tx.commit()
    assert row_bindings.changed(cast.store) == [RowPlace("enrolments", cast.sam.enrolment_id)]


def test_a_change_between_reading_and_writing_is_not_bound_either(cast: Cast, server: str) -> None:
    if not server:
        return  # there a writer is alone from its first statement on
    with by_hand(cast.store) as tx:
        row = tx.get_one(Enrolment, cast.sam.enrolment_id)
        moves_to(cast.store, cast.sam.enrolment_id, cast.daniel)
        row.state = "closed"
        tx.commit()
    assert row_bindings.changed(cast.store) == [RowPlace("enrolments", cast.sam.enrolment_id)]


def test_two_acts_at_once_leave_the_row_bound(cast: Cast, server: str) -> None:
    """The later one binds what the earlier one committed, not what it read before."""
    if not server:
        return  # there the later one waits before it reads
    account = cast.priya.viewer.account_id
    with by_hand(cast.store) as slow:
        row = slow.get_one(Account, account)
        with by_hand(cast.store) as quick:
            quick.get_one(Account, account).return_asked_at = cast.now
            quick.commit()
        row.reset_asked_at = cast.now
        slow.commit()
    assert row_bindings.changed(cast.store) == []
    with cast.store.reading() as tx:
        found = tx.get_one(Account, account)
        assert found.return_asked_at == found.reset_asked_at == cast.now


def test_no_statement_changes_bound_columns_of_many_rows(cast: Cast) -> None:
    with by_hand(cast.store) as tx:
        for change in (
            update(WebSession).values(ended_at=cast.now),
            update(WebSession.__table__).values(ended_at=cast.now),
            insert(Account).values(role=Role.LEAD),
        ):
            with pytest.raises(AssertionError, match="change its rows one by one"):
                tx.execute(change)
        tx.execute(update(WebSession).values(last_seen_at=cast.now))


def test_whoever_asks_what_is_theirs_also_asks_whether_it_is_intact() -> None:
    """Every function that finds enrolments through the viewer, but for those that only count or leave no row behind."""
    loose = []
    for path in sorted((ROOT / "companion").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name != "theirs" and asks_theirs(node):
                names = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
                names |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
                if not names & {"intact", "shows", "reached", "record_box"}:
                    loose.append(f"{path.stem}.{node.name}")
    assert sorted(loose) == sorted(WITHOUT)


WITHOUT = {
    "activities.workable": "what opens it opens the box of the enrolment's participant for a row that was reached",
    "group_members._taking_part": "its callers ask",
    "board.board_page": "board.page() leaves out what is not intact",
    "board_facts.waiting": "ids for a list of names that leaves out what is not intact",
    "board_facts.have_written": "ids for a list of names that leaves out what is not intact",
    "corrections.own": "a participant's own",
    "group_places._of": "its callers ask enrolment(), or show times without a name",
    "work._theirs": "its callers ask",
}


def asks_theirs(node: ast.FunctionDef) -> bool:
    calls = (each for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(isinstance(each.func, ast.Name) and each.func.id == "theirs" for each in calls)


# From an older version


def test_rows_of_an_older_version_are_bound_a_day_after_the_upgrade(cast: Cast, clock: Clock) -> None:
    store = cast.store
    assert cast.sam and cast.priya
    unbinds(store)
    assert not row_binding.checked(store.keys)
    assert signs_in(cast, cast.sam, cast.sam.passphrase).complete  # nobody is kept out meanwhile
    clock.forward(seconds=GRACE.total_seconds() - 1)
    assert not row_bindings.begin_when_due(store, clock.now)
    clock.forward(seconds=1)
    assert row_bindings.begin_when_due(store, clock.now) and not row_bindings.begin_when_due(store, clock.now)
    assert row_binding.checked(store.keys) and row_bindings.changed(store) == []
    with store.reading() as tx:
        assert tx.get_one(Account, cast.priya.viewer.account_id).second_step
        assert not tx.get_one(Account, cast.sam.viewer.account_id).second_step
        assert tx.scalar(select(AuditEntry.id).where(AuditEntry.event == Event.BINDING_BEGUN))
    plants(store, cast.sam, role=Role.LEAD)
    with pytest.raises(Rejected):
        signs_in(cast, cast.sam, cast.sam.passphrase)


def test_what_an_older_version_wrote_meanwhile_is_settled_whole_by_renewing_it(
    cast: Cast, settings: Settings, clock: Clock
) -> None:
    """It knows neither the binding nor the second step; the record says who set a factor, and whose was reset."""
    assert cast.sam and cast.priya and cast.margaret
    store = cast.store
    joined, reset, set_first = (each.viewer.account_id for each in (cast.priya, cast.sam, cast.margaret))
    puts(store, "accounts", joined, {"second_step": False, "binding": None})
    puts(store, "accounts", reset, {"second_step": True, "binding": None})
    puts(store, "accounts", set_first, {"second_step": False})
    with by_hand(store) as tx:
        rebind_rows.bind(
            tx, Account, [set_first]
        )  # the whole row is as it was: the factor lies in a row of its own
        tx.commit()
    found = row_bindings.to_settle(store)
    assert {each.id for each in found} == {joined, reset, set_first}
    row_bindings.renew(store, found, clock.now)
    assert row_bindings.to_settle(store) == []
    (said,) = (each for each in examined(settings, free_port(), cast.now) if each.about == "bound rows")
    assert said.verdict is Verdict.FINE, said.says
    with store.reading() as tx:
        kept = {each: tx.get_one(Account, each).second_step for each in (joined, reset, set_first)}
    assert kept == {joined: True, reset: False, set_first: True}
    assert not signs_in(cast, cast.priya, cast.priya.passphrase).complete
    assert signs_in(cast, cast.sam, cast.sam.passphrase).complete


def unbinds(store: Store) -> None:
    """As an upgrade leaves it: no row is bound, and none is checked."""
    with store.writing() as tx:
        for model in row_binding.models():
            tx.connection().execute(update(model.__table__).values(binding=None))
        tx.connection().execute(update(table("accounts")).values(second_step=False))
        tx.commit()
    with store.keys.engine.begin() as keys:
        keys.execute(update(BindingRow).values(checked_since=None))
    store.keys.binding.on, store.keys.binding.looked_at = False, float("-inf")


def test_values_that_look_alike_are_told_apart() -> None:
    row, secret = uuid4(), b"k" * 32

    def bound(*columns: tuple[str, Any]) -> bytes:
        return row_binding.value_of(secret, "accounts", row, columns)

    alike = [None, "", b"", 0, False, "0", b"0", 1, True, "1", "None", str(row), row]
    assert len({bound(("role", each)) for each in alike}) == len(alike)
    assert bound(("a", "b"), ("c", "d")) != bound(("a", "bc"), ("", "d"))
    assert bound(("a", None), ("b", 1)) != bound(("a", 1), ("b", None))
    assert row_binding.value_of(secret, "notes", row, [("a", 1)]) != bound(("a", 1))


def test_the_visitor_of_a_changed_account_is_signed_out(cast: Cast, app: Flask) -> None:
    browser = Visitor(app)
    browser.sign_in(cast, cast.sam)
    plants(cast.store, cast.sam, role=Role.LEAD)
    assert browser.get("/my/").path == "/sign-in" and browser.get("/lead/concerns").path == "/sign-in"
