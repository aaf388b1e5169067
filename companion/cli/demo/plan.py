"""A small demo plan with items in every part."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from companion.domain.people import Viewer
from companion.domain.plan.plan import From, Source
from companion.domain.time.london import LONDON
from companion.services.act import Actor
from companion.services.plan import reviews, suggestions
from companion.services.plan.items import add
from companion.store.base import Store
from companion.store.plan import plan

WRITTEN = (
    ("signs", "I sleep well and eat with my brother.", "", "green"),
    ("signs", "I stay up late and skip meals.", "", "amber"),
    ("signs", "I tell myself that it does not matter.", "", "red"),
    ("avoid", "Alone in my room with the phone after eleven.", "", ""),
    ("instead", "I am tired and alone in the evening", "I walk to the shop and back", ""),
    ("people", "My sister", "01632 960 123, any evening", ""),
    ("people", "Tom from the walking club", "I see him on Tuesdays", ""),
    ("limits", "My phone stays in the kitchen at night.", "", ""),
    ("good", "Walking by the river, in any weather.", "", ""),
    ("first", "Keep my Tuesday walk.", "", "green"),
    ("first", "Go to bed at eleven and call my sister the next day.", "", "amber"),
    ("first", "Put the phone in the kitchen drawer and go outside.", "", "red"),
    ("first", "Walk to the shop and back before deciding anything.", "", "red"),
)
"""The items of the demo's relapse-prevention plan.

Each item consists of the id of its part of the plan, its wording, its details and its stage.
"""
WHY = "So that my family can rely on me, and nobody is harmed."
SUGGESTED = ("first", ("Call the Helpline, even if you only want to hear a voice.", "", "red"))


def keep_a_plan(actor: Actor, practitioner: Viewer, enrolment_id: UUID, work_id: UUID) -> None:
    """Add a plan that was reviewed three days ago. The next review is in two days.

    The plan's first item comes from an answer in the work ``work_id``. The practitioner suggested another
    item yesterday.
    """
    store, participant, now = actor.store, actor.viewer, actor.now
    then = now - timedelta(days=3)
    source = Source(From.ANSWER, work_id, "hopes")
    add(Actor(store, participant, then), uuid4(), "why", [(WHY, "", "")], source)
    write_plan(store, participant, WRITTEN, then)
    _look_at_it(store, participant, enrolment_id, then + timedelta(minutes=20), now + timedelta(days=2))
    part, words = SUGGESTED
    suggestions.suggest(
        Actor(store, practitioner, now - timedelta(days=1)), enrolment_id, uuid4(), part, words
    )


def write_plan(
    store: Store, participant: Viewer, rows: Iterable[tuple[str, str, str, str]], then: datetime
) -> None:
    """Add plan items that the participant wrote. Each tuple in ``rows`` is one plan item: part, wording,
    details and stage.
    """
    for part, words, more, stage in rows:
        add(Actor(store, participant, then), uuid4(), part, [(words, more, stage)], None)


def _look_at_it(
    store: Store, participant: Viewer, enrolment_id: UUID, then: datetime, again: datetime
) -> None:
    reviews.begin(Actor(store, participant, then))
    with store.reading() as tx:
        items = plan.plan_of(tx, enrolment_id).now
    for item in items:
        reviews.still_true(Actor(store, participant, then), item.id, item.since)
    day = again.astimezone(LONDON).date()
    reviews.finish(Actor(store, participant, then), "no", day.isoformat())
