"""Test what is saved and audited when administrators edit signposts. Test edits by several administrators at
the same time.
"""

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from companion.config import Settings
from companion.content import shipped_directory
from companion.domain.refusals import ChangedElsewhere, NotFound, Refused, Rejected
from companion.domain.signposts.editing import find
from companion.domain.signposts.form import form_of
from companion.domain.signposts.signposts import Directory, Signpost
from companion.services.act import Actor
from companion.services.signposts import editing
from companion.store import audit
from companion.store.audit import Event
from companion.store.base import Store
from companion.store.signposts.help_file import Snapshot
from tests.cast import Cast

SHIPPED = shipped_directory()


@pytest.fixture
def snapshot(settings: Settings) -> Snapshot:
    return Snapshot(settings.home, SHIPPED)


def now_says(store: Store) -> tuple[int, Directory]:
    with store.reading() as tx:
        standing = editing.standing(tx)
    return standing.number, standing.directory


def named(key: str, among: Directory = SHIPPED) -> Signpost:
    signpost = find(among, key)
    assert signpost
    return signpost


def noted(key: str, note: str) -> dict[str, list[str]]:
    return {**form_of(named(key)), "note": [note]}


def recorded(store: Store) -> list[tuple[str, str]]:
    with store.reading() as tx:
        rows = tx.scalars(select(audit.AuditEntry).order_by(audit.AuditEntry.at, audit.AuditEntry.id)).all()
    return [(row.event, row.detail) for row in rows if row.event in (Event.SIGNPOST_CHANGED, Event.REFUSED)]


def test_a_changed_signpost_is_shown_on_the_help_page(cast: Cast, store: Store, snapshot: Snapshot) -> None:
    assert now_says(store) == (0, SHIPPED)
    editing.save(Actor(store, cast.alex.viewer, cast.now), snapshot, "nhs", noted("nhs", "In Wales."), 0)
    number, after = now_says(store)
    note = named("nhs", after).note
    assert number == 1 and note and note["en"] == "In Wales."
    assert snapshot.directory() == after
    assert recorded(store) == [(Event.SIGNPOST_CHANGED, "nhs")]
    with store.reading() as tx:
        ((change, name),) = editing.history(tx, 10)
    assert (change.by, change.act, change.signpost, name) == (
        "Alex",
        "changed",
        "nhs",
        "NHS urgent mental health help",
    )
    assert change.at == cast.now


def test_every_change_to_the_signposts_creates_a_new_version(
    cast: Cast, store: Store, snapshot: Snapshot
) -> None:
    alex = cast.alex.viewer
    new = {**form_of(named("shout")), "name": ["Another line"]}
    editing.save(Actor(store, alex, cast.now), snapshot, "", new, 0)
    editing.move(Actor(store, alex, cast.now), snapshot, "another-line", -1)
    editing.check(Actor(store, alex, cast.now + timedelta(days=91)), snapshot, "nhs", 2)
    editing.remove(Actor(store, alex, cast.now), snapshot, "another-line", 3)
    with store.reading() as tx:
        history = [(c.number, c.act, c.signpost, name) for c, name in editing.history(tx, 10)]
        assert [name for _, name in editing.history(tx, 1)] == ["Another line"]
    assert history == [
        (4, "removed", "another-line", "Another line"),
        (3, "checked", "nhs", "NHS urgent mental health help"),
        (2, "moved", "another-line", "Another line"),
        (1, "added", "another-line", "Another line"),
    ]
    _, after = now_says(store)
    assert named("nhs", after).checked == (cast.now + timedelta(days=91)).date()
    assert find(after, "another-line") is None and snapshot.directory() == after


def test_saving_a_signpost_without_changes_creates_no_version(
    cast: Cast, store: Store, snapshot: Snapshot
) -> None:
    alex = cast.alex.viewer
    editing.save(Actor(store, alex, cast.now), snapshot, "nhs", form_of(named("nhs")), 0)
    editing.check(Actor(store, alex, cast.now), snapshot, "nhs", 0)
    editing.move(Actor(store, alex, cast.now), snapshot, "emergency", -1)
    assert now_says(store) == (0, SHIPPED) and recorded(store) == []


def test_two_administrators_cannot_overwrite_each_others_signpost_changes(
    cast: Cast, store: Store, snapshot: Snapshot
) -> None:
    alex = cast.alex.viewer
    editing.save(Actor(store, alex, cast.now), snapshot, "nhs", noted("nhs", "In Wales."), 0)
    # a signpost that nobody else has changed can be saved
    editing.save(Actor(store, alex, cast.now), snapshot, "shout", noted("shout", "By text."), 0)
    for act in (
        lambda: editing.save(Actor(store, alex, cast.now), snapshot, "nhs", noted("nhs", "Mine."), 0),
        lambda: editing.check(Actor(store, alex, cast.now), snapshot, "nhs", 0),
        lambda: editing.remove(Actor(store, alex, cast.now), snapshot, "nhs", 0),
        lambda: editing.save(Actor(store, alex, cast.now), snapshot, "nhs", noted("nhs", "Mine."), 99),
    ):
        with pytest.raises(ChangedElsewhere):
            act()
    assert now_says(store)[0] == 2
    editing.remove(Actor(store, alex, cast.now), snapshot, "nhs", 2)
    with pytest.raises(ChangedElsewhere):
        editing.save(Actor(store, alex, cast.now), snapshot, "nhs", noted("nhs", "Mine."), 2)


def test_only_one_of_four_simultaneous_saves_of_a_signpost_succeeds(
    cast: Cast, store: Store, snapshot: Snapshot
) -> None:
    alex, ready, refused = cast.alex.viewer, Barrier(4), []

    def saves(note: str) -> None:
        ready.wait()
        try:
            editing.save(Actor(store, alex, cast.now), snapshot, "nhs", noted("nhs", note), 0)
        except ChangedElsewhere:
            refused.append(note)

    threads = [Thread(target=saves, args=(f"Note {number}.",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    number, after = now_says(store)
    assert number == 1 and snapshot.directory() == after


def test_only_administrators_can_edit_signposts(cast: Cast, store: Store, snapshot: Snapshot) -> None:
    for somebody in (cast.margaret, cast.priya, cast.sam):
        for act in (
            lambda who: editing.save(Actor(store, who, cast.now), snapshot, "nhs", noted("nhs", "x"), 0),
            lambda who: editing.check(Actor(store, who, cast.now + timedelta(days=1)), snapshot, "nhs", 0),
            lambda who: editing.move(Actor(store, who, cast.now), snapshot, "nhs", 1),
            lambda who: editing.remove(Actor(store, who, cast.now), snapshot, "nhs", 0),
        ):
            with pytest.raises(NotFound):
                act(somebody.viewer)
    assert now_says(store) == (0, SHIPPED)


@pytest.mark.parametrize("key", ["gone", "", "x" * 5000, "a\ud800"])
def test_an_unknown_signpost_cannot_be_marked_as_checked_or_removed_or_moved(
    cast: Cast, store: Store, snapshot: Snapshot, key: str
) -> None:
    for act in (editing.check, editing.remove):
        with pytest.raises(NotFound):
            act(Actor(store, cast.alex.viewer, cast.now), snapshot, key, 0)
    with pytest.raises(NotFound):
        editing.move(Actor(store, cast.alex.viewer, cast.now), snapshot, key, 1)


def test_a_refused_change_to_a_signpost_stores_nothing(cast: Cast, store: Store, snapshot: Snapshot) -> None:
    unreachable = {**form_of(named("emergency")), "call-shown": [""], "call-dial": [""], "confirmed": ["no"]}
    with pytest.raises(Rejected):
        editing.save(Actor(store, cast.alex.viewer, cast.now), snapshot, "emergency", unreachable, 0)
    with pytest.raises(Refused):
        editing.remove(Actor(store, cast.alex.viewer, cast.now), snapshot, "helpline", 0)
    assert now_says(store) == (0, SHIPPED)


def test_a_changed_signpost_also_reaches_the_signposts_file_on_other_machines(
    cast: Cast, store: Store, snapshot: Snapshot, tmp_path: Path
) -> None:
    other = Snapshot(tmp_path / "other", SHIPPED)
    editing.save(Actor(store, cast.alex.viewer, cast.now), snapshot, "nhs", noted("nhs", "In Wales."), 0)
    assert other.directory() == SHIPPED
    editing.keep(store, other)
    assert other.directory() == now_says(store)[1]


def test_a_signpost_can_be_saved_without_writing_the_signposts_file(
    cast: Cast, store: Store, snapshot: Snapshot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = Snapshot(tmp_path / "blocked", SHIPPED)
    (tmp_path / "blocked").write_text("a file where the folder should be")
    editing.save(Actor(store, cast.alex.viewer, cast.now), blocked, "nhs", noted("nhs", "In Wales."), 0)
    assert now_says(store)[0] == 1 and "could not be written" in caplog.text
