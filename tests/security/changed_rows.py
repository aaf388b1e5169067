"""Change rows as an attacker with full access to the main database could."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table, select, update

from companion.domain.people import Credentials
from companion.services.accounts import sign_in
from companion.services.accounts.sign_in import Browser
from companion.store.accounts.passphrases import Hasher
from companion.store.audit import AuditEntry, Event
from companion.store.base import Model, Store
from tests.cast import Cast
from tests.people import Somebody


def table(name: str) -> Table:
    return Model.metadata.tables[name]


def puts(store: Store, name: str, row: UUID, values: dict[str, Any]) -> None:
    """Write these values to a row."""
    with store.writing() as tx:
        tx.connection().execute(update(table(name)).where(table(name).c.id == row).values(values))
        tx.commit()


def broken_on_record(store: Store) -> list[tuple[UUID | None, str]]:
    with store.reading() as tx:
        query = select(AuditEntry.subject_id, AuditEntry.detail).where(
            AuditEntry.event == Event.BINDING_BROKEN
        )
        return [(row.subject_id, row.detail) for row in tx.execute(query)]


def plants(store: Store, somebody: Somebody, **values: Any) -> None:
    puts(store, "accounts", somebody.viewer.account_id, values)


def signs_in(cast: Cast, who: Somebody, passphrase: str) -> sign_in.Entered:
    return sign_in.sign_in(
        cast.store,
        Hasher(cheap=True),
        Credentials(who.sign_in_name, passphrase),
        Browser("203.0.113.7"),
        cast.now,
    )


def moves_to(store: Store, enrolment: UUID, practitioner: Somebody) -> None:
    puts(store, "enrolments", enrolment, {"practitioner_id": practitioner.viewer.account_id})
