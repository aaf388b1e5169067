"""Erase participants.

A participant asks for erasure, and a lead decides. If the process crashes, the erasure can be repeated.
Companion commits the decision before erasing; from then on nobody can find the participant. Next, Companion
lists the account as erased and destroys its key. Restoring a backup doesn't change the list of erased
accounts. Finally Companion deletes the account's rows.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import update

from companion.domain.people import Role, typed_reference
from companion.domain.records.data_rights import Outcome, refusal
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.domain.schema_state import SchemaState
from companion.services.act import Actor, acting, repeated
from companion.store import audit, keys, outbox, people
from companion.store.accounts import sessions
from companion.store.audit import Event
from companion.store.base import Store, Transaction
from companion.store.concerns import lead_access
from companion.store.outbox import Notice, Outgoing
from companion.store.people import Account
from companion.store.records import erasures, legal_holds
from companion.store.records.erased_list import ErasedList
from companion.store.records.erasures import Erasure

ASKED, AGAIN = "asked", "again"


def ask_for_erasure(actor: Actor) -> None:
    """Record the viewer's request for erasure. Repeating the call while a request is open changes nothing.

    The response is the same whether or not the data can be erased.
    """
    with acting(actor, role=Role.PARTICIPANT) as tx:
        if erasures.ask(tx):
            audit.record(tx, Event.ERASURE_ASKED, subject=actor.viewer.account_id)
        tx.commit()


def refuse(actor: Actor, request_id: UUID, told: str, reason: str) -> None:
    """Let a lead refuse a request for erasure.

    ``told`` is the key of the neutral sentence that the participant reads in reply to the request for
    erasure. The participant never reads ``reason``, the lead's reason for refusing the erasure. Raise
    ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if another lead has decided the
    request.
    """
    heard, words = refusal(told, reason)
    with acting(actor) as tx:
        row = erasures.request_row(tx, actor.viewer, request_id)
        if row.outcome is not None:
            raise ChangedElsewhere
        erasures.decide(tx, row, Outcome.REFUSED)
        row.told = heard
        erasures.keep_reason(tx, row, words)
        outbox.notify(tx, row.account_id, Notice.REQUEST_ANSWERED, row.id)
        audit.record(tx, Event.ERASURE_REFUSED, subject=row.account_id, detail=heard)
        tx.commit()


def approve(actor: Actor, noted: ErasedList, request_id: UUID, reference: str) -> None:
    """Let a lead approve a request for erasure.

    The lead types the participant's reference to confirm. Raise ``Rejected`` if the typed reference is wrong.
    Raise ``NotAllowed`` during a legal hold or while a concern is open. Raise ``ChangedElsewhere`` if another
    lead has decided the request.
    """
    with acting(actor) as tx:
        row = erasures.request_row(tx, actor.viewer, request_id)
        if row.outcome is not None:
            raise ChangedElsewhere
        if typed_reference(reference) != erasures.enrolment_of(tx, row.account_id).reference:
            raise Rejected(Problem("other_reference", field="reference"))
        begin(tx, row.account_id, ASKED)
        erasures.decide(tx, row, Outcome.APPROVED)
        tx.commit()
    carry_out(actor.store, noted, row.account_id, actor.now)


def begin(tx: Transaction, account_id: UUID, why: str, *, again: bool = False) -> None:
    """Record that an account is to be erased. Afterwards, nobody can find the participant, and the
    participant can't sign in.

    The caller commits the transaction. If the erasure has already begun, do nothing. Raise ``NotAllowed``
    during a legal hold or while a concern is open. An erasure that is repeated after a restore (``again``)
    ignores legal holds, open concerns and an erasure that has already begun.
    """
    people.lock(tx, account_id)
    account = tx.get_one(Account, account_id)  # this also finds rows that were changed outside Companion
    enrolment = erasures.enrolment_of(tx, account_id, lock=True)
    if account.erased_at is not None and not again:
        return
    if account_id in legal_holds.held(tx, [account_id]) and not again:
        raise NotAllowed("erasure_held")
    sessions.shut(tx, account, tx.now)
    account.erased_at = enrolment.erased_at = tx.now
    erasures.settle(tx, account_id, tx.now)
    waiting = update(Outgoing).where(Outgoing.account_id == account_id, Outgoing.outcome.is_(None))
    tx.execute(waiting.values(outcome=outbox.Outcome.WITHDRAWN, settled_at=tx.now, claimed_until=None))
    for look_id in lead_access.of(tx, enrolment.id):  # a notice about lead access would be useless now
        outbox.withdraw(tx, Notice.LOOKED_AT, look_id)
    if erasures.erasure_of(tx, account_id) is None:
        tx.add(
            Erasure(
                id=uuid4(),
                account_id=account_id,
                reference=enrolment.reference,
                why=why,
                by_id=tx.actor_id,
                begun_at=tx.now,
            )
        )
    audit.record(tx, Event.ERASURE_BEGUN, subject=account_id, detail=why)
    tx.flush()


def carry_out(store: Store, noted: ErasedList, account_id: UUID, now: datetime) -> None:
    """Carry out an erasure that has been decided. A second call completes any missing steps."""
    noted.add(store.keys, account_id, now)
    store.keys.destroy(keys.participant(account_id), now)
    repeated(lambda: finish(store, account_id, now))


def finish(store: Store, account_id: UUID, now: datetime) -> None:
    """Delete the participant's rows and mark the erasure as done.

    Do nothing if a newer version of Companion has migrated the databases.
    """
    if store.standing() is not SchemaState.CURRENT:
        return
    with store.writing(now) as tx:
        people.lock(tx, account_id)
        erasure = erasures.erasure_of(tx, account_id)
        if erasure is not None:
            erasures.enrolment_of(tx, account_id, lock=True)
            erasures.wipe(tx, account_id)
            if erasure.done_at is None:
                audit.record(tx, Event.ERASED, subject=account_id)
            erasure.done_at = erasure.done_at or now
        tx.commit()
    store.sweep()


def apply(store: Store, noted: ErasedList, now: datetime, *, more: set[UUID] | None = None) -> int:
    """Finish interrupted erasures, and repeat erasures that a restored backup has undone. Return how many
    erasures were finished or repeated.

    Look for erasures in the list of erased accounts, the key store and the database, because any of the three
    may be out of date. ``more`` holds further erased accounts, from another copy of the list.
    """
    known = {*noted.found(store.keys).accounts, *(more or ()), *_destroyed(store)}
    with store.reading() as tx:
        known |= erasures.begun(tx)
        undone = {each for each in known if not _is_done(tx, each)}
    undone |= {each for each in known if store.keys.lives(keys.participant(each))}
    undone |= known - noted.found(store.keys).accounts
    for account_id in sorted(undone):
        with store.writing(now) as tx:
            people.lock(tx, account_id)
            account = tx.get(Account, account_id)  # None if this database is older than the account
            if account is not None and (account.erased_at is None or account_id not in erasures.begun(tx)):
                begin(tx, account_id, AGAIN, again=True)
            tx.commit()
        carry_out(store, noted, account_id, now)
    return len(undone)


def _is_done(tx: Transaction, account_id: UUID) -> bool:
    erasure = erasures.erasure_of(tx, account_id)
    return bool(erasure and erasure.done_at) or tx.get(Account, account_id) is None


def _destroyed(store: Store) -> set[UUID]:
    prefix = keys.participant(UUID(int=0)).partition(":")[0] + ":"
    return {UUID(owner.removeprefix(prefix)) for owner in store.keys.destroyed() if owner.startswith(prefix)}
