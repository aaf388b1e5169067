"""Test the retention schedule, legal holds and correction requests."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from companion.content import retention_schedule
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.records.data_rights import Answer
from companion.domain.records.retention import Then, read_schedule
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.services.records import corrections as correcting
from companion.services.records import legal_holds
from companion.services.records.retention import preview, run
from companion.store.people import Invitation
from companion.store.records import corrections, retention
from companion.store.records import legal_holds as holds
from companion.store.records.erased_list import ErasedList
from tests.cast import Cast
from tests.fixtures import Clock
from tests.services.records.test_erasure import is_wiped
from tests.stored import stored

SIX_YEARS = 2192
"""The number of days in the six years from November 2026."""


@pytest.fixture
def noted(tmp_path: Path) -> ErasedList:
    return ErasedList.at(tmp_path)


@pytest.fixture
def over(cast: Cast) -> Cast:
    """Close Sam's and Owen's enrolments, and leave Idris's enrolment open."""
    assert cast.margaret
    for who in (cast.sam, cast.owen):
        cast.priya.moves(who, PathwayState.ENDED_EARLY, PathwayState.CLOSED)
    assert cast.idris
    return cast


def test_retention_erases_exactly_what_its_preview_lists(over: Cast, noted: ErasedList, clock: Clock) -> None:
    schedule = retention_schedule()
    clock.forward(days=SIX_YEARS - 1)
    assert preview(over.store, schedule, over.now).erased == []
    with over.store.reading() as tx:
        soon = retention.due(tx, schedule, over.now, timedelta(days=30))
    assert {each.reference for each in soon} == {over.sam.reference, over.owen.reference}
    clock.forward(days=1)
    hold = over.margaret.holds(over.owen)
    before = stored(over.store)
    said = preview(over.store, schedule, over.now)
    assert stored(over.store) == before and not noted.path.exists()
    assert [each.reference for each in said.erased] == [over.sam.reference]
    assert [each.reference for each in said.held] == [over.owen.reference]
    assert {rule.id: count for rule, count in said.deleted}["invitations"] == 6
    did = run(over.store, noted, schedule, over.now, clock_is_right=True)
    assert (did.erased, did.held) == (said.erased, said.held)
    assert is_wiped(over.store, over.sam) and not is_wiped(over.store, over.owen)
    with over.store.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Invitation)) == 0
    again = run(over.store, noted, schedule, over.now)
    assert again.erased == [] and not any(count for _, count in again.deleted)
    over.margaret.lifts(hold)
    last = run(over.store, noted, schedule, over.now)
    assert [each.reference for each in last.erased] == [over.owen.reference]
    assert not is_wiped(over.store, over.idris)


def test_a_participant_with_an_open_concern_is_not_erased_when_retention_ends(
    over: Cast, noted: ErasedList, clock: Clock
) -> None:
    concern = over.priya.raises(over.sam, "He sounded very low.")
    clock.forward(days=SIX_YEARS)
    ran = run(over.store, noted, retention_schedule(), over.now, clock_is_right=True)
    assert [each.reference for each in ran.held] == [over.sam.reference]
    over.margaret.closes(concern, "It is done.")
    run(over.store, noted, retention_schedule(), over.now)
    assert is_wiped(over.store, over.sam)


def test_a_participant_whose_enrolment_was_reopened_is_not_erased_when_the_retention_period_ends(
    over: Cast, noted: ErasedList, clock: Clock
) -> None:
    clock.forward(days=SIX_YEARS)
    over.priya.moves(over.sam, PathwayState.REVIEWS)
    ran = run(over.store, noted, retention_schedule(), over.now, clock_is_right=True)
    assert [each.reference for each in ran.erased] == [over.owen.reference]


def test_the_retention_schedule_covers_every_final_state_of_a_pathway() -> None:
    schedule = retention_schedule()
    without = [state for state in PathwayState if schedule.for_state(state) is None]
    assert without == [PathwayState.IN_PROGRAMME] and schedule.of(Then.KEEP)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('then = "erase"\nstates = ["in_programme"]\ndays = 9', "nobody who takes part"),
        ('then = "erase"\ndays = 9', "erasing needs states"),
        ('then = "delete"\nrows = "letters"\ndays = 0', "it needs years or days"),
        ('then = "delete"\nrows = "concerns"\ndays = 9', "concerns"),
        ('then = "keep"\ndays = 9', "has no years and no days"),
    ],
)
def test_a_contradictory_retention_schedule_is_refused(wrong: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_schedule(f'[[rule]]\nid = "x"\nwhat = "x"\nwhy = "x"\n{wrong}\n'.encode())


def test_only_leads_can_set_and_lift_legal_holds(cast: Cast) -> None:
    hold = cast.margaret.holds(cast.sam, "request", "The police asked.")
    with cast.store.reading() as tx:
        (found,) = holds.holds(tx)
        assert (found.reference, found.reason, found.set_by) == (
            cast.sam.reference, "The police asked.", "Margaret",
        )  # fmt: skip
    for who in (cast.priya, cast.alex, cast.sam):
        with pytest.raises(NotFound):
            legal_holds.lift_hold(who.actor, hold, "No.")
        with pytest.raises(NotFound):
            legal_holds.set_hold(who.actor, uuid4(), cast.sam.reference, ("other", "x", "2027-01-04"))
    cast.margaret.lifts(hold)
    with pytest.raises(ChangedElsewhere):
        cast.ruth.lifts(hold)
    with cast.store.reading() as tx:
        assert holds.holds(tx) == [] and holds.holds(tx, lifted=True)[0].lifted_why == "It is over."


def test_nobody_can_set_a_legal_hold_on_an_erased_participant(cast: Cast, noted: ErasedList) -> None:
    reference = cast.sam.reference
    cast.margaret.erases(cast.sam, noted)
    with pytest.raises(Rejected, match="no_such_reference"):
        legal_holds.set_hold(cast.ruth.actor, uuid4(), reference, ("other", "x", "2027-01-04"))


def test_a_lead_answers_a_correction_request(cast: Cast) -> None:
    asked = cast.sam.says_is_wrong("It says that I missed a session.", "I was there.")
    correcting.ask(cast.sam.actor, asked, "It says that I missed a session.", "x")
    with pytest.raises(NotAllowed, match="correction_waits"):
        cast.sam.says_is_wrong("And my name.", "Sammy.")
    for who in (cast.priya, cast.alex, cast.owen):
        with pytest.raises(NotFound):
            correcting.read(who.actor, asked)
        with pytest.raises(NotFound):
            correcting.answer(who.actor, asked, "left", "No.")
    assert correcting.read(cast.margaret.actor, asked).content.should == "I was there."
    correcting.answer(cast.margaret.actor, asked, "corrected", "You were.")
    with pytest.raises(ChangedElsewhere):
        correcting.answer(cast.ruth.actor, asked, "left", "No.")
    with cast.store.reading() as tx:
        (his,) = corrections.own(tx, cast.sam.viewer)
        assert (his.outcome, his.answer, his.answered_by) == (Answer.CORRECTED, "You were.", "Margaret")
        assert corrections.own(tx, cast.owen.viewer) == []
    cast.sam.says_is_wrong("And my name.", "Sammy.")
