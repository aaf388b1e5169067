"""Test that a plan review creates a new version and schedules the next reminder."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from companion.domain.enrolments.after_programme import CHOSEN
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.plan.plan import Act, Plan
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.services.act import Actor
from companion.services.enrolments.after_programme import set_after
from companion.services.plan import items, reviews
from companion.store.outbox import Notice, Outgoing
from companion.store.plan import plan
from tests.cast import Cast
from tests.fixtures import Clock


def of(cast: Cast) -> Plan:
    with cast.store.reading() as tx:
        return plan.plan_of(tx, cast.sam.enrolment_id)


def adds(cast: Cast, words: str) -> UUID:
    new_id = uuid4()
    items.add(cast.sam.actor, new_id, "good", [(words, "", "")], None)
    return new_id


def finishes(cast: Cast, day: str = "2026-12-22", together: str = "no") -> None:
    reviews.finish(cast.sam.actor, together, day)


def notices(cast: Cast) -> list[UUID]:
    """Return the ids of the people who were reminded to review their plan."""
    with cast.store.reading() as tx:
        return list(tx.scalars(select(Outgoing.account_id).where(Outgoing.notice == Notice.PLAN_REVIEW_DUE)))


@pytest.fixture
def reviewed(cast: Cast) -> UUID:
    """Add an item to Sam's plan, review the plan, and return the item's id.

    Sam chooses 22 December for the next review.
    """
    walk = adds(cast, "Walking")
    reviews.begin(cast.sam.actor)
    reviews.still_true(cast.sam.actor, walk, 1)
    finishes(cast)
    return walk


@pytest.mark.usefixtures("reviewed")
def test_a_review_creates_a_plan_version_with_the_next_reviews_date(cast: Cast) -> None:
    last = of(cast).last_review
    assert last and (last.number, last.act, last.together, last.next_review) == (
        2, Act.REVIEWED, False, date(2026, 12, 22),
    )  # fmt: skip
    with pytest.raises(NotAllowed):  # the participant pressed the button twice
        finishes(cast)
    assert of(cast).number == 2


def test_a_plan_review_can_be_continued_later(cast: Cast, clock: Clock) -> None:
    store, sam = cast.store, cast.sam.viewer
    walk, tea = adds(cast, "Walking"), adds(cast, "Tea")
    reviews.begin(Actor(store, sam, clock.now))
    reviews.still_true(Actor(store, sam, clock.now), walk, 1)
    clock.forward(days=2)
    reviews.begin(Actor(store, sam, clock.now))  # this continues the review that was begun earlier
    with pytest.raises(NotAllowed):
        finishes(cast)
    items.take_out(Actor(store, sam, clock.now), tea, 2)
    finishes(cast, together="yes")
    last = of(cast).last_review
    assert last and last.together and [each.entry.words for each in of(cast).now] == ["Walking"]


def test_in_a_review_an_item_that_has_changed_since_the_page_opened_cannot_be_confirmed(
    cast: Cast, clock: Clock
) -> None:
    store, sam, walk = cast.store, cast.sam.viewer, adds(cast, "Walking")
    reviews.begin(Actor(store, sam, clock.now))
    items.change(Actor(store, sam, clock.now), walk, 1, ("Walking at dusk", "", ""))
    with pytest.raises(ChangedElsewhere):
        reviews.still_true(Actor(store, sam, clock.now), walk, 1)
    with pytest.raises(NotFound):
        reviews.still_true(Actor(store, sam, clock.now), uuid4(), 1)
    with pytest.raises(NotFound):
        reviews.still_true(Actor(store, cast.idris.viewer, clock.now), walk, 2)


def test_an_empty_plan_cannot_be_reviewed_by_the_participant(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        reviews.begin(cast.sam.actor)


@pytest.mark.parametrize(("together", "day"), [("", "2026-12-22"), ("maybe", "2026-12-22"), ("no", "soon")])
def test_a_plan_review_cannot_be_finished_with_invalid_input(cast: Cast, together: str, day: str) -> None:
    walk = adds(cast, "Walking")
    reviews.begin(cast.sam.actor)
    reviews.still_true(cast.sam.actor, walk, 1)
    with pytest.raises(Rejected):
        finishes(cast, day, together)
    assert of(cast).number == 1
    finishes(cast)


@pytest.mark.usefixtures("reviewed")
def test_a_participant_gets_only_one_reminder_of_each_plan_review(cast: Cast, clock: Clock) -> None:
    clock.forward(days=27, hours=9, minutes=59)  # this is 21 December, 23:59
    assert reviews.ask_for_those_due(cast.store, clock.now) == 0
    clock.forward(minutes=1)
    assert reviews.ask_for_those_due(cast.store, clock.now) == 1
    assert reviews.ask_for_those_due(cast.store, clock.now) == 0
    assert notices(cast) == [cast.sam.viewer.account_id]
    assert of(cast).asks_for_review(date(2026, 12, 22)) and not of(cast).asks_for_review(date(2026, 12, 21))


def test_a_participant_who_reviewed_the_plan_early_gets_no_reminder(
    cast: Cast, clock: Clock, reviewed: UUID
) -> None:
    clock.forward(days=20)
    reviews.begin(cast.sam.at(clock.now))
    reviews.still_true(cast.sam.at(clock.now), reviewed, 1)
    finishes(cast, "2027-03-01")
    clock.forward(days=10)
    assert reviews.ask_for_those_due(cast.store, clock.now) == 0 and notices(cast) == []


@pytest.mark.usefixtures("reviewed")
def test_setting_the_clock_back_does_not_repeat_a_plan_review_reminder(cast: Cast, clock: Clock) -> None:
    clock.forward(days=29)
    assert reviews.ask_for_those_due(cast.store, clock.now) == 1
    clock.forward(days=-3)
    clock.forward(days=3)
    assert reviews.ask_for_those_due(cast.store, clock.now) == 0


@pytest.mark.usefixtures("reviewed")
def test_participants_who_cannot_open_the_plan_get_no_review_reminder(cast: Cast, clock: Clock) -> None:
    form = {f"{state}-scope": "help" for state in CHOSEN} | {f"{state}-days": "1" for state in CHOSEN}
    set_after(cast.margaret.actor, form, 0)
    clock.forward(days=28)
    cast.priya.moves(cast.sam, PathwayState.ENDED_EARLY)
    assert reviews.ask_for_those_due(cast.store, clock.now) == 0 and notices(cast) == []
