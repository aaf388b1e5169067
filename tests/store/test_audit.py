"""The record of who did what: nobody changes, removes or invents a line of it unseen."""

import hashlib
import hmac
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta, timezone
from threading import Barrier, Event
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from companion.cli.audit import seal_now
from companion.config import Settings
from companion.domain.people import Viewer
from companion.domain.refusals import NotAllowed, NotFound
from companion.services.authoring import approval
from companion.services.work import answers
from companion.store import audit, audit_head
from companion.store.audit import AuditEntry, Disordered, Verdict, Wrong
from companion.store.audit_head import Head, HeadRow
from companion.store.base import Store, Transaction
from companion.store.operations.open_databases import prepare
from tests.cast import Cast
from tests.fixtures import Clock
from tests.tampering import tampering


def writes(store: Store, clock: Clock, count: int = 1) -> None:
    """So many things happen, a second apart."""
    for _ in range(count):
        clock.forward(seconds=1)
        with store.writing() as tx:
            audit.record(tx, audit.Event.SIGNED_IN, clock.now, None)
            tx.commit()


def checked(store: Store, kept_head: str = "") -> Verdict:
    with store.reading() as tx:
        return audit.verify(tx, kept_head)


def lines(store: Store) -> list[AuditEntry]:
    """Every line, in the order of the chain, what is not chained last."""
    with store.reading() as tx:
        return list(
            tx.scalars(
                select(AuditEntry).order_by(AuditEntry.position.is_(None), AuditEntry.position, AuditEntry.at)
            )
        )


@pytest.fixture
def chained(store: Store, clock: Clock) -> Store:
    """A chain of at least ten lines."""
    writes(store, clock, 10)
    assert seal_now(store) == len(lines(store))
    return store


def test_every_line_carries_its_keyed_hash_from_the_first_moment(store: Store, clock: Clock) -> None:
    writes(store, clock)
    assert all(len(line.mac) == 32 for line in lines(store))
    assert len({line.mac for line in lines(store)}) == len(lines(store))
    assert checked(store).broken_at is None


def test_a_line_holds_whatever_the_zone_of_the_clock_that_wrote_it(store: Store, clock: Clock) -> None:
    with store.writing() as tx:
        audit.record(tx, audit.Event.SIGNED_IN, clock.now.astimezone(timezone(timedelta(hours=1))), None)
        tx.commit()
    seal_now(store)
    assert checked(store).broken_at is None


def test_a_chain_grows_and_holds(chained: Store, clock: Clock) -> None:
    head = checked(chained).head
    length = len(lines(chained))
    writes(chained, clock, 2)
    assert checked(chained) == Verdict(length, 2, head, None)
    assert seal_now(chained) == 2 and seal_now(chained) == 0
    later = checked(chained, head)
    assert (later.sealed, later.loose, later.broken_at) == (length + 2, 0, None)
    assert later.head != head and [line.position for line in lines(chained)] == [*range(1, length + 3)]


def swapped(tx: Transaction, one: AuditEntry, other: AuditEntry) -> None:
    """Two lines change places, with their links."""
    tx.execute(update(AuditEntry).where(AuditEntry.id == one.id).values(position=None))
    tx.execute(
        update(AuditEntry).where(AuditEntry.id == other.id).values(position=one.position, link=one.link)
    )
    tx.execute(
        update(AuditEntry).where(AuditEntry.id == one.id).values(position=other.position, link=other.link)
    )


CHANGES = {"event": "signed_out", "detail": "x", "actor_id": UUID(int=1), "actor_role": "lead"}
CHANGES |= {
    "subject_id": UUID(int=1),
    "look_id": UUID(int=1),
    "enrolment_id": UUID(int=1),
    "mac": b"x" * 32,
    "link": b"x" * 32,
}


def test_a_changed_line_is_named(chained: Store, clock: Clock) -> None:
    fourth = lines(chained)[3]
    for column, value in (CHANGES | {"at": clock.now, "position": 999}).items():
        for now in (value, getattr(fourth, column)):
            with tampering(chained) as tx:
                tx.execute(update(AuditEntry).where(AuditEntry.id == fourth.id).values({column: now}))
            assert checked(chained).broken_at == (4 if now == value else None), column


@pytest.mark.parametrize("place", [1, 4])
def test_a_line_that_is_gone_or_has_moved_is_named(place: int, chained: Store) -> None:
    one, other = (each for each in lines(chained) if each.position in (place, place + 2))
    with tampering(chained) as tx:
        swapped(tx, one, other)
    assert checked(chained).broken_at == place
    with tampering(chained) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position == place))
    assert checked(chained).broken_at == place


def test_a_line_from_another_past_does_not_fit(chained: Store, clock: Clock) -> None:
    """Somebody brings back a line from a copy of the database that went on otherwise, at its own place."""
    *_, before, last = lines(chained)
    kept = {column.key: getattr(last, column.key) for column in AuditEntry.__table__.columns}
    with tampering(chained) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.id.in_((before.id, last.id))))
    forgets(chained)
    writes(chained, clock, 2)
    seal_now(chained)
    assert checked(chained).broken_at is None
    with tampering(chained) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position == last.position))
        tx.execute(insert(AuditEntry).values(kept))
    found = checked(chained)  # the link itself shows it, and not only the head that is remembered
    assert (found.broken_at, found.wrong) == (last.position, Wrong.ENTRY)


def test_a_cut_tail_is_found_with_a_head_that_was_kept(chained: Store, clock: Clock) -> None:
    head, length = checked(chained).head, len(lines(chained))
    writes(chained, clock)
    seal_now(chained)
    assert checked(chained, head).broken_at is None
    with tampering(chained) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position >= length))
    forgets(chained)
    assert checked(chained).broken_at is None  # without it nothing shows
    assert (found := checked(chained, head)).wrong is Wrong.UNKNOWN_HEAD and found.broken_at is None
    writes(chained, clock, 3)
    seal_now(chained)
    assert checked(chained, head).wrong is Wrong.UNKNOWN_HEAD  # also after it has grown again


def forgets(store: Store) -> None:
    """Somebody who has both databases makes the key store remember nothing."""
    with store.keys.engine.begin() as keys:
        keys.execute(update(HeadRow).values(position=0, link=b""))


def remembers(store: Store) -> Head:
    found = audit_head.remembered(store.keys)
    assert found is not None
    return found


def unchained(store: Store, gone: int) -> None:
    """One entry is removed, and all later ones are made to look as if nobody had chained them yet."""
    with tampering(store) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position == gone))
        tx.execute(update(AuditEntry).where(AuditEntry.position > gone).values(position=None, link=None))


@pytest.mark.parametrize("gone", [1, 4])
def test_a_deleted_entry_cannot_be_chained_over(gone: int, chained: Store, clock: Clock) -> None:
    """Without the remembered head the sealer chained the rest again, and nothing showed."""
    head, length = remembers(chained), len(lines(chained))
    assert head == Head.parsed(checked(chained).head) and head.position == length
    unchained(chained, gone)
    writes(chained, clock)
    for _ in range(2):
        with pytest.raises(Disordered, match=f"does not hold entry {length}"):
            seal_now(chained)
    found = checked(chained)
    assert (found.broken_at, found.wrong) == (gone, Wrong.REMEMBERED)
    assert remembers(chained) == head


def test_what_an_older_version_chained_over_is_found_too(chained: Store, clock: Clock) -> None:
    head, length = remembers(chained), len(lines(chained))
    unchained(chained, 4)
    forgets(chained)
    writes(chained, clock, 3)
    seal_now(chained)
    with chained.keys.engine.begin() as keys:
        keys.execute(update(HeadRow).values(position=head.position, link=head.link))
    assert len(lines(chained)) > length
    found = checked(chained)
    assert (found.broken_at, found.wrong) == (length, Wrong.REMEMBERED)
    with pytest.raises(Disordered):
        seal_now(chained)


def test_a_head_that_lags_behind_after_a_crash_is_caught_up(chained: Store, clock: Clock) -> None:
    head = remembers(chained)
    writes(chained, clock, 2)
    with chained.writing() as tx:  # the process ends here, between the two databases
        audit.seal(tx)
        tx.commit()
    assert remembers(chained) == head and checked(chained).broken_at is None
    assert seal_now(chained) == 0  # nothing is loose
    assert remembers(chained) == Head.parsed(checked(chained).head) != head


def test_a_slower_sealer_never_takes_the_remembered_head_back(chained: Store, clock: Clock) -> None:
    before = remembers(chained)
    writes(chained, clock)
    seal_now(chained)
    newest = remembers(chained)
    audit_head.remember(chained.keys, before)
    assert remembers(chained) == newest != before


def test_nothing_is_chained_where_the_key_store_remembers_no_head(chained: Store, clock: Clock) -> None:
    with chained.keys.engine.begin() as keys:
        keys.execute(delete(HeadRow))
    writes(chained, clock)
    with pytest.raises(Disordered, match="Run migrate"):
        seal_now(chained)


def test_a_chain_from_before_heads_were_remembered_is_remembered_by_migrate_on_record(
    chained: Store, settings: Settings, clock: Clock
) -> None:
    head = remembers(chained)
    with chained.keys.engine.begin() as keys:
        keys.execute(delete(HeadRow))
    for _ in range(2):
        prepare(settings, clock.now)
        assert remembers(chained) == head
    recorded = [line for line in lines(chained) if line.event == audit.Event.HEAD_REMEMBERED]
    assert [line.detail for line in recorded] == [str(head.position)]
    seal_now(chained)
    assert checked(chained).broken_at is None


def test_an_older_copy_of_the_words_put_back_alone_is_noticed(store: Store, clock: Clock) -> None:
    """Here as rows: what was written since is gone, and all else is as it was then."""
    writes(store, clock, 3)
    seal_now(store)
    then = len(lines(store))
    writes(store, clock, 3)
    seal_now(store)
    with tampering(store) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position > then))
    writes(store, clock)
    with pytest.raises(Disordered):
        seal_now(store)
    assert (checked(store).broken_at, checked(store).wrong) == (then + 1, Wrong.REMEMBERED)


def test_a_head_from_before_anything_was_chained_fits(store: Store, clock: Clock) -> None:
    head = checked(store).head
    assert head == "0:" and checked(store, head).broken_at is None
    writes(store, clock)
    seal_now(store)
    assert checked(store, head).broken_at is None


def test_a_line_that_is_not_chained_yet_cannot_be_invented_or_changed(chained: Store, clock: Clock) -> None:
    writes(chained, clock)
    with tampering(chained) as tx:
        tx.execute(update(AuditEntry).where(AuditEntry.position.is_(None)).values(event="signed_out"))
    assert checked(chained).broken_at == len(lines(chained))


def invented(clock: Clock, position: int | None) -> AuditEntry:
    """A line of somebody who has the database and not the key."""
    mac = hmac.digest(b"another key", b"whatever", hashlib.sha256)
    line = AuditEntry(id=uuid4(), at=clock.now, event="signed_in", mac=mac, detail="")
    line.position, line.link = position, mac if position else None
    return line


def test_an_invented_line_is_named(chained: Store, clock: Clock) -> None:
    length = len(lines(chained))
    for position in (length + 1, None):
        line = invented(clock, position)
        with tampering(chained) as tx:
            tx.add(line)
        assert checked(chained).broken_at == length + 1
        with tampering(chained) as tx:
            tx.execute(delete(AuditEntry).where(AuditEntry.id == line.id))
    assert checked(chained).broken_at is None


def test_a_chain_that_is_made_anew_without_the_key_is_named(chained: Store, clock: Clock) -> None:
    """The third line is gone, another stands in the middle, and all that follows is chained again."""
    after = lines(chained)[3:]
    with tampering(chained) as tx:
        tx.execute(delete(AuditEntry).where(AuditEntry.position >= 3))
        link = lines(chained)[1].link or b""
        for position, line in enumerate([invented(clock, 3), *after], 3):
            link = hmac.digest(b"another key", link + line.mac, hashlib.sha256)
            values = {column.key: getattr(line, column.key) for column in AuditEntry.__mapper__.columns}
            tx.execute(insert(AuditEntry).values(values | {"position": position, "link": link}))
    assert len(lines(chained)) >= 10 and checked(chained).broken_at == 3


@pytest.mark.parametrize("where", ["in the chain", "loose"])
def test_the_database_itself_refuses_to_change_or_to_remove_a_line(
    where: str, chained: Store, clock: Clock
) -> None:
    writes(chained, clock)
    of = AuditEntry.position == 4 if where == "in the chain" else AuditEntry.position.is_(None)
    kept = lines(chained)
    changes = [
        *(update(AuditEntry).where(of).values({column: value}) for column, value in CHANGES.items()),
        update(AuditEntry).where(of).values(at=clock.now + timedelta(days=1)),
        delete(AuditEntry).where(of),
        delete(AuditEntry),
    ]
    if where == "loose":
        changes.pop(list(CHANGES).index("link"))  # its place in the chain is put in once
    else:
        changes.append(update(AuditEntry).where(of).values(position=None))
    for change in changes:
        with chained.writing() as tx, pytest.raises(IntegrityError, match="the audit only grows"):
            tx.execute(change)
    if chained.keys.engine.dialect.name == "postgresql":
        with chained.writing() as tx, pytest.raises(IntegrityError, match="the audit only grows"):
            tx.execute(text("TRUNCATE audit_entries"))
    assert [line.id for line in lines(chained)] == [line.id for line in kept]


def test_a_text_is_never_a_detail(store: Store, clock: Clock) -> None:
    with store.writing() as tx:
        for words in ("I walked", "I walked home.", "a\nb", "x" * 61, "caf\u00e9", "what?"):
            with pytest.raises(ValueError, match="never a text"):
                audit.record(tx, audit.Event.SIGNED_IN, clock.now, None, detail=words)


def test_many_sealers_at_once_make_one_chain(store: Store, clock: Clock) -> None:
    def seals(gate: Barrier) -> int:
        gate.wait()
        return seal_now(store)

    for _ in range(5):
        writes(store, clock, 5)
        with ThreadPoolExecutor(6) as threads:
            assert max(threads.map(seals, [Barrier(6)] * 6)) >= 5
    seal_now(store)
    length = len(lines(store))
    assert [line.position for line in lines(store)] == [*range(1, length + 1)]
    assert checked(store).broken_at is None


def test_a_slow_sealer_never_changes_what_another_has_chained(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_now(store)
    numbers = iter(range(1, 9))
    monkeypatch.setattr(
        audit, "uuid4", lambda: UUID(int=next(numbers))
    )  # the order of writing is that of ids
    writes(store, clock, 2)
    looked = Event()

    def slow_sealer() -> None:
        with store.writing() as tx:  # something that happened earlier becomes visible only now
            audit.record(tx, audit.Event.SIGNED_OUT, clock.now - timedelta(milliseconds=500), None)
            tx.commit()
        with suppress(IntegrityError), store.writing() as tx:
            audit.seal(tx)
            looked.set()
            tx.commit()

    with ThreadPoolExecutor(1) as thread:
        with store.writing() as tx:
            audit.seal(tx)
            tx.flush()
            slow = thread.submit(slow_sealer)
            looked.wait(0.5)  # on SQLite he waits for his turn instead
            head = audit.verify(tx).head
            tx.commit()
        slow.result()
    seal_now(store)
    assert checked(store, head).broken_at is None
    assert checked(store, head).loose == 0


def acts(cast: Cast) -> list[tuple[Callable[[], object], type[Exception], Viewer, str]]:
    """What is refused, to whom, and the key of the reason."""
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    idris, daniel, alex = cast.idris.viewer, cast.daniel.viewer, cast.alex.viewer
    typed = cast.sam.typing(piece, "the-week", "1")
    return [
        (lambda: cast.sam.submits(piece), NotAllowed, cast.sam.viewer, "already_submitted"),
        (lambda: cast.sam.answers(piece, "the-week", "1"), NotAllowed, cast.sam.viewer, "already_submitted"),
        (lambda: answers.save_draft(cast.store, idris, piece, typed, cast.now), NotFound, idris, "NotFound"),
        (lambda: cast.daniel.reads(submission), NotFound, daniel, "NotFound"),
        (lambda: approval.approve(cast.store, alex, piece, 1, cast.now), NotFound, alex, "NotFound"),
    ]


def test_a_refused_act_is_recorded_after_the_rollback(cast: Cast, clock: Clock) -> None:
    for act, refusal, viewer, detail in acts(cast):
        clock.forward(seconds=1)
        before = lines(cast.store)
        with pytest.raises(refusal):
            act()
        (line,) = (each for each in lines(cast.store) if each.id not in {old.id for old in before})
        assert (line.event, line.actor_id, line.detail) == ("refused", viewer.account_id, detail)
        assert line.at == clock.now
    assert checked(cast.store).broken_at is None


def test_a_failed_act_is_recorded_after_the_rollback(
    cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece, before = cast.priya.sets(cast.sam, "a-week-of-choices"), {line.id for line in lines(cast.store)}

    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the words of somebody")

    with monkeypatch.context() as patch:
        patch.setattr(answers.outbox, "notify", breaks)
        cast.sam.finishes(piece)
        with pytest.raises(ZeroDivisionError):
            cast.sam.submits(piece)
    (line,) = (each for each in lines(cast.store) if each.id not in before and each.event != "answer_saved")
    assert (line.event, line.actor_id, line.detail) == (
        "failed",
        cast.sam.viewer.account_id,
        "ZeroDivisionError",
    )
    assert checked(cast.store).broken_at is None


def test_every_look_at_a_submission_is_recorded(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    for _ in range(2):
        cast.priya.reads(submission)
    read = [line for line in lines(cast.store) if line.event == "submission_read"]
    assert [(line.actor_id, line.actor_role, line.subject_id, line.enrolment_id) for line in read] == [
        (cast.priya.viewer.account_id, "practitioner", submission, cast.sam.enrolment_id)
    ] * 2


def test_no_line_holds_a_word(cast: Cast) -> None:
    for act, refusal, _, _ in acts(cast):
        with pytest.raises(refusal):
            act()
    events = {event.value for event in audit.Event}
    for line in lines(cast.store):
        assert line.event in events
        assert re.fullmatch(r"[A-Za-z_0-9]*", line.detail), line.detail
        assert line.actor_role in (None, "participant", "practitioner", "lead", "administrator")
