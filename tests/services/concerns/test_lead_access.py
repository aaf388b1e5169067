"""Test that a lead must give a reason for opening a participant's record.

The practitioner is told about lead access at once. A lead can delay telling the practitioner about the access
if a second lead agrees.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from companion.domain.concerns.concerns import ConcernKind, ConcernState
from companion.domain.concerns.lead_access import AccessState, AccessStepKind
from companion.domain.refusals import NotAllowed, NotFound, Rejected
from companion.services.act import Actor
from companion.services.concerns import lead_access, lead_reads
from companion.services.concerns.lead_access import AccessForm
from companion.store.audit import AuditEntry, Event
from companion.store.concerns import lead_access as looks
from companion.store.concerns.concerns import ConcernRow
from companion.store.concerns.lead_access import Shown
from companion.store.enrolments.enrolments import Enrolment
from companion.store.messages import messages
from companion.store.outbox import Notice, Outgoing
from companion.store.records import access_log
from companion.store.records.erased_list import ErasedList
from companion.store.work.rows import SubmissionRow
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Staff

WHY = "To see how we answer."
ANSWER = "I walked instead of going online."


def reference(cast: Cast) -> str:
    with cast.store.reading() as tx:
        return tx.get_one(Enrolment, cast.sam.enrolment_id).reference


def told(cast: Cast) -> list[Shown]:
    """Return each occasion of lead access that Priya has been told about."""
    with cast.store.reading() as tx:
        return looks.told(tx, cast.sam.enrolment_id, cast.now)


def recorded(cast: Cast, look_id: UUID) -> list[tuple[str, UUID | None]]:
    with cast.store.reading() as tx:
        rows = tx.scalars(
            select(AuditEntry).where(AuditEntry.look_id == look_id).order_by(AuditEntry.at)
        ).all()
        assert {row.enrolment_id for row in rows} <= {cast.sam.enrolment_id}
        return [(row.event, row.subject_id) for row in rows]


def notices(cast: Cast) -> list[tuple[UUID, str | None]]:
    """Return the recipient and the outcome of each lead-access notice, earliest due date first."""
    with cast.store.reading() as tx:
        rows = tx.scalars(
            select(Outgoing).where(Outgoing.notice == Notice.LOOKED_AT).order_by(Outgoing.due_at)
        )
        return [(row.account_id, row.outcome) for row in rows]


def everything(cast: Cast, who: Staff, look_id: UUID, submission: UUID) -> list[Callable[[], object]]:
    """Return one function for each page that a lead can read during lead access."""
    store, viewer, now = cast.store, who.viewer, cast.now
    return [
        lambda: lead_reads.open_look(Actor(store, viewer, now), look_id),
        lambda: lead_reads.read_submission(Actor(store, viewer, now), look_id, submission),
        lambda: lead_reads.read_plan(Actor(store, viewer, now), look_id),
        lambda: lead_reads.read_messages(Actor(store, viewer, now), look_id, None),
        lambda: lead_reads.read_notes(Actor(store, viewer, now), look_id),
    ]


@pytest.fixture
def submission(cast: Cast) -> UUID:
    """Create a submission, a message and a note, and return the submission's id."""
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(piece, "the-week", "6")
    cast.sam.answers(piece, "glad-of", ANSWER)
    cast.sam.finishes(piece)
    cast.sam.writes("May I bring my notebook?")
    cast.priya.notes_on(cast.sam, "He talks more easily after a walk.")
    return cast.sam.submits(piece)


def test_the_practitioner_sees_the_reason_for_lead_access_at_once(
    cast: Cast, submission: UUID, clock: Clock
) -> None:
    look = cast.margaret.looks_at(cast.sam, "practice", WHY)
    overview, read, _, thread, notes = (each() for each in everything(cast, cast.margaret, look, submission))
    assert isinstance(overview, lead_reads.Overview) and overview.case.participant == "Sam"
    assert [each.id for each in overview.handed_in] == [submission]
    assert isinstance(read, lead_reads.LookedThrough) and ANSWER in repr(read.submission.said)
    assert isinstance(thread, lead_reads.ThreadLooked) and isinstance(notes, lead_reads.NotesLooked)
    assert [each.words for each in thread.messages] == ["May I bring my notebook?"]
    assert [each.words for each in notes.notes] == ["He talks more easily after a walk."]
    (seen,) = told(cast)
    assert (seen.by, seen.opened_at, seen.reason) == ("Margaret", clock.now, WHY)
    assert notices(cast) == [(cast.priya.viewer.account_id, None)]
    assert set(recorded(cast, look)) == {
        (Event.LOOK_OPENED, look),
        (Event.SUBMISSION_READ, submission),
        (Event.PLAN_READ, cast.sam.enrolment_id),
        (Event.MESSAGE_READ, None),
        (Event.NOTES_LOOKED_AT, None),
    }


def test_reading_a_record_during_lead_access_marks_nothing_as_read(cast: Cast, submission: UUID) -> None:
    for each in everything(cast, cast.margaret, cast.margaret.looks_at(cast.sam), submission):
        each()
    with cast.store.reading() as tx:
        assert tx.get_one(SubmissionRow, submission).read_at is None
        assert messages.unread(tx, [cast.sam.enrolment_id]) == {cast.sam.enrolment_id: 1}


def test_lead_access_needs_a_valid_reference_and_a_purpose_and_a_reason(cast: Cast) -> None:
    assert cast.sam and cast.margaret
    for typed, fields in (
        (AccessForm("Z0-000", "practice", WHY), {"reference"}),
        (AccessForm("", "", " "), {"reference", "purpose", "reason"}),
        (AccessForm(reference(cast), "curious", "x" * 1001), {"purpose", "reason"}),
        (AccessForm(reference(cast), "practice", WHY, later=True), {"later"}),  # there is no second lead yet
    ):
        with pytest.raises(Rejected) as refusal:
            lead_access.look(cast.margaret.actor, uuid4(), typed)
        assert {each.field for each in refusal.value.problems} == fields
    same = uuid4()
    for _ in range(2):
        typed = AccessForm(reference(cast).lower().replace("-", " "), "practice", WHY)
        assert lead_access.look(cast.margaret.actor, same, typed) is AccessState.OPENED
    assert len(told(cast)) == 1 and len(notices(cast)) == 1


def test_lead_access_lasts_only_half_an_hour(cast: Cast, submission: UUID, clock: Clock) -> None:
    look = cast.margaret.looks_at(cast.sam)
    for nosy in (cast.ruth, cast.priya, cast.daniel, cast.alex, cast.sam):
        for act in everything(cast, nosy, look, submission):  # type: ignore[arg-type]
            with pytest.raises(NotFound):
                act()
        typed = AccessForm(reference(cast), "practice", WHY)
        if nosy is not cast.ruth:
            with pytest.raises(NotFound):
                lead_access.look(nosy.actor, uuid4(), typed)
    clock.forward(minutes=29, seconds=59)
    for act in everything(cast, cast.margaret, look, submission):
        act()
    clock.forward(seconds=1)
    for act in everything(cast, cast.margaret, look, submission):
        with pytest.raises(NotAllowed, match="look_over"):
            act()


def test_lead_access_gives_no_access_to_another_participants_work(cast: Cast, submission: UUID) -> None:
    with pytest.raises(NotFound):
        lead_reads.read_submission(cast.margaret.actor, cast.margaret.looks_at(cast.owen), submission)


def test_a_second_lead_can_agree_to_a_28_day_delay_before_the_practitioner_is_told(
    cast: Cast, submission: UUID, clock: Clock
) -> None:
    assert cast.ruth
    cast.priya.raises(cast.sam, "He sounded very low.")
    look, store = cast.margaret.looks_at(cast.sam, "concern", WHY, later=True), cast.store
    for act in everything(cast, cast.margaret, look, submission):
        with pytest.raises(NotAllowed, match="look_over"):
            act()
    with pytest.raises(NotAllowed, match="look_decided"):
        lead_access.begin(Actor(store, cast.margaret.viewer, cast.now), look)
    with pytest.raises(NotAllowed, match="needs_another_lead"):
        lead_access.agree(Actor(store, cast.margaret.viewer, cast.now), look, "I agree with me.")
    with pytest.raises(Rejected):
        lead_access.agree(Actor(store, cast.ruth.viewer, cast.now), look, " ")
    lead_access.agree(Actor(store, cast.ruth.viewer, cast.now), look, "It is about his practitioner.")
    with pytest.raises(NotAllowed, match="look_decided"):
        lead_access.agree(Actor(store, cast.ruth.viewer, cast.now), look, "Twice.")
    with pytest.raises(NotFound):
        lead_access.begin(Actor(store, cast.ruth.viewer, cast.now), look)
    clock.forward(days=1)
    for _ in range(2):
        lead_access.begin(Actor(store, cast.margaret.viewer, cast.now), look)
    for act in everything(cast, cast.margaret, look, submission):
        act()
    clock.forward(days=26, hours=23, minutes=59)
    assert told(cast) == []
    clock.forward(minutes=1)
    (seen,) = told(cast)
    assert [(each.kind, each.by, each.reason) for each in seen.steps] == [
        (AccessStepKind.AGREED, "Ruth", "It is about his practitioner.")
    ]
    assert notices(cast) == [(cast.priya.viewer.account_id, None)]


def test_a_lead_can_tell_the_practitioner_about_the_access_earlier_than_agreed(
    cast: Cast, clock: Clock
) -> None:
    look, other = (
        (cast.ruth, cast.margaret.looks_at(each, "asked", WHY, later=True))[1]
        for each in (cast.sam, cast.owen)
    )
    for each in (look, other):
        lead_access.agree(cast.ruth.actor, each, "So that nothing is moved.")
        lead_access.begin(cast.margaret.actor, each)
    clock.forward(days=27)
    with pytest.raises(NotAllowed, match="needs_another_lead"):
        lead_access.agree(cast.margaret.actor, look, "Longer.")
    lead_access.agree(cast.ruth.actor, look, "It goes on.")
    clock.forward(days=27)
    assert told(cast) == []
    for _ in range(2):
        lead_access.tell(cast.margaret.actor, look)
    (seen,) = told(cast)
    assert [each.kind for each in seen.steps] == [
        AccessStepKind.AGREED,
        AccessStepKind.PROLONGED,
        AccessStepKind.TOLD,
    ]
    outcomes = [outcome for _, outcome in notices(cast)]
    assert outcomes.count(None) == 2 and outcomes.count("withdrawn") == 2
    with pytest.raises(NotAllowed, match="look_decided"):
        lead_access.agree(cast.ruth.actor, other, "Too late.")


def test_lead_access_that_a_second_lead_refused_cannot_be_used(cast: Cast, submission: UUID) -> None:
    for who in (cast.ruth, cast.margaret):  # the lead who asked may withdraw the request
        look = cast.margaret.looks_at(cast.sam, later=True)
        lead_access.refuse(who.actor, look, "Not for this.")
        for act in (lead_access.begin, lead_access.tell):
            with pytest.raises(NotAllowed, match="look_decided"):
                act(cast.margaret.actor, look)
        with pytest.raises(NotAllowed, match="look_decided"):
            lead_access.refuse(who.actor, look, "Twice.")
    assert told(cast) == [] and notices(cast) == []
    for nosy in (cast.priya, cast.alex, cast.sam):
        with pytest.raises(NotFound):
            lead_access.refuse(nosy.actor, look, "Mine.")


def test_if_lead_access_starts_after_28_days_the_practitioner_is_told_at_once(
    cast: Cast, clock: Clock
) -> None:
    assert cast.ruth
    look = cast.margaret.looks_at(cast.sam, later=True)
    lead_access.agree(cast.ruth.actor, look, "Yes.")
    clock.forward(days=40)
    lead_access.begin(cast.margaret.actor, look)
    (seen,) = told(cast)
    assert seen.look.until == clock.now + timedelta(minutes=30)


def test_after_a_handover_only_the_new_practitioner_is_told_that_a_lead_opened_the_record(
    cast: Cast, clock: Clock
) -> None:
    assert cast.ruth
    look = cast.margaret.looks_at(cast.sam, later=True)
    lead_access.agree(cast.ruth.actor, look, "Yes.")
    lead_access.begin(cast.margaret.actor, look)
    clock.forward(days=1)
    cast.priya.hands_over(cast.sam, cast.daniel)
    waiting = [who for who, outcome in notices(cast) if outcome is None]
    assert waiting == [cast.daniel.viewer.account_id]


def test_lead_access_cannot_be_used_after_an_erasure(cast: Cast, submission: UUID, tmp_path: Path) -> None:
    assert cast.ruth
    store, now, lead, second = cast.store, cast.now, cast.margaret.viewer, cast.ruth.viewer
    opened, agreed, untold, asked = (
        cast.margaret.looks_at(cast.sam, later=later) for later in (False, True, True, True)
    )
    for each in (agreed, untold):
        lead_access.agree(Actor(store, second, now), each, "Yes.")
    lead_access.begin(Actor(store, lead, now), untold)
    cast.margaret.erases(cast.sam, ErasedList.at(tmp_path))
    for act in (
        *everything(cast, cast.margaret, opened, submission),
        lambda: lead_access.begin(Actor(store, lead, now), agreed),
        lambda: lead_access.tell(Actor(store, lead, now), untold),
        lambda: lead_access.agree(Actor(store, second, now), untold, "Longer."),
        lambda: lead_access.agree(Actor(store, second, now), asked, "Yes."),
        lambda: lead_access.refuse(Actor(store, second, now), asked, "No."),
    ):
        with pytest.raises(NotFound):
            act()
    with store.reading() as tx:
        assert looks.at_hand(tx, now) == [] and looks.waiting_for(tx, second).count == 0
    assert [outcome for _, outcome in notices(cast)] == ["withdrawn", "withdrawn"]


def test_lead_access_for_a_concern_needs_an_open_concern_about_the_participant(cast: Cast) -> None:
    assert cast.owen
    cast.priya.raises(cast.owen, "He sounded very low.")  # this concern is about another participant
    typed = AccessForm(reference(cast), "concern", WHY)
    with pytest.raises(Rejected) as refusal:
        lead_access.look(cast.margaret.actor, uuid4(), typed)
    assert [(each.key, each.field) for each in refusal.value.problems] == [("no_open_concern", "purpose")]
    concern = cast.priya.raises(cast.sam, "He sounded very low.")
    assert cast.margaret.looks_at(cast.sam, "concern")
    cast.margaret.closes(concern, "It is done.")
    with pytest.raises(Rejected, match="no_open_concern"):
        lead_access.look(cast.margaret.actor, uuid4(), typed)


def test_access_given_because_of_a_concern_ends_when_the_participants_last_open_concern_is_closed(
    cast: Cast, submission: UUID
) -> None:
    assert cast.ruth
    first, second = (cast.priya.raises(cast.sam, "He sounded very low.") for _ in range(2))
    asked, agreed, untold = (cast.margaret.looks_at(cast.sam, "concern", later=True) for _ in range(3))
    other = cast.margaret.looks_at(cast.sam, "practice", later=True)
    for each in (agreed, untold, other):
        lead_access.agree(cast.ruth.actor, each, "Yes.")
    for each in (untold, other):
        lead_access.begin(cast.margaret.actor, each)
    cast.margaret.closes(first, "It is done.")
    assert told(cast) == []
    for act in everything(cast, cast.margaret, untold, submission):
        act()
    cast.margaret.closes(second, "It is done.")
    (seen,) = told(cast)
    assert (seen.id, seen.look.purpose, seen.steps[-1].kind) == (untold, "concern", AccessStepKind.TOLD)
    for act in everything(cast, cast.margaret, untold, submission):
        with pytest.raises(NotAllowed, match="look_over"):
            act()
    for act in everything(
        cast, cast.margaret, other, submission
    ):  # lead access for another purpose can still be used
        act()
    for each in (asked, agreed):
        with pytest.raises(NotAllowed, match="look_decided"):
            lead_access.begin(cast.margaret.actor, each)
    assert (Event.LOOK_TOLD, untold) in recorded(cast, untold)
    waiting = [who for who, outcome in notices(cast) if outcome is None]
    # one notice is due now, and the other notice is due later
    assert waiting == [cast.priya.viewer.account_id] * 2


def test_approved_lead_access_cannot_begin_once_every_concern_is_closed(
    cast: Cast,
) -> None:
    assert cast.ruth
    concern = cast.priya.raises(cast.sam, "He sounded very low.")
    look = cast.margaret.looks_at(cast.sam, "concern", later=True)
    lead_access.agree(cast.ruth.actor, look, "Yes.")
    # an older version of Companion closed concerns without ending lead access
    with by_hand(cast.store) as tx:
        tx.get_one(ConcernRow, concern).state = ConcernState.CLOSED
        tx.commit()
    with pytest.raises(NotAllowed, match="no_open_concern"):
        lead_access.begin(cast.margaret.actor, look)
    assert told(cast) == []


def test_a_practitioner_is_not_told_if_a_lead_opens_a_record_because_of_a_concern_about_that_practitioner(
    cast: Cast, submission: UUID, clock: Clock
) -> None:
    assert cast.ruth
    complaint = cast.sam.tells("She is often late.", ConcernKind.ABOUT_PRACTITIONER)
    store, lead = cast.store, cast.margaret.viewer
    # this lead access needs no second lead's agreement
    typed = AccessForm(reference(cast), "concern", WHY, later=True)
    look = uuid4()
    assert lead_access.look(Actor(store, lead, cast.now), look, typed) is AccessState.OPENED
    for act in everything(cast, cast.margaret, look, submission):
        act()
    for act in (
        lambda: lead_access.tell(Actor(store, lead, cast.now), look),
        lambda: lead_access.agree(Actor(store, cast.ruth.viewer, cast.now), look, "Longer."),
    ):
        with pytest.raises(NotAllowed, match="look_decided"):
            act()
    cast.margaret.looks_at(cast.sam, "practice")  # this lead access is for another purpose
    clock.forward(minutes=10)
    cast.margaret.closes(complaint, "We spoke with both.")
    clock.forward(days=60)
    cast.priya.hands_over(cast.sam, cast.daniel)
    assert [each.look.purpose for each in told(cast)] == ["practice"]
    assert [who for who, _ in notices(cast)] == [cast.priya.viewer.account_id]
    with cast.store.reading() as tx:
        assert look not in {each.id for each in looks.at_hand(tx, cast.now)}
        withheld = access_log.withheld(tx, tx.get_one(Enrolment, cast.sam.enrolment_id), cast.now)
    assert look in {read.look for read, _ in withheld}
