"""A practitioner plans topics; two windows, outsiders and sending twice; counts for boards."""

import pytest
from sqlalchemy import event

from companion.domain.programme.topics import Counts, TopicPlan
from companion.domain.refusals import ChangedElsewhere, NotFound
from companion.services.programme.topics import TopicPlace, mark_topic, move_topic
from companion.store import audit
from companion.store.base import Store
from companion.store.enrolments import enrolments
from companion.store.programme import topics
from tests.cast import Cast
from tests.people import Participant, Staff
from tests.stored import stored


def plan_of(cast: Cast, who: Participant) -> TopicPlan:
    with cast.store.reading() as tx:
        return topics.plan(tx, enrolments.enrolment(tx, who.viewer))


def marks(cast: Cast, staff: Staff, topic: str, mark: str, seen: int) -> TopicPlan:
    who = cast.sam.enrolment_id
    return mark_topic(staff.actor, who, topic, mark, seen)


def moves(cast: Cast, staff: Staff, topic: str, session: str, before: str, seen: int) -> TopicPlan:
    who = cast.sam.enrolment_id
    return move_topic(staff.actor, who, topic, TopicPlace(session, before), seen)


def test_a_change_is_stored_whole_and_counted(cast: Cast) -> None:
    assert plan_of(cast, cast.sam).revision == 0
    marks(cast, cast.priya, "introduction", "covered", 0)
    after = moves(cast, cast.priya, "cyberhex", "1", "hopes-and-fears", 1)
    stands = plan_of(cast, cast.sam)
    assert stands == after and stands.revision == 2
    assert [each.topic.id for each in stands.sessions[0][:3]] == [
        "introduction",
        "cyberhex",
        "hopes-and-fears",
    ]
    assert stands.sessions[0][0].marked_at == cast.now
    assert plan_of(cast, cast.owen).revision == 0


def test_two_windows_collide_and_nothing_is_lost(cast: Cast) -> None:
    marks(cast, cast.priya, "introduction", "covered", 0)
    with pytest.raises(ChangedElsewhere):
        marks(cast, cast.priya, "cyberhex", "covered", 0)
    with pytest.raises(ChangedElsewhere):
        moves(cast, cast.priya, "cyberhex", "1", "", 0)
    assert plan_of(cast, cast.sam).counts.covered == 1


def test_the_same_press_twice_does_it_once(cast: Cast) -> None:
    for _ in range(2):
        marks(cast, cast.priya, "introduction", "covered", 0)
        assert plan_of(cast, cast.sam).revision == 1
    for _ in range(2):
        moves(cast, cast.priya, "introduction", "6", "", 1)
        assert plan_of(cast, cast.sam).revision == 2


def test_an_outsider_changes_nothing(cast: Cast, store: Store) -> None:
    everybody = (cast.sam, cast.owen, cast.daniel, cast.margaret, cast.alex)
    before = stored(store, "audit_entries")
    for outsider in everybody:
        with pytest.raises(NotFound):
            marks(cast, outsider, "introduction", "covered", 0)  # type: ignore[arg-type]
    assert stored(store, "audit_entries") == before


def test_every_change_is_recorded_without_the_topic(cast: Cast) -> None:
    marks(cast, cast.priya, "introduction", "covered", 0)
    with cast.store.reading() as tx:
        (entry,) = tx.query(audit.AuditEntry).filter_by(event=audit.Event.TOPICS_CHANGED).all()
    assert (entry.enrolment_id, entry.actor_id, entry.detail) == (
        cast.sam.enrolment_id,
        cast.priya.viewer.account_id,
        "",
    )


def test_counts_of_many_come_in_as_many_statements_as_of_one(cast: Cast) -> None:
    marks(cast, cast.priya, "introduction", "covered", 0)
    marks(cast, cast.priya, "cyberhex", "wants_more", 1)
    sent: list[int] = []
    for those in ([cast.sam], [cast.sam, cast.owen, cast.idris]):
        with cast.store.reading() as tx:
            statements: list[str] = []
            listen = lambda *args, kept=statements: kept.append(args[2])  # noqa: E731
            event.listen(tx.connection(), "before_cursor_execute", listen)
            found = topics.topics_left(tx, [each.enrolment_id for each in those])
            sent.append(len(statements))
    assert sent == [3, 3]
    assert found[cast.sam.enrolment_id] == Counts(open=17, touched=0, wants_more=1, covered=1)
    assert found[cast.owen.enrolment_id] == Counts(open=19, touched=0, wants_more=0, covered=0)
