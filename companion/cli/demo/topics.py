"""Mark topics in the demo as started, needing more time or covered, and record work done on paper."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from companion.content import programme
from companion.domain.people import Viewer
from companion.domain.programme.topics import Mark, Placed
from companion.domain.time.london import LONDON
from companion.services.act import Actor
from companion.services.programme import topics
from companion.services.work import paper
from companion.services.work.paper import PaperForm
from companion.store.base import Store

AFTER_THE_FIRST = {
    "introduction": Mark.COVERED,
    "hopes-and-fears": Mark.COVERED,
    "control-continuum": Mark.WANTS_MORE,
    "cognitive-behavioural-triangle": Mark.TOUCHED,
}
KEPT = "He wrote two pages about his week and would like to begin with the evenings."


def mark_topics(store: Store, practitioner: Viewer, enrolment_id: UUID, then: datetime) -> None:
    """Mark topics as started, needing more time or covered, and move one topic to the second session."""
    wanted = {topic: Placed(mark) for topic, mark in AFTER_THE_FIRST.items()}
    arrange(
        store, practitioner, enrolment_id, then, wanted | {"five-stages-of-grooming": Placed(session="2")}
    )


def cover_all(store: Store, practitioner: Viewer, enrolment_id: UUID, then: datetime) -> None:
    """Mark every topic in the programme as covered."""
    arrange(
        store,
        practitioner,
        enrolment_id,
        then,
        {each.id: Placed(Mark.COVERED) for each in programme().topics},
    )


def arrange(
    store: Store, practitioner: Viewer, enrolment_id: UUID, then: datetime, wanted: Mapping[str, Placed]
) -> None:
    """Mark a participant's topics, or move topics to another session. Raise ``ChangedElsewhere`` if somebody
    has already changed the participant's topics. ``wanted`` maps each topic's id to the change to make to
    that topic.
    """
    numbers = {topic.id: str(number) for number, topic in enumerate(programme().topics, 1)}
    numbered = {numbers[topic]: to for topic, to in wanted.items()}
    topics.arrange(Actor(store, practitioner, then), enrolment_id, numbered, 0)


def hand_in_on_paper(
    store: Store, practitioner: Viewer, enrolment_id: UUID, work_id: UUID, then: datetime
) -> None:
    """Record that a piece of work was done on paper the day before ``then``."""
    day = (then - timedelta(days=1)).astimezone(LONDON).date().isoformat()
    paper.mark_done(Actor(store, practitioner, then), enrolment_id, work_id, uuid4(), PaperForm(day, KEPT))
