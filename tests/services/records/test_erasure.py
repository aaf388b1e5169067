"""Test how erasures are requested, approved, prevented and carried out. Test what remains after an erasure."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from companion.config import Settings
from companion.domain.people import Credentials
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.services.accounts import sign_in
from companion.services.accounts.sign_in import Browser
from companion.services.act import Actor
from companion.services.records import erasure
from companion.store import audit, keys, people
from companion.store.accounts.passphrases import Hasher
from companion.store.base import Store
from companion.store.enrolments.enrolments import Enrolment
from companion.store.keys import KeyMissing
from companion.store.operations.migrations import MAIN
from companion.store.operations.open_databases import open_store
from companion.store.outbox import Outgoing
from companion.store.records import erasures
from companion.store.records.erased_list import ErasedList
from companion.store.records.table_policy import BELONGINGS, Fate, his, table
from tests.cast import Cast
from tests.newer import brought_further
from tests.people import Participant
from tests.postgres import keep_rows, put_rows_back
from tests.security.things import things_of
from tests.stored import stored

BOTH = ("data", "data-keys")
Restore = Callable[[bool], None]


@pytest.fixture
def noted(settings: Settings, tmp_path: Path) -> ErasedList:
    return ErasedList.at(tmp_path)


def rows_of(store: Store, who: Participant, *fates: Fate) -> dict[str, int]:
    with store.reading() as tx:
        return {
            name: len(tx.execute(select(table(name).c.id).where(his(name, who.viewer.account_id))).all())
            for name, belonging in BELONGINGS.items()
            if belonging.fate in fates
        }


def is_wiped(store: Store, who: Participant) -> bool:
    """Return whether everything that an erasure must delete has been deleted."""
    with store.reading() as tx:
        account = people.account(tx, who.viewer.account_id)
        row = tx.get_one(Enrolment, who.enrolment_id)
        blank = (account.name, account.sign_in_hash, account.email, account.passphrase_hash)
        done = erasures.erasure_of(tx, account.id)
    return (
        not any(rows_of(store, who, Fate.DELETED).values())
        and blank == (b"", None, None, None)
        and bool(account.erased_at and row.erased_at and done and done.done_at)
        and not store.keys.lives(keys.participant(who.viewer.account_id))
    )


def entries(store: Store, *events: audit.Event) -> list[str]:
    with store.reading() as tx:
        return [
            row.event
            for row in tx.scalars(select(audit.AuditEntry).order_by(audit.AuditEntry.at))
            if row.event in events
        ]


def a_full_life(cast: Cast) -> dict[str, object]:
    """Create rows about Sam in as many tables as possible. No row may prevent Sam's erasure."""
    things = things_of(cast, cast.sam, cast.priya)
    cast.margaret.takes(things["concern_id"])
    cast.margaret.closes(things["concern_id"], "It is done.")
    cast.margaret.lifts(things["hold_id"])
    return things


def test_an_erasure_deletes_everything_except_what_must_be_kept(
    cast: Cast, noted: ErasedList, hasher: Hasher
) -> None:
    things = a_full_life(cast)
    request = things["request_id"]
    assert isinstance(request, UUID)
    owens = rows_of(cast.store, cast.owen, *Fate)
    filled = rows_of(cast.store, cast.sam, Fate.DELETED)
    assert {"answers", "submissions", "plan_items", "messages", "notes", "corrections"} <= {
        name for name, count in filled.items() if count
    }
    cast.margaret.erases(cast.sam, noted, request)
    assert is_wiped(cast.store, cast.sam) and rows_of(cast.store, cast.owen, *Fate) == owens
    opened = cast.margaret.opens(things["concern_id"])
    assert opened.content.participant == "Sam" and opened.content.words == "He sounded very low."
    with pytest.raises(KeyMissing):
        cast.store.keys.box(keys.participant(cast.sam.viewer.account_id))
    with cast.store.reading() as tx:
        assert people.account_signing_in(tx, "sam") is None
        assert audit.verify(tx).broken_at is None
        assert not tx.scalars(select(Outgoing).where(Outgoing.account_id == cast.sam.viewer.account_id)).all()
    assert entries(cast.store, audit.Event.ERASURE_BEGUN, audit.Event.ERASED) == [
        "erasure_begun",
        "erased",
    ]


def test_a_practitioner_cannot_open_a_concern_about_an_erased_participant(
    cast: Cast, noted: ErasedList
) -> None:
    concern = cast.priya.raises(cast.sam, "He sounded very low.")
    cast.margaret.closes(concern, "He is safe.")
    assert cast.priya.opens(concern).content.participant == "Sam"
    cast.margaret.erases(cast.sam, noted)
    assert cast.margaret.opens(concern).content.participant == "Sam"
    with pytest.raises(NotFound):
        cast.priya.opens(concern)


def test_an_erased_participants_sign_in_name_can_be_used_again(
    cast: Cast, noted: ErasedList, hasher: Hasher
) -> None:
    reference = cast.sam.reference
    cast.margaret.erases(cast.sam, noted)
    del cast.__dict__["sam"]
    again = cast.sam
    assert again.sign_in_name == "sam" and again.reference != reference
    assert sign_in.sign_in(
        cast.store, hasher, Credentials("sam", again.passphrase), Browser("192.0.2.1"), cast.now
    )


@pytest.mark.parametrize("held_by", ["hold", "concern"])
def test_a_legal_hold_or_an_open_concern_prevents_an_erasure(
    cast: Cast, noted: ErasedList, held_by: str
) -> None:
    request, _lead = cast.sam.asks_to_be_erased(), cast.margaret
    concern = cast.priya.raises(cast.sam, "He sounded very low.") if held_by == "concern" else None
    hold = cast.margaret.holds(cast.sam) if held_by == "hold" else None
    before = stored(cast.store, "audit_entries")
    with pytest.raises(NotAllowed, match="erasure_held"):
        cast.margaret.erases(cast.sam, noted, request)
    assert stored(cast.store, "audit_entries") == before and not noted.path.exists()
    if hold:
        cast.margaret.lifts(hold)
    if concern:
        cast.margaret.closes(concern, "It is done.")
    cast.margaret.erases(cast.sam, noted, request)
    assert is_wiped(cast.store, cast.sam)


def test_only_a_lead_can_decide_on_an_erasure(cast: Cast, noted: ErasedList) -> None:
    request = cast.sam.asks_to_be_erased()
    for who in (cast.priya, cast.alex, cast.sam, cast.owen):
        with pytest.raises(NotFound):
            erasure.refuse(who.actor, request, "must_keep", "No.")
        with pytest.raises(NotFound):
            erasure.approve(who.actor, noted, request, cast.sam.reference)
    with pytest.raises(NotFound):
        erasure.ask_for_erasure(cast.priya.actor)
    with pytest.raises(Rejected, match="other_reference"):
        erasure.approve(cast.margaret.actor, noted, request, cast.owen.reference)
    erasure.refuse(cast.margaret.actor, request, "must_keep", "Too early.")
    with pytest.raises(ChangedElsewhere):
        cast.margaret.erases(cast.sam, noted, request)
    with pytest.raises(ChangedElsewhere):
        erasure.refuse(cast.ruth.actor, request, "in_use", "No.")
    with cast.store.reading() as tx:
        (decided,) = erasures.requests(tx, cast.margaret.viewer, decided=True)
        assert (decided.told, decided.reason, decided.done) == ("must_keep", "Too early.", False)
        assert erasures.requests(tx, cast.margaret.viewer) == []
    assert cast.sam.asks_to_be_erased() != request  # the participant may ask again


def test_if_two_leads_approve_an_erasure_at_the_same_time_only_one_approval_counts(
    cast: Cast, noted: ErasedList
) -> None:
    request, leads = cast.sam.asks_to_be_erased(), (cast.margaret, cast.ruth)
    reference, told = cast.sam.reference, []

    def approves(viewer: object) -> None:
        try:
            erasure.approve(Actor(cast.store, viewer, cast.now), noted, request, reference)  # type: ignore[arg-type]
            told.append("done")
        except ChangedElsewhere:
            told.append("too late")

    together = [threading.Thread(target=approves, args=(lead.viewer,)) for lead in leads]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert sorted(told) == ["done", "too late"] and is_wiped(cast.store, cast.sam)
    assert entries(cast.store, audit.Event.ERASED) == ["erased"]


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from companion.config import Settings
from companion.services.records import erasure
from companion.store import keys
from companion.store.base import Store
from companion.store.records.erased_list import ErasedList
from companion.store.operations.open_databases import open_store
from companion.domain.people import Role, Viewer
from companion.services.act import Actor

step, home, lead, request, reference = sys.argv[1:]
def die(*_args, **_more): os.kill(os.getpid(), signal.SIGKILL)
place, name = {
    "noted": (ErasedList, "add"), "destroyed": (keys.Keys, "destroy"), "finished": (erasure, "finish"),
    "swept": (Store, "sweep"),
}[step]
setattr(place, name, die)
viewer = Viewer(UUID(lead), Role.LEAD, "Margaret")
actor = Actor(open_store(Settings.from_environment()), viewer, datetime.now(UTC))
erasure.approve(actor, ErasedList.at(Path(home)), UUID(request), reference)
"""
"""A script that starts an erasure and is killed at the named step."""


@pytest.mark.parametrize("step", ["noted", "destroyed", "finished", "swept"])
def test_an_erasure_killed_at_any_step_is_finished_later(
    cast: Cast, noted: ErasedList, settings: Settings, tmp_path: Path, step: str
) -> None:
    request = cast.sam.asks_to_be_erased()
    environment = {
        **os.environ,
        "COMPANION_MODE": "test",
        "COMPANION_HOME": str(settings.home),
        "COMPANION_DATABASE_URL": settings.database_url,
        "COMPANION_KEYS_URL": settings.keys_url,
    }
    lead = str(cast.margaret.viewer.account_id)
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, step, str(tmp_path), lead, str(request), cast.sam.reference],
        env=environment,
        cwd=Path(__file__).parents[3],
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    # even before the erasure is finished, the participant's account counts as erased
    with cast.store.reading() as tx:
        assert people.account(tx, cast.sam.viewer.account_id).erased_at is not None
        assert bool(erasures.unfinished(tx)) == (step != "swept")
    erasure.apply(cast.store, noted, cast.now)
    assert is_wiped(cast.store, cast.sam)
    assert erasure.apply(cast.store, noted, cast.now) == 0


def test_a_newer_version_finishes_an_erasure_that_an_older_version_started(
    cast: Cast, noted: ErasedList
) -> None:
    """An older version of Companion doesn't erase rows from tables that a later version has added."""
    cast.sam.writes("Something to be forgotten.")
    with brought_further(cast.store._engine, MAIN):
        cast.margaret.erases(cast.sam, noted)
        erasure.apply(cast.store, noted, cast.now)
    assert not cast.store.keys.lives(keys.participant(cast.sam.viewer.account_id))
    assert rows_of(cast.store, cast.sam, Fate.DELETED)["messages"] == 1
    with cast.store.reading() as tx:
        assert erasures.unfinished(tx) == [cast.sam.viewer.account_id]
    assert entries(cast.store, audit.Event.ERASED) == []
    assert erasure.apply(cast.store, noted, cast.now) == 1
    assert is_wiped(cast.store, cast.sam)


@pytest.fixture
def backup(cast: Cast, settings: Settings, server: str, tmp_path: Path) -> Callable[[], Restore]:
    """Return a function that copies both databases."""

    def copy() -> Restore:
        if server:
            keep_rows(settings, "backup")
            return lambda keys: put_rows_back(settings, "backup", keys=keys)
        for folder in BOTH:
            shutil.copytree(settings.home / folder, tmp_path / "backup" / folder)
        return restore

    def restore(keys: bool) -> None:
        for folder in BOTH if keys else BOTH[:1]:
            for file in (settings.home / folder).iterdir():
                file.unlink()
            shutil.copytree(tmp_path / "backup" / folder, settings.home / folder, dirs_exist_ok=True)

    return copy


def test_nobody_can_read_an_erased_participants_data_in_old_backups_without_the_participants_key(
    cast: Cast, noted: ErasedList, settings: Settings, backup: Callable[[], Restore]
) -> None:
    cast.sam.writes("Something to be forgotten.")
    restore = backup()
    cast.margaret.erases(cast.sam, noted)
    cast.store.close()
    restore(False)
    restored = open_store(settings)
    with restored.reading() as tx, pytest.raises(KeyMissing):
        people.name(tx, people.account(tx, cast.sam.viewer.account_id))
    assert erasure.apply(restored, noted, cast.now) == 1 and is_wiped(restored, cast.sam)
    restored.close()


def test_erased_people_stay_erased_after_a_restore(
    cast: Cast, noted: ErasedList, settings: Settings, backup: Callable[[], Restore]
) -> None:
    cast.owen.writes("I am still here.")
    cast.sam.writes("Something to be forgotten.")
    assert cast.margaret
    restore = backup()
    cast.margaret.erases(cast.sam, noted)
    cast.store.close()
    restore(True)
    restored = open_store(settings)
    with restored.reading() as tx:
        assert people.name(tx, people.account(tx, cast.sam.viewer.account_id)) == "Sam"
    assert erasure.apply(restored, noted, cast.now) == 1
    assert is_wiped(restored, cast.sam) and not is_wiped(restored, cast.owen)
    assert erasure.apply(restored, noted, cast.now) == 0
    restored.close()


def test_forged_lines_in_the_list_of_erased_people_erase_nobody(
    cast: Cast, noted: ErasedList, tmp_path: Path
) -> None:
    cast.margaret.erases(cast.sam, noted)
    genuine = noted.path.read_bytes()
    forged = genuine.replace(
        str(cast.sam.viewer.account_id).encode(), str(cast.owen.viewer.account_id).encode()
    )
    noted.path.write_bytes(genuine + forged + b"{}\nnot json\n" + genuine[:40])
    found = noted.found(cast.store.keys)
    assert found.accounts == {cast.sam.viewer.account_id} and found.damaged == 4
    assert erasure.apply(cast.store, noted, cast.now) == 0 and not is_wiped(cast.store, cast.owen)
    cast.margaret.erases(cast.owen, noted)  # the line for this erasure follows an incomplete line
    assert noted.found(cast.store.keys).accounts >= {cast.owen.viewer.account_id}


def test_an_erasure_that_is_started_twice_keeps_its_first_date(cast: Cast, noted: ErasedList) -> None:
    asked, sam = cast.sam.asks_to_be_erased(), cast.sam
    # the retention schedule starts an erasure while the request is open
    with cast.store.writing(cast.now) as tx:
        erasure.begin(tx, sam.viewer.account_id, "retention:over")
        tx.commit()
    later = cast.now + timedelta(days=3)
    with pytest.raises(ChangedElsewhere):  # the other erasure has closed the request
        erasure.approve(cast.margaret.at(later), noted, asked, sam.reference)
    with cast.store.writing(later) as tx:
        erasure.begin(tx, sam.viewer.account_id, "asked")
        tx.commit()
    erasure.carry_out(cast.store, noted, sam.viewer.account_id, later)
    assert is_wiped(cast.store, sam)
    with cast.store.reading() as tx:
        assert people.account(tx, sam.viewer.account_id).erased_at == cast.now
        begun = erasures.erasure_of(tx, sam.viewer.account_id)
        assert begun and (begun.begun_at, begun.why) == (cast.now, "retention:over")
    assert entries(cast.store, audit.Event.ERASURE_BEGUN) == [audit.Event.ERASURE_BEGUN]
