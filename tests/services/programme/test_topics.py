"""Test that only a participant's own practitioner can plan topics. Test that changes to topics in one browser
window don't overwrite changes from another.
"""

import pytest
from sqlalchemy import event

from companion.domain.programme.topics import Counts, Placed, TopicPlan
from companion.domain.refusals import ChangedElsewhere, NotFound
from companion.services.programme.topics import arrange
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


def arranges(cast: Cast, staff: Staff, seen: int, **wanted: Placed) -> TopicPlan:
    """Change the topics given as keyword arguments, such as ``topic_1=Placed("covered")``."""
    numbered = {name.removeprefix("topic_"): to for name, to in wanted.items()}
    return arrange(staff.actor, cast.sam.enrolment_id, numbered, seen)[1]


COVERED = Placed("covered")


def test_two_changes_to_topics_in_one_form_create_one_revision(cast: Cast) -> None:
    assert plan_of(cast, cast.sam).revision == 0
    after = arranges(cast, cast.priya, 0, topic_1=COVERED, topic_17=Placed(session="1", place="2"))
    stands = plan_of(cast, cast.sam)
    assert stands == after and stands.revision == 1
    assert [each.number for each in stands.sessions[0][:3]] == [1, 17, 2]
    assert stands.sessions[0][0].marked_at == cast.now
    assert plan_of(cast, cast.owen).revision == 0


def test_two_windows_cannot_overwrite_each_others_topic_plan(cast: Cast) -> None:
    arranges(cast, cast.priya, 0, topic_1=COVERED)
    with pytest.raises(ChangedElsewhere):
        arranges(cast, cast.priya, 0, topic_2=COVERED, topic_3=Placed(session="6"))
    assert plan_of(cast, cast.sam).counts.covered == 1


def test_topics_are_changed_once_even_if_the_form_is_sent_twice(cast: Cast) -> None:
    for _ in range(2):
        arranges(cast, cast.priya, 0, topic_1=Placed("covered", "6"))
        assert plan_of(cast, cast.sam).revision == 1


def test_only_the_participants_own_practitioner_can_change_their_topics(cast: Cast, store: Store) -> None:
    everybody = (cast.sam, cast.owen, cast.daniel, cast.margaret, cast.alex)
    before = stored(store, "audit_entries")
    for outsider in everybody:
        with pytest.raises(NotFound):
            arranges(cast, outsider, 0, topic_1=COVERED)  # type: ignore[arg-type]
    assert stored(store, "audit_entries") == before


def test_changes_to_topics_are_audited_without_the_topics_names(cast: Cast) -> None:
    arranges(cast, cast.priya, 0, topic_1=COVERED)
    with cast.store.reading() as tx:
        (entry,) = tx.query(audit.AuditEntry).filter_by(event=audit.Event.TOPICS_CHANGED).all()
    assert (entry.enrolment_id, entry.actor_id, entry.detail) == (
        cast.sam.enrolment_id,
        cast.priya.viewer.account_id,
        "",
    )


def test_counting_topics_runs_no_more_sql_statements_for_three_participants_than_for_one(cast: Cast) -> None:
    arranges(cast, cast.priya, 0, topic_1=COVERED, topic_2=Placed("wants_more"))
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
