"""Test that an upgrade adds keyed hashes to an older version's rows."""

import pytest
from sqlalchemy import select, update

from companion.cli.doctor import examined
from companion.config import Settings
from companion.domain.operations.health import Verdict
from companion.domain.people import Role
from companion.domain.refusals import Rejected
from companion.services.operations import row_bindings
from companion.services.operations.row_bindings import GRACE
from companion.store import row_binding
from companion.store.audit import AuditEntry, Event
from companion.store.base import Store
from companion.store.operations import rebind_rows
from companion.store.people import Account
from companion.store.row_binding import BindingRow
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import Clock
from tests.ports import free_port
from tests.security.changed_rows import plants, puts, signs_in, table


def test_one_day_after_the_upgrade_rows_without_a_keyed_hash_get_a_keyed_hash(
    cast: Cast, clock: Clock
) -> None:
    store = cast.store
    assert cast.sam and cast.priya
    unbinds(store)
    assert not row_binding.checked(store.keys)
    # everybody can sign in before the rows have keyed hashes
    assert signs_in(cast, cast.sam, cast.sam.passphrase).complete
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


def test_renewing_keyed_hashes_takes_each_accounts_second_step_from_the_audit(
    cast: Cast, settings: Settings, clock: Clock
) -> None:
    """In data from older versions of Companion, only the audit shows which accounts have a second step."""
    assert cast.sam and cast.priya and cast.margaret
    store = cast.store
    joined, reset, set_first = (each.viewer.account_id for each in (cast.priya, cast.sam, cast.margaret))
    puts(store, "accounts", joined, {"second_step": False, "binding": None})
    puts(store, "accounts", reset, {"second_step": True, "binding": None})
    puts(store, "accounts", set_first, {"second_step": False})
    with by_hand(store) as tx:
        rebind_rows.bind(
            tx, Account, [set_first]
        )  # the second step is stored in another row, not in the account's own row
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
    """Make the database look as it does just after an upgrade, when rows have no keyed hashes and Companion
    hasn't checked them.
    """
    with store.writing() as tx:
        for model in row_binding.models():
            tx.connection().execute(update(model.__table__).values(binding=None))
        tx.connection().execute(update(table("accounts")).values(second_step=False))
        tx.commit()
    with store.keys.engine.begin() as keys:
        keys.execute(update(BindingRow).values(checked_since=None))
    store.keys.binding.on, store.keys.binding.looked_at = False, float("-inf")
