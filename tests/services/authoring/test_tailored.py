"""Test activities adapted for one participant, and questions written for one participant."""

from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import select, update

from companion.domain.activities import editing
from companion.domain.refusals import NotAllowed, NotFound, Rejected
from companion.services.authoring import approval, drafts
from companion.services.work import assign
from companion.services.work.assign import QuickWork
from companion.store import audit
from companion.store.activities import activities, library
from companion.store.activities.library import Version
from companion.store.enrolments import enrolments
from companion.store.work import own_set, rows
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.services.authoring.test_drafts import changes, checked, due, now_says, retitled, sets


def adapts(cast: Cast, slug: str = "a-week-of-choices") -> Version:
    with cast.store.reading() as tx:
        origin = next(each for each in library.newest_versions(tx) if each.activity.id == slug)
    new_id = uuid4()
    for _ in range(2):
        drafts.adapt(cast.priya.actor, cast.sam.enrolment_id, origin.id, new_id)
    version = now_says(cast, new_id)
    assert version.origin_id == origin.id and version.activity.prompts == origin.activity.prompts
    return version


def test_an_activity_adapted_for_one_participant_needs_no_approval(cast: Cast) -> None:
    version = adapts(cast)
    version = changes(cast, version.activity_id, lambda before: editing.copied(before, "next-time"))
    assert version.enrolment_id == cast.sam.enrolment_id and version.number == 1
    work_id = sets(cast, version)
    assert cast.sam.work(work_id).activity.prompts[-2].id == "next-time-2"
    # changing an activity that has been set creates a new version
    later = changes(cast, version.activity_id, retitled("For you"))
    assert later.number == 2 and later.origin_id == version.origin_id
    assert cast.sam.work(work_id).activity.title == version.activity.title


def test_an_adapted_activity_is_never_in_the_library(cast: Cast) -> None:
    version = adapts(cast)
    for nobody in (cast.daniel, cast.sam, cast.alex, cast.margaret):
        with pytest.raises(NotFound):
            now_says(cast, version.activity_id, nobody.viewer)
    with cast.store.reading() as tx:
        in_library = [*library.newest_versions(tx), *library.checked_versions(tx)]
    assert version.activity_id not in {each.activity_id for each in in_library}
    with pytest.raises(NotAllowed):
        checked(cast, version.activity_id)
    with pytest.raises(NotFound):
        approval.approve(cast.margaret.actor, version.id, version.revision)
    with pytest.raises(NotFound):  # the activity can't be set for another participant either
        assign.set_work(
            cast.daniel.actor, cast.sam.enrolment_id, version.id, due(cast), unapproved_too=True)  # fmt: skip
    with pytest.raises(Rejected):
        assign.set_work(
            cast.priya.actor, cast.owen.enrolment_id, version.id, due(cast), unapproved_too=True)  # fmt: skip


def test_an_adapted_activity_with_an_error_cannot_be_set(cast: Cast) -> None:
    version = adapts(cast)
    version = changes(cast, version.activity_id, lambda before: msgspec.structs.replace(before, prompts=()))
    with pytest.raises(NotAllowed):
        sets(cast, version)


def quickly(cast: Cast, questions: str) -> UUID:
    before = due(cast)
    for _ in range(2):
        assign.quickly_set(
            cast.priya.actor,
            cast.sam.enrolment_id,
            QuickWork("Questions from Priya", "Priya has written these for you.", questions),
            before,
        )
    return before.new_id


def test_a_practitioner_can_set_work_by_typing_questions_one_per_line(cast: Cast) -> None:
    work_id = quickly(cast, "How was the walk?\n\n  What helped?  \r\nWhat next?\n")
    his = cast.sam.work(work_id)
    assert [prompt.ask for prompt in his.activity.prompts] == [
        "How was the walk?",
        "What helped?",
        "What next?",
    ]
    cast.sam.finishes(work_id)
    assert cast.sam.submits(work_id)


@pytest.mark.parametrize(
    ("questions", "key"),
    [("", "empty"), (" \n ", "empty"), ("Why?\n" * 13, "too_many"), ("x" * 2001, "too_long")],
)
def test_work_is_refused_if_it_has_no_questions_or_too_many_questions_or_an_overlong_question(
    cast: Cast, questions: str, key: str
) -> None:
    with pytest.raises(Rejected) as refused:
        quickly(cast, questions)
    assert [(p.field, p.key) for p in refused.value.problems] == [("questions", key)]


def test_a_lead_sees_unapproved_activities_that_a_practitioner_has_set(cast: Cast) -> None:
    quickly(cast, "How was the walk?")
    adapted = adapts(cast)  # a lead sees an adapted activity only after it is set
    with cast.store.reading() as tx:
        (own,) = own_set.own_set(tx)
        assert (own.practitioner, own.adapted, own.seen_at) == ("Priya", False, None)
    for nobody in (cast.priya, cast.alex, cast.sam):
        with pytest.raises(NotFound):
            approval.read_own(nobody.actor, own.version_id)
    version = approval.read_own(cast.margaret.actor, own.version_id)
    assert version.activity.prompts[0].ask == "How was the walk?"
    with pytest.raises(NotFound):
        approval.read_own(cast.margaret.actor, adapted.id)
    with cast.store.reading() as tx:
        assert own_set.own_set(tx)[0].seen_at == cast.now
        reading = tx.scalar(
            select(audit.AuditEntry).where(audit.AuditEntry.event == audit.Event.OWN_ACTIVITY_READ)
        )
        assert reading is not None and reading.enrolment_id == cast.sam.enrolment_id


def test_questions_without_an_author_are_listed_under_the_participants_practitioner(cast: Cast) -> None:
    """Activity versions saved by an older Companion have no author."""
    quickly(cast, "How was the walk?")
    with by_hand(cast.store) as tx:
        tx.execute(update(activities.ActivityVersion).values(author_id=None))
        tx.commit()
    with cast.store.reading() as tx:
        assert [own.practitioner for own in own_set.own_set(tx)] == ["Priya"]


def test_an_activity_for_one_participant_is_encrypted_with_that_participants_key(cast: Cast) -> None:
    work_id = quickly(cast, "How was the walk?")
    with cast.store.reading() as tx:
        row = tx.get_one(activities.ActivityVersion, tx.get_one(rows.WorkRow, work_id).version_id)
        box = enrolments.record_box(tx, cast.sam.enrolment_id)
        assert box.open("activity_versions.content", row.id, row.content)["title"] == "Questions from Priya"
