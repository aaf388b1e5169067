"""An enrolment's topic plan.

Until somebody changes an enrolment's topic plan, the programme's plan applies.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.programme.topics import Counts, Mark, Planned, TopicPlan, as_it_starts, counted
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.programme.programmes import programme_of, programmes_of
from companion.store.types import UtcDateTime


class TopicRow(Model):
    """A topic in an enrolment's topic plan, with the topic's session and progress."""

    __tablename__ = "enrolment_topics"
    __table_args__ = (UniqueConstraint("enrolment_id", "topic"),)

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"))
    topic: Mapped[str] = mapped_column(String(40))
    session: Mapped[int]
    """The session's number, starting at 1.

    The number of the additional session is the last programme session's number plus 1.
    """
    place: Mapped[int]
    mark: Mapped[str] = mapped_column(String(10))
    marked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def plan(tx: Transaction, enrolment: Enrolment) -> TopicPlan:
    """Return an enrolment's current topic plan."""
    start = as_it_starts(programme_of(tx, enrolment))
    rows = _rows(tx, enrolment.id)
    if not rows:
        return start
    of_programme = {each.topic.id: each for each in start.planned}
    sessions: list[list[Planned]] = [[] for _ in start.sessions]
    for row in rows:
        topic = of_programme[row.topic]
        sessions[row.session - 1].append(Planned(topic.topic, topic.number, Mark(row.mark), row.marked_at))
    return TopicPlan(tuple(map(tuple, sessions)), enrolment.topics_revision)


def keep(tx: Transaction, enrolment: Enrolment, changed: TopicPlan) -> None:
    """Save a changed topic plan. The caller must have locked the enrolment."""
    rows = {row.topic: row for row in _rows(tx, enrolment.id)}
    for number, session in enumerate(changed.sessions, 1):
        for place, each in enumerate(session):
            row = rows.get(each.topic.id) or TopicRow(
                id=uuid4(), enrolment_id=enrolment.id, topic=each.topic.id
            )
            row.session, row.place, row.mark, row.marked_at = number, place, each.mark, each.marked_at
            tx.add(row)
    enrolment.topics_revision += 1


def topics_left(tx: Transaction, enrolments: Iterable[UUID]) -> dict[UUID, Counts]:
    """For each enrolment, return the number of topics at each stage of progress."""
    rows = tx.scalars(select(Enrolment).where(Enrolment.id.in_(list(enrolments)))).all()
    followed = programmes_of(tx, rows)
    marks: dict[UUID, Counter[Mark]] = defaultdict(Counter)
    for enrolment_id, mark, many in tx.execute(
        select(TopicRow.enrolment_id, TopicRow.mark, func.count())
        .where(TopicRow.enrolment_id.in_([row.id for row in rows]))
        .group_by(TopicRow.enrolment_id, TopicRow.mark)
    ):
        marks[enrolment_id][Mark(mark)] = many
    untouched = {row.id: Counter({Mark.OPEN: len(followed[row.id].topics)}) for row in rows}
    return {row.id: counted(marks.get(row.id) or untouched[row.id]) for row in rows}


def _rows(tx: Transaction, enrolment_id: UUID) -> list[TopicRow]:
    return list(
        tx.scalars(
            select(TopicRow)
            .where(TopicRow.enrolment_id == enrolment_id)
            .order_by(TopicRow.session, TopicRow.place)
        )
    )
