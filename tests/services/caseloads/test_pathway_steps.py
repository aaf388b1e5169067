"""Test that each pathway step is stored with its date and author. Test that staff can undo a
mistaken pathway step.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from companion.content import programme
from companion.domain.enrolments.pathway import BACK, PathwayState, StepForm
from companion.domain.people import Credentials
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.services.accounts.sign_in import Browser, sign_in
from companion.services.act import Actor
from companion.services.caseloads.add_participant import Added, add_participant
from companion.services.caseloads.pathway_steps import Path, move_on, read_path
from companion.services.meetings import schedule
from companion.services.meetings.schedule import NOT_BOOKED, Wanted
from companion.store.accounts import sessions
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.sessions import WebSession
from companion.store.audit import AuditEntry, Event
from companion.store.enrolments import enrolments
from companion.store.meetings import appointments
from companion.store.outbox import Notice, Outgoing
from tests.cast import Cast
from tests.fixtures import Clock

TODAY = "2026-11-24"


def adds(cast: Cast, hasher: Hasher, kind: str) -> Added:
    wanted = Wanted(kind, "2026-12-01", "14:00", "bromsgrove", programme())
    return add_participant(cast.priya.actor, hasher, uuid4(), "Robin", "lighthouse", wanted)


def path(cast: Cast, enrolment_id: UUID | None = None) -> Path:
    return read_path(cast.priya.actor, enrolment_id or cast.sam.enrolment_id)


def moves(
    cast: Cast, seen: PathwayState, to: str, reason: str = "We agreed on it.", new_id: UUID | None = None
) -> None:
    move_on(cast.priya.actor, cast.sam.enrolment_id, StepForm(seen, to, TODAY, reason), new_id=new_id)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (NOT_BOOKED, PathwayState.REFERRED),
        ("initial_meeting", PathwayState.INITIAL_MEETING),
        ("session", PathwayState.IN_PROGRAMME),
        ("additional_session", PathwayState.IN_PROGRAMME),
        ("review_meeting", PathwayState.REVIEWS),
    ],
)
def test_the_first_appointment_decides_at_which_stage_a_participants_pathway_starts(
    cast: Cast, hasher: Hasher, kind: str, state: PathwayState
) -> None:
    found = path(cast, adds(cast, hasher, kind).enrolment_id)
    assert (found.case.state, [step.state for step in found.steps]) == (state, [state])


def test_a_participant_can_be_added_without_an_appointment_but_not_without_a_valid_site(
    cast: Cast, hasher: Hasher
) -> None:
    added = adds(cast, hasher, NOT_BOOKED)
    with cast.store.reading() as tx:
        assert enrolments.enrolment(tx, cast.priya.viewer, added.enrolment_id).site == "bromsgrove"
    nowhere = Wanted(NOT_BOOKED, "", "", "elsewhere", programme())
    with pytest.raises(Rejected) as refused:
        add_participant(cast.priya.actor, hasher, uuid4(), "Robin", "lighthouse", nowhere)
    assert [problem.field for problem in refused.value.problems] == ["site"]


def test_booking_an_initial_meeting_moves_a_referral_to_the_next_state(cast: Cast, hasher: Hasher) -> None:
    added = adds(cast, hasher, NOT_BOOKED)

    def books(kind: str) -> PathwayState:
        wanted = Wanted(kind, "2026-12-02", "14:00", "epsom", programme())
        schedule.add_appointment(cast.priya.actor, added.enrolment_id, uuid4(), wanted)
        return path(cast, added.enrolment_id).case.state

    assert books("session") is PathwayState.REFERRED
    assert books("initial_meeting") is PathwayState.INITIAL_MEETING
    assert books("initial_meeting") is PathwayState.INITIAL_MEETING
    assert [step.state for step in path(cast, added.enrolment_id).steps] == ["referred", "initial_meeting"]


def test_reading_the_reason_for_a_pathway_step_is_audited(cast: Cast) -> None:
    cast.priya.moves(cast.sam, PathwayState.ENDED_EARLY, reason="He moves away.")
    found = path(cast)
    assert found.case.state is PathwayState.ENDED_EARLY and found.steps[-1].reason == "He moves away."
    assert found.names[found.steps[-1].by] == "Priya"
    with cast.store.reading() as tx:
        entries = tx.scalars(select(AuditEntry).where(AuditEntry.enrolment_id == cast.sam.enrolment_id)).all()
    events = [(entry.event, entry.detail) for entry in entries]
    assert (Event.PATH_MOVED, "ended_early") in events and (Event.PATH_READ, "") in events


@pytest.mark.parametrize("who", ["sam", "daniel", "idris", "margaret", "alex"])
def test_only_the_participants_own_practitioner_can_record_pathway_steps(cast: Cast, who: str) -> None:
    viewer, sam = getattr(cast, who).viewer, cast.sam.enrolment_id
    with pytest.raises(NotFound):
        move_on(
            Actor(cast.store, viewer, cast.now),
            sam,
            StepForm("in_programme", "completed", TODAY, ""),
            new_id=uuid4(),
        )
    with pytest.raises(NotFound):
        read_path(Actor(cast.store, viewer, cast.now), sam)
    assert path(cast).case.state is PathwayState.IN_PROGRAMME


def test_only_one_of_two_simultaneous_pathway_steps_is_accepted(
    cast: Cast,
) -> None:
    assert cast.sam
    same = uuid4()
    for _ in range(2):
        moves(cast, PathwayState.IN_PROGRAMME, PathwayState.COMPLETED, new_id=same)
    assert len(path(cast).steps) == 2

    def steps(to: PathwayState) -> str:
        try:
            moves(cast, PathwayState.COMPLETED, to)
        except ChangedElsewhere:
            return "too late"
        return "moved"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(steps, (PathwayState.REVIEWS, PathwayState.CLOSED))) == ["moved", "too late"]


def test_a_pathway_step_that_was_reversed_stays_in_the_history(cast: Cast, clock: Clock) -> None:
    began = path(cast).case.state_since
    clock.forward(days=3)
    cast.priya.moves(cast.sam, PathwayState.COMPLETED)
    with pytest.raises(Rejected):
        moves(cast, PathwayState.COMPLETED, BACK, " ")
    same = uuid4()
    for _ in range(2):
        moves(cast, PathwayState.COMPLETED, BACK, "I pressed the wrong one.", same)
    found = path(cast)
    assert (found.case.state, found.case.state_since) == (PathwayState.IN_PROGRAMME, began)
    assert [(step.state, step.back) for step in found.steps] == [
        ("in_programme", False),
        ("completed", False),
        ("in_programme", True),
    ]
    with pytest.raises(NotAllowed):
        moves(cast, PathwayState.IN_PROGRAMME, BACK)  # there is no step before the first one


def test_recording_a_death_closes_the_participants_account(cast: Cast, hasher: Hasher) -> None:
    sam = cast.sam

    def signs_in() -> str:
        return sign_in(
            cast.store, hasher, Credentials(sam.sign_in_name, sam.passphrase), Browser(""), cast.now
        ).token

    token = signs_in()
    cast.priya.moves(sam, PathwayState.DIED)
    with cast.store.reading() as tx:
        assert sessions.find(tx, token, cast.now) is None
        of_his = WebSession.account_id == sam.viewer.account_id
        assert all(tx.scalars(select(WebSession.ended_at).where(of_his)))
    with pytest.raises(Rejected) as refused:
        signs_in()
    assert refused.value.problems[0].key == "wrong_sign_in"
    moves(cast, PathwayState.DIED, BACK, "It was another person.")
    token = signs_in()
    with cast.store.reading() as tx:
        assert sessions.find(tx, token, cast.now + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("to", "left"),
    [(PathwayState.COMPLETED, {"review_meeting"}), (PathwayState.ENDED_EARLY, {"review_meeting"})],
)
def test_finishing_the_programme_cancels_sessions_but_not_review_meetings(
    cast: Cast, to: PathwayState, left: set[str]
) -> None:
    for kind, day in (("additional_session", "2026-12-03"), ("review_meeting", "2026-12-10")):
        wanted = Wanted(kind, day, "14:00", "epsom", programme())
        schedule.add_appointment(cast.priya.actor, cast.sam.enrolment_id, uuid4(), wanted)
    assert (
        path(cast).ended_by(to) == 2
    )  # one is an additional session, and the other is the session in two days
    cast.priya.moves(cast.sam, to, reason="It is over.")
    with cast.store.reading() as tx:
        standing = appointments.to_come(tx, cast.sam.enrolment_id, cast.now)
        told = select(func.count()).select_from(Outgoing)
        said = tx.scalar(told.where(Outgoing.notice == Notice.APPOINTMENT_CANCELLED))
    assert {each.kind for each in standing} == left and said == 2
