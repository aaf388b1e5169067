"""Test sending messages in both directions, and marking messages as read. Sent messages can't be changed or
withdrawn.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.messages.messages import SHOWN
from companion.domain.refusals import ChangedElsewhere, NotFound, Rejected, SlowDown
from companion.services.messages import threads
from companion.services.messages.threads import MessageForm
from companion.store.audit import AuditEntry, Event
from companion.store.enrolments.enrolments import Enrolment
from companion.store.messages import message_drafts, messages
from companion.store.messages.messages import MessageRow
from companion.store.outbox import Outgoing
from companion.store.rate_limits import LIMITS
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Participant, Staff

WEDNESDAY = date(2026, 11, 25)


def typed(text: str, tab: str = "one", seen: int = 0, beat: int = 0) -> MessageForm:
    return MessageForm(seen, tab, {"words": [text]}, beat)


def noticed(cast: Cast) -> list[UUID]:
    """Return the ids of the people told about a message, oldest notice first."""
    with cast.store.reading() as tx:
        told = select(Outgoing.account_id).where(Outgoing.notice == "message_sent")
        return list(tx.scalars(told.order_by(Outgoing.made_at)))


def recorded(cast: Cast, what: Event) -> list[tuple[UUID | None, str]]:
    with cast.store.reading() as tx:
        entries = tx.scalars(select(AuditEntry).where(AuditEntry.event == what).order_by(AuditEntry.at))
        return [(entry.actor_id, entry.detail) for entry in entries]


def counts(cast: Cast, *participants: Participant) -> dict[UUID, int]:
    with cast.store.reading() as tx:
        return messages.unread(tx, [each.enrolment_id for each in participants])


def waiting_for(cast: Cast, participant: Participant) -> list[str]:
    with cast.store.reading() as tx:
        return messages.have_written(tx, participant.enrolment_id)


def draft(cast: Cast, who: Participant | Staff, of: Participant) -> str:
    with cast.store.reading() as tx:
        found = message_drafts.draft_place(tx, of.enrolment_id, who.viewer).draft(tx)
    return found.typed["words"][0] if found and found.typed else ""


def test_messages_are_unread_until_the_other_person_reads_them(cast: Cast, clock: Clock) -> None:
    cast.sam.writes("May I bring my notebook?")
    assert counts(cast, cast.sam, cast.owen) == {cast.sam.enrolment_id: 1}
    # reading your own message doesn't mark the message as read
    assert cast.sam.reads_messages().messages[0].read_at is None
    clock.forward(hours=1)
    thread = cast.priya.reads_messages_of(cast.sam)
    assert thread.new == thread.messages[0].id and not thread.covering
    assert counts(cast, cast.sam) == {}
    read = cast.sam.reads_messages().messages[0]
    assert (read.read_at, read.read_by) == (clock.now, "Priya")
    clock.forward(hours=1)
    cast.priya.reads_messages_of(cast.sam)  # reading a message again doesn't change when it was first read
    cast.priya.writes_to(cast.sam, "Please do.")
    assert waiting_for(cast, cast.sam) == ["Priya"] and waiting_for(cast, cast.owen) == []
    found = cast.sam.reads_messages()
    assert [(each.his, each.author, each.words) for each in found.messages] == [
        (True, "Sam", "May I bring my notebook?"),
        (False, "Priya", "Please do."),
    ]
    assert found.messages[0].read_at == read.read_at and found.new == found.messages[1].id
    assert waiting_for(cast, cast.sam) == [] and cast.sam.reads_messages().new is None
    sam, priya = cast.sam.viewer.account_id, cast.priya.viewer.account_id
    assert noticed(cast) == [priya, sam]
    assert recorded(cast, Event.MESSAGE_SENT) == [(sam, ""), (priya, "")]
    assert recorded(cast, Event.MESSAGE_READ) == [(priya, ""), (priya, ""), (sam, "")]


def test_only_a_participant_and_their_practitioner_can_read_their_messages(cast: Cast) -> None:
    cast.sam.writes("May I bring my notebook?")
    for outsider in (cast.owen, cast.idris, cast.daniel, cast.margaret, cast.alex):
        for act in (
            lambda who: threads.open_thread(who.actor, cast.sam.enrolment_id, None),
            lambda who: threads.send(who.actor, cast.sam.enrolment_id, uuid4(), typed("Hello")),
            lambda who: threads.save_draft(who.actor, cast.sam.enrolment_id, typed("Hello")),
        ):
            with pytest.raises(NotFound):
                act(outsider)
    for staff in (cast.margaret, cast.alex, cast.priya):
        with pytest.raises(NotFound):
            threads.open_thread(staff.actor, None, None)
    assert len(cast.sam.reads_messages().messages) == 1


def test_a_message_sent_several_times_at_once_is_sent_once(cast: Cast) -> None:
    same = uuid4()

    def send(_: int) -> None:
        threads.send(cast.sam.actor, None, same, typed("Hello"))

    assert cast.sam
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send, range(4)))
    assert len(cast.sam.reads_messages().messages) == 1 == len(noticed(cast))


def test_messages_sent_at_the_same_moment_are_numbered_in_order(cast: Cast) -> None:
    acts = [
        lambda: cast.sam.writes("From Sam"),
        lambda: cast.priya.writes_to(cast.sam, "From Priya"),
    ] * 3
    assert cast.sam
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(act) for act in acts]:
            done.result()
    found = cast.sam.reads_messages().messages
    assert [each.number for each in found] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("words", ["", " \n ", "x" * 4001, "a\x00b"])
def test_a_refused_message_is_kept_as_a_draft(cast: Cast, words: str) -> None:
    with pytest.raises(Rejected):
        cast.sam.writes(words)
    assert cast.sam.reads_messages().messages == [] and draft(cast, cast.sam, cast.sam) == words
    cast.sam.writes("x" * 4000)
    assert draft(cast, cast.sam, cast.sam) == ""


def test_only_the_messages_on_the_open_page_are_marked_as_read(
    cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "message.thread", 1000)
    for number in range(SHOWN + 3):
        cast.sam.writes(f"Message {number + 1}")
    thread = cast.priya.reads_messages_of(cast.sam)
    assert [each.number for each in thread.messages] == list(range(4, SHOWN + 4))
    assert (thread.before, thread.new_before) == (4, 3) and counts(cast, cast.sam) == {
        cast.sam.enrolment_id: 3
    }
    earlier = cast.priya.reads_messages_of(cast.sam, thread.before)
    assert [each.words for each in earlier.messages] == ["Message 1", "Message 2", "Message 3"]
    assert earlier.before is None and counts(cast, cast.sam) == {}
    for odd in (-1, 0, 1):
        assert cast.priya.reads_messages_of(cast.sam, odd).messages == []


def test_messages_over_the_hourly_limit_are_kept_as_a_draft(cast: Cast, clock: Clock) -> None:
    for number in range(LIMITS["message.thread"]):
        cast.sam.writes(f"Message {number}")
    with pytest.raises(SlowDown) as slow:
        cast.sam.writes("One more")
    assert 0 < slow.value.seconds <= 3600 and draft(cast, cast.sam, cast.sam) == "One more"
    cast.owen.writes("Each has his own limit")
    cast.priya.writes_to(cast.sam, "And so has each side")
    clock.forward(minutes=59)
    with pytest.raises(SlowDown):
        cast.sam.writes("One more")
    clock.forward(minutes=1)
    cast.sam.writes("One more")
    assert len(cast.sam.reads_messages().messages) == LIMITS["message.thread"] + 2


def test_two_windows_cannot_overwrite_each_others_message_draft(cast: Cast) -> None:
    def save(who: Participant | Staff, what: MessageForm) -> int:
        place = cast.sam.enrolment_id
        return threads.save_draft(who.actor, place, what).revision

    save(cast.priya, typed("Dear Sam"))
    first = save(cast.sam, typed("I wanted", beat=1))
    with pytest.raises(ChangedElsewhere):
        save(cast.sam, typed("Something else", "two"))
    save(cast.sam, typed("I wanted to ask", beat=3))
    save(cast.sam, typed("I wanted to", beat=2))  # this draft arrives late
    assert draft(cast, cast.sam, cast.sam) == "I wanted to ask"
    assert draft(cast, cast.priya, cast.sam) == "Dear Sam"

    # the message from the other window is sent, and this window's draft is kept
    threads.send(cast.sam.actor, None, uuid4(), typed("From the other", "two"))
    assert draft(cast, cast.sam, cast.sam) == "I wanted to ask"
    now_shown = first + 1
    threads.send(cast.sam.actor, None, uuid4(), typed("Sent", "new", now_shown))
    assert draft(cast, cast.sam, cast.sam) == "" and draft(cast, cast.priya, cast.sam) == "Dear Sam"
    assert [each.words for each in cast.sam.reads_messages().messages] == ["From the other", "Sent"]


def test_each_message_keeps_its_author_after_a_handover(cast: Cast) -> None:
    cast.priya.writes_to(cast.sam, "From Priya")
    assert cast.daniel
    with by_hand(cast.store) as tx:
        tx.get_one(Enrolment, cast.sam.enrolment_id).practitioner_id = cast.daniel.viewer.account_id
        tx.commit()
    cast.daniel.writes_to(cast.sam, "From Daniel")
    assert waiting_for(cast, cast.sam) == ["Priya", "Daniel"]
    assert [each.author for each in cast.daniel.reads_messages_of(cast.sam).messages] == ["Priya", "Daniel"]
    with pytest.raises(NotFound):
        cast.priya.reads_messages_of(cast.sam)


def test_a_covering_practitioner_can_read_messages_only_during_the_absence(cast: Cast, clock: Clock) -> None:
    cast.sam.writes("Before she went")
    assert cast.daniel
    cast.priya.is_away(WEDNESDAY, date(2026, 12, 8), cast.daniel)
    with pytest.raises(NotFound):  # the absence hasn't begun
        cast.daniel.reads_messages_of(cast.sam)
    clock.forward(hours=10)  # the first minute of Wednesday in London
    cast.sam.writes("While she is away")
    assert noticed(cast)[-1] == cast.daniel.viewer.account_id
    with cast.store.reading() as tx:
        (line,) = messages.covered(tx, cast.daniel.viewer, clock.now)
        assert (line.participant, line.practitioner, line.unread) == ("Sam", "Priya", 2)
        assert messages.covered(tx, cast.priya.viewer, clock.now) == []
    thread = cast.daniel.reads_messages_of(cast.sam)
    assert thread.covering and len(thread.messages) == 2
    cast.daniel.writes_to(cast.sam, "I read these for Priya")
    assert recorded(cast, Event.MESSAGE_READ) == [(cast.daniel.viewer.account_id, "as_cover")]
    assert cast.sam.reads_messages().messages[1].read_by == "Daniel"
    assert cast.sam.reads_messages().reader == "Daniel"
    with pytest.raises(NotFound):  # a covering practitioner can't add notes
        cast.daniel.notes_on(cast.sam, "A note")
    cast.priya.reads_messages_of(cast.sam)  # the absent practitioner can still read messages
    clock.forward(days=13, hours=23, minutes=59)
    cast.daniel.reads_messages_of(cast.sam)
    clock.forward(minutes=1)
    for act in (
        lambda: cast.daniel.reads_messages_of(cast.sam),
        lambda: cast.daniel.writes_to(cast.sam, "Too late"),
    ):
        with pytest.raises(NotFound):
            act()
    with cast.store.reading() as tx:
        assert messages.covered(tx, cast.daniel.viewer, clock.now) == []


def test_notices_go_to_the_absent_practitioner_if_nobody_covers(cast: Cast) -> None:
    cast.priya.is_away(cast.now.date(), date(2026, 12, 8))
    cast.sam.writes("Hello")
    assert noticed(cast) == [cast.priya.viewer.account_id]
    assert cast.sam.reads_messages().reads.by == date(2026, 12, 9)


def test_more_messages_to_an_absent_colleague_do_not_need_more_database_queries(cast: Cast) -> None:
    assert cast.daniel
    cast.priya.is_away(cast.now.date(), cast.now.date(), cast.daniel)

    def asked() -> int:
        statements: list[str] = []
        with cast.store.reading() as tx:
            engine = tx.get_bind()
            event.listen(engine, "before_cursor_execute", lambda *_: statements.append(""))
            messages.covered(tx, cast.daniel.viewer, cast.now)
        return len(statements)

    cast.sam.writes("Hello")
    one = asked()
    cast.owen.writes("Hello")
    assert asked() == one > 0


def test_no_action_changes_or_deletes_a_message(cast: Cast) -> None:
    cast.sam.writes("May I?")

    def words() -> list[bytes]:
        with cast.store.reading() as tx:
            return list(tx.scalars(select(MessageRow.words).order_by(MessageRow.number)))

    before = words()
    cast.priya.reads_messages_of(cast.sam)
    cast.priya.writes_to(cast.sam, "Yes")
    cast.sam.reads_messages()
    assert words()[: len(before)] == before


def test_a_message_to_a_participant_who_can_no_longer_read_messages_is_refused(
    cast: Cast, clock: Clock
) -> None:
    cast.priya.moves(cast.sam, PathwayState.COMPLETED)
    cast.priya.writes_to(cast.sam, "Well done.")
    cast.priya.moves(cast.sam, PathwayState.CLOSED)
    cast.priya.writes_to(cast.sam, "This is open for a year.")
    clock.forward(days=366)
    with pytest.raises(Rejected) as refused:
        cast.priya.writes_to(cast.sam, "Are you well?")
    assert [(each.key, each.field) for each in refused.value.problems] == [("cannot_read", "words")]
    assert draft(cast, cast.priya, cast.sam) == "Are you well?"
    thread = cast.priya.reads_messages_of(cast.sam)
    assert len(thread.messages) == 2 and not thread.can_read
    cast.priya.moves(cast.sam, PathwayState.REVIEWS)
    cast.priya.writes_to(cast.sam, "Are you well?")
    assert cast.priya.reads_messages_of(cast.sam).can_read
