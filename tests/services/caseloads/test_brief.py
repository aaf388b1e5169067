"""Test that the brief contains everything new since the last session. Test that opening the brief is audited."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select

from companion.domain.caseloads.brief import MESSAGES_SHOWN
from companion.domain.meetings.appointments import Attendance
from companion.domain.refusals import NotFound
from companion.services.act import Actor
from companion.services.caseloads.brief import Brief, open_brief
from companion.services.meetings import attendance
from companion.services.meetings.attendance import AttendanceForm
from companion.services.messages import notes
from companion.services.plan import items
from companion.services.work import paper
from companion.services.work.paper import PaperForm
from companion.store import audit
from companion.store.base import Store
from companion.store.meetings import appointments
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Participant, Somebody


def brief(cast: Cast, of: Participant, by: Somebody | None = None) -> Brief:
    who = by or cast.priya
    return open_brief(who.actor, of.enrolment_id)


def hands_in(cast: Cast, slug: str = "a-week-of-choices", **said: list[str]) -> UUID:
    piece = cast.priya.sets(cast.sam, slug)
    cast.sam.finishes(piece, {name.replace("_", "-"): words for name, words in said.items()})
    return cast.sam.submits(piece)


def test_the_brief_shows_new_answers_new_plan_items_and_what_to_talk_about(
    cast: Cast,
) -> None:
    submission = hands_in(cast, the_week=["6"], glad_of=["I walked"])
    items.add(cast.sam.actor, uuid4(), "good", [("By the river", "", "")], None)
    found = brief(cast, cast.sam)
    (piece,) = found.handed_in
    assert piece.submission_id == submission and found.last is None
    assert [each.turn.prompt.id for each in piece.said] == ["the-week", "glad-of"]
    assert piece.to_talk and not piece.not_sure
    assert [item.entry.words for part in found.changed for item in part.new] == ["By the river"]


def test_answers_read_before_the_last_session_are_not_in_the_brief(cast: Cast, clock: Clock) -> None:
    submission = hands_in(cast)
    cast.priya.releases(submission, whole="Thank you.")
    waiting = hands_in(cast, "hopes-and-fears")
    clock.forward(days=3)  # suppose that Sam's session was a day earlier
    attended(cast)
    found = brief(cast, cast.sam)
    assert found.last and found.coming is None
    assert [piece.submission_id for piece in found.handed_in] == [waiting]


def test_answers_to_talk_about_stay_in_the_brief_until_the_next_attended_session(
    cast: Cast, clock: Clock
) -> None:
    submission = hands_in(cast)
    cast.priya.releases(submission, whole="Thank you.")
    clock.forward(days=3)
    (shown,) = brief(cast, cast.sam).handed_in
    assert shown.submission_id == submission and shown.to_talk
    attended(cast)
    assert brief(cast, cast.sam).handed_in == ()


def attended(cast: Cast) -> None:
    """As Priya, record that Sam attended the session."""
    with cast.store.reading() as tx:
        (meeting,) = appointments.appointments(tx, cast.sam.enrolment_id)
    chosen = Attendance.ATTENDED
    attendance.note(cast.priya.actor, meeting.id, AttendanceForm(chosen, "", "", meeting.revision))


def test_the_brief_shows_only_the_latest_answers(cast: Cast) -> None:
    cast.priya.returns(hands_in(cast), "Could you say more?")
    piece = brief(cast, cast.sam).pieces[0]
    second = cast.sam.submits(piece.id)
    (shown,) = brief(cast, cast.sam).handed_in
    assert (shown.submission_id, shown.round) == (second, 2)


def test_opening_the_brief_is_audited(cast: Cast) -> None:
    submission = hands_in(cast)
    assert brief(cast, cast.sam).pieces[0].stage == "submitted"
    assert brief(cast, cast.sam).pieces[0].stage == "read"
    with cast.store.reading() as tx:
        entries = tx.scalars(select(audit.AuditEntry).order_by(audit.AuditEntry.at)).all()
    looks = [(each.event, each.subject_id) for each in entries if each.event.endswith("_read")]
    enrolment = cast.sam.enrolment_id
    assert sorted(looks) == sorted([("submission_read", submission), ("brief_read", enrolment)] * 2)


def test_only_the_participants_own_practitioner_can_open_the_brief(cast: Cast) -> None:
    hands_in(cast)
    for stranger in (cast.daniel, cast.margaret, cast.alex, cast.sam):
        with pytest.raises(NotFound):
            brief(cast, cast.sam, stranger)


def test_a_longer_brief_needs_no_more_sql_statements(store: Store, cast: Cast, clock: Clock) -> None:
    cast.met(cast.sam.enrolment_id, days=2)
    cast.priya.sets(cast.sam, "control-continuum")
    everything_once(cast, "a-week-of-choices")

    def statements() -> int:
        count = 0

        def counted(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(store._engine, "before_cursor_execute", counted)
        brief(cast, cast.sam)
        event.remove(store._engine, "before_cursor_execute", counted)
        return count

    brief(cast, cast.sam)
    before = statements()
    for slug in ("hopes-and-fears", "warning-signs", "my-brakes"):
        everything_once(cast, slug)
        clock.forward(minutes=1)
    brief(cast, cast.sam)
    assert statements() == before


def everything_once(cast: Cast, slug: str) -> None:
    """Add to Sam's record one entry of each kind that the brief shows."""
    hands_in(cast, slug)
    done_on_paper(cast, "Two pages.")
    cast.sam.writes("May I bring my notebook?")
    cast.priya.notes_on(cast.sam, "He came on time.")
    cast.priya.raises(cast.sam, "He sounded low.")
    missed(cast, 1, "He rang an hour later.")


def done_on_paper(cast: Cast, kept: str) -> UUID:
    piece, day = cast.priya.sets(cast.sam, "people-who-help"), cast.now.date().isoformat()
    who, enrolment = cast.priya.viewer, cast.sam.enrolment_id
    paper.mark_done(Actor(cast.store, who, cast.now), enrolment, piece, uuid4(), PaperForm(day, kept))
    return piece


def missed(cast: Cast, days: int, words: str) -> UUID:
    meeting = cast.met(cast.sam.enrolment_id, days)
    attendance.note(cast.priya.actor, meeting, AttendanceForm("missed", words, "", 1))
    return meeting


def events(cast: Cast) -> list[str]:
    with cast.store.reading() as tx:
        return list(tx.scalars(select(audit.AuditEntry.event).order_by(audit.AuditEntry.at)))


def test_the_brief_lists_a_missed_session_with_the_practitioners_remark(cast: Cast) -> None:
    met = cast.met(cast.sam.enrolment_id, days=8)
    meeting = missed(cast, 1, "He rang an hour later.")
    found = brief(cast, cast.sam)
    assert found.last and found.last.id == met
    assert [each.id for each in found.said.not_held] == [meeting]
    assert found.said.attendance == {meeting: "He rang an hour later."}


def test_the_brief_shows_agreements_notes_topics_and_concerns(cast: Cast) -> None:
    cast.priya.notes_on(cast.sam, "A note.")
    met = cast.met(cast.sam.enrolment_id, days=1)
    notes.agree(cast.priya.actor, met, "You walk twice.", 0)
    cast.priya.raises(cast.sam, "He sounded low.")
    piece = done_on_paper(cast, "Two pages.")
    found = brief(cast, cast.sam)
    assert found.said.agreed and found.said.agreed.words == "You walk twice."
    assert [each.words for each in found.said.notes] == ["A note."]
    assert found.said.kept == {piece: "Two pages."}
    assert len(found.concerns) == 1 and found.topics.counts.covered == 0
    assert {"notes_read", "paper_read"} <= set(events(cast))


def test_notes_from_before_the_last_session_are_not_in_the_brief(cast: Cast, clock: Clock) -> None:
    cast.priya.notes_on(cast.sam, "An old note.")
    done_on_paper(cast, "Two pages.")
    clock.forward(days=3)  # suppose that Sam's session was a day earlier
    said = brief(cast, cast.sam).said
    assert not said.notes and not said.kept
    assert not {"notes_read", "paper_read", "message_read"} & set(events(cast))


def test_only_the_messages_shown_in_an_opened_brief_are_marked_as_read(cast: Cast) -> None:
    for number in range(MESSAGES_SHOWN + 2):
        cast.sam.writes(f"Question {number}")
    found = brief(cast, cast.sam).said
    assert [each.words for each in found.messages] == [f"Question {n}" for n in range(2, MESSAGES_SHOWN + 2)]
    assert found.still_unread == 2
    assert "message_read" in events(cast)
    seen = [each.read_at is not None for each in cast.sam.reads_messages().messages]
    assert seen == [False] * 2 + [True] * MESSAGES_SHOWN


def test_the_brief_contains_only_entries_made_after_the_last_session(cast: Cast, clock: Clock) -> None:
    items.add(cast.sam.actor, uuid4(), "good", [("By the river", "", "")], None)
    assert brief(cast, cast.sam).changed
    clock.forward(days=2, hours=3)
    assert not brief(cast, cast.sam).changed
    assert brief(cast, cast.sam).plan.now
