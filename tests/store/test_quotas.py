"""Test that nobody can store more data than their quota allows. Test that nothing is lost when a quota is
full.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from companion.domain.activities.answers import Prompt, Value
from companion.domain.activities.list_items import items_of
from companion.domain.concerns.concerns import ConcernKind
from companion.domain.refusals import Rejected
from companion.services.act import Actor
from companion.services.concerns import report
from companion.services.messages import threads
from companion.services.plan import items
from companion.store import quotas
from companion.store.base import Model, Store
from companion.store.quotas import PARTICIPANTS_MOST, ROW, STAFF_MOST, UNCOUNTED, AccountQuota, StoredBytes
from tests.cast import Cast
from tests.counting import counted
from tests.fixtures import Clock
from tests.people import Somebody


def taken(store: Store, who: Somebody) -> int:
    with store.reading() as tx:
        row = tx.get(StoredBytes, who.viewer.account_id)
    return row.count if row else 0


def fills(store: Store, who: Somebody, but: int, now: datetime) -> None:
    """Fill this person's quota except for the number of bytes given as ``but``."""
    mine = AccountQuota.of(who.viewer, now)
    with store.writing() as tx:
        row = tx.get(StoredBytes, who.viewer.account_id)
        mine.take(tx, mine.most - (row.count if row and row.since == mine.since else 0) - but)
        tx.commit()


def test_a_person_may_store_data_up_to_exactly_their_quota(cast: Cast, store: Store) -> None:
    for who, most in ((cast.sam, PARTICIPANTS_MOST), (cast.priya, STAFF_MOST)):
        fills(store, who, 10, cast.now)
        mine = AccountQuota.of(who.viewer, cast.now)
        with store.writing() as tx:
            with pytest.raises(Rejected):
                mine.take(tx, 11)
            mine.take(tx, 10)
            tx.commit()
        assert taken(store, who) == most
        with store.writing() as tx, pytest.raises(Rejected):
            mine.take(tx, 1)


def test_deleting_data_frees_the_quota_again(cast: Cast, store: Store) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(work, "the-week", "6")
    before = taken(store, cast.sam)
    cast.sam.types(work, "glad-of", "x" * 1000)
    assert 1000 + ROW < taken(store, cast.sam) - before < 1000 + ROW + 200
    cast.sam.types(work, "glad-of", "x" * 500)
    assert 500 + ROW < taken(store, cast.sam) - before < 500 + ROW + 200
    cast.sam.types(work, "glad-of", "")
    assert taken(store, cast.sam) - before < 2 * ROW


def test_the_counted_bytes_are_the_total_size_of_the_stored_rows(cast: Cast, store: Store) -> None:
    """Actions in any order add up to the same storage use, and one person's use never affects another's."""
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    others = taken(store, cast.idris)
    cast.sam.finishes(work)
    cast.sam.types(work, "the-week", "9")
    cast.sam.writes("May I bring my notes?")
    items.add(Actor(store, cast.sam.viewer, cast.now), uuid4(), "good", [("I walk", "", "")], None)
    tables = {
        "answers": "work_id",
        "drafts": "work_id",
        "messages": "enrolment_id",
        "plan_items": "enrolment_id",
    }
    total = 0
    with store.reading() as tx:
        for name, column in {**tables, "plan_versions": "enrolment_id"}.items():
            table = Model.metadata.tables[name]
            whose = work if column == "work_id" else cast.sam.enrolment_id
            for row in tx.execute(select(table).where(table.c[column] == whose)).mappings():
                total += ROW + sum(len(row[each] or b"") for each in quotas._sealed(name))
    assert (taken(store, cast.sam), taken(store, cast.idris)) == (total, others)


def test_no_stored_data_is_lost_when_a_quota_is_full(cast: Cast, store: Store) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.types(work, "the-week", "6")
    fills(store, cast.sam, 100, cast.now)
    with pytest.raises(Rejected) as refused:
        cast.sam.writes("May I bring my notes?")
    assert refused.value.problems[0].key == "no_room"
    with pytest.raises(Rejected):
        items.add(Actor(store, cast.sam.viewer, cast.now), uuid4(), "good", [("I walk", "", "")], None)
    assert cast.sam.work(work).drafts["the-week"].typed == {"answer": ["6"]}
    assert not cast.priya.reads_messages_of(cast.sam).messages
    cast.sam.types(work, "the-week", "7")  # the new answer has the same length as the stored one


def test_people_can_report_and_handle_concerns_when_their_quota_is_full(cast: Cast, store: Store) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(work)
    for who in (cast.sam, cast.priya, cast.margaret):
        fills(store, who, 0, cast.now)
    for kind in (ConcernKind.TOLD, ConcernKind.ABOUT_PRACTITIONER):
        report.tell(Actor(store, cast.sam.viewer, cast.now), uuid4(), kind, "I am worried. " * 200)
    concern = cast.priya.raises(cast.sam, "He sounded very low. " * 100)
    cast.margaret.takes(concern)
    cast.margaret.passes_on(concern, "The duty team")
    cast.margaret.closes(concern, "It is done.")
    cast.sam.submits(work)
    with pytest.raises(Rejected):
        cast.priya.notes_on(cast.sam, "He came early.")


def test_reporting_a_concern_does_not_use_up_the_participants_storage_quota(cast: Cast, store: Store) -> None:
    cast.sam.writes("Hello.")
    before = taken(store, cast.sam)
    cast.sam.tells("I am worried.")
    assert taken(store, cast.sam) == before


def test_staff_get_a_new_quota_the_next_day(cast: Cast, store: Store, clock: Clock) -> None:
    assert cast.sam
    fills(store, cast.priya, 0, cast.now)
    with pytest.raises(Rejected) as refused:
        cast.priya.notes_on(cast.sam, "He came early.")
    assert refused.value.problems[0].key == "no_room_today"
    clock.forward(days=1)
    cast.priya.notes_on(cast.sam, "He came early.")


def test_simultaneous_writes_never_exceed_the_quota(cast: Cast, store: Store) -> None:
    """Twenty requests write at once, but the quota has room for only five."""
    each = 1000
    fills(store, cast.sam, 5 * each, cast.now)
    mine = AccountQuota.of(cast.sam.viewer, cast.now)

    def takes(_: int) -> bool:
        with store.writing() as tx:
            try:
                mine.take(tx, each)
            except Rejected:
                return False
            tx.commit()
            return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(takes, range(20))) == 5
    assert taken(store, cast.sam) == PARTICIPANTS_MOST


def test_simultaneous_messages_never_exceed_the_quota(cast: Cast, store: Store) -> None:
    fills(store, cast.sam, 4 * (ROW + 1100), cast.now)

    def sends(number: int) -> bool:
        typed = threads.MessageForm(0, f"tab{number}", {"words": ["x" * 1000]})
        try:
            threads.send(Actor(store, cast.sam.viewer, cast.now), None, uuid4(), typed)
        except Rejected:
            return False
        return True

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(sends, range(10))) == 4
    assert taken(store, cast.sam) <= PARTICIPANTS_MOST


def test_each_save_needs_only_one_sql_statement_to_check_the_quota(cast: Cast, store: Store) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.types(work, "the-week", "6")
    with counted(store) as statements:
        cast.sam.types(work, "the-week", "16")
    assert sum("stored_bytes" in each for each in statements) == 1
    for number in range(15):
        cast.sam.writes(f"Message {number}")
    with counted(store) as again:
        cast.sam.types(work, "the-week", "116")
    assert len(again) == len(statements)


def test_every_table_counts_towards_the_quota_unless_the_exception_is_explained() -> None:
    assert set(UNCOUNTED) <= set(Model.metadata.tables) and all(UNCOUNTED.values())


def test_drafts_are_stored_only_for_questions_that_the_participants_answers_can_lead_to(cast: Cast) -> None:
    """Companion once accepted drafts for list items that didn't exist."""
    work = cast.priya.sets(cast.sam, "people-who-help")

    def refused(prompt_id: str) -> bool:
        try:
            cast.sam.types(work, prompt_id, "x")
        except Rejected as rejected:
            return rejected.problems[0].key == "no_such_prompt"
        return False

    asked = next(each.id for each in cast.sam.work(work).activity.prompts if each.for_each)
    made_up = [f"{asked}.{number:010x}" for number in range(5)]
    assert all(map(refused, made_up))
    cast.sam.answers(work, "people", "Robin, my sister", "Kim, a friend")
    assert all(map(refused, made_up)) and cast.sam.work(work).drafts == {}
    keys = [item.key for item in items_of(*said(cast, work))]
    assert len(keys) == 2
    for key in keys:
        assert not refused(f"{asked}.{key}")
    cast.sam.answers(work, "people", "Robin, my sister", way="answered")
    assert not refused(f"{asked}.{keys[1]}")  # this item already has a draft
    assert len(cast.sam.work(work).drafts) == 2


def said(cast: Cast, work: UUID) -> tuple[Prompt, Value]:
    whole = cast.sam.work(work)
    prompt = whole.activity.prompt("people")
    assert prompt
    return prompt, whole.answers["people"].value
