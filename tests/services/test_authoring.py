"""Writing, approving, retiring, adapting and quickly setting activities."""

from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import select

from companion.content import starter_activities
from companion.domain import authoring
from companion.domain.activity import Activity
from companion.domain.answers.one_choice import OneChoice, Option
from companion.domain.answers.short_text import ShortText
from companion.domain.authoring import About
from companion.domain.people import Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.services import approving, setting
from companion.services import authoring as writing
from companion.services.authoring import Edit, Seen
from companion.services.setting import Due
from companion.store import activities, appointments, audit, work
from companion.store.activities import State, Version
from tests.cast import CARD, Cast

ABOUT = About("A walk", None, 10, "This looks at one walk. It helps you plan the next one.")
WENT = OneChoice(
    id="went",
    ask="Did you go for a walk?",
    options=(Option(id="yes", label="Yes"), Option(id="no", label="Not this week")),
)
NOTICED = ShortText(id="noticed", ask="What did you notice?")


def now_says(cast: Cast, activity_id: UUID, who: Viewer | None = None) -> Version:
    with cast.store.reading() as tx:
        return writing.newest(tx, who or cast.priya.viewer, activity_id)


def seen(version: Version) -> Seen:
    return Seen(version.number, version.revision)


def changes(cast: Cast, activity_id: UUID, edit: Edit, at: Seen | None = None) -> Version:
    at = at or seen(now_says(cast, activity_id))
    writing.change(cast.store, cast.priya.viewer, activity_id, at, edit, cast.now)
    return now_says(cast, activity_id)


def a_walk(cast: Cast) -> UUID:
    """Priya writes an activity of two questions."""
    activity_id = uuid4()
    writing.begin(cast.store, cast.priya.viewer, activity_id, ABOUT, cast.now)
    for prompt, after in ((WENT, ""), (NOTICED, "went")):
        changes(cast, activity_id, lambda before, p=prompt, a=after: authoring.added(before, p, a))
    return activity_id


def checked(cast: Cast, activity_id: UUID) -> Version:
    writing.ask_for_approval(
        cast.store, cast.priya.viewer, activity_id, seen(now_says(cast, activity_id)), cast.now
    )
    return now_says(cast, activity_id)


def approved(cast: Cast, activity_id: UUID) -> Version:
    version = checked(cast, activity_id)
    approving.approve(cast.store, cast.margaret.viewer, version.id, version.revision, cast.now)
    return now_says(cast, activity_id)


def offered(cast: Cast, *, unapproved_too: bool = False) -> set[UUID]:
    with cast.store.reading() as tx:
        return {each.activity_id for each in setting.may_set(tx, unapproved_too=unapproved_too)}


def due(cast: Cast) -> Due:
    with cast.store.reading() as tx:
        appointment = appointments.appointments(tx, cast.sam.enrolment_id)[0]
    return Due(uuid4(), str(appointment.id), CARD)


def sets(cast: Cast, version: Version) -> UUID:
    before = due(cast)
    setting.set_work(
        cast.store,
        cast.priya.viewer,
        cast.sam.enrolment_id,
        version.id,
        before,
        cast.now,
        unapproved_too=False,
    )
    return before.new_id


def retitled(title: str) -> Edit:
    return lambda before: msgspec.structs.replace(before, title=title)


def test_from_draft_to_what_can_be_set(cast: Cast) -> None:
    activity_id = a_walk(cast)
    assert now_says(cast, activity_id).state is State.DRAFT
    assert activity_id not in offered(cast, unapproved_too=True)
    assert checked(cast, activity_id).state is State.CHECKED
    assert activity_id in offered(cast, unapproved_too=True)
    assert activity_id not in offered(cast)
    assert approved(cast, activity_id).state is State.APPROVED
    assert activity_id in offered(cast)


def test_beginning_twice_begins_once(cast: Cast) -> None:
    activity_id = a_walk(cast)
    writing.begin(cast.store, cast.priya.viewer, activity_id, ABOUT, cast.now)
    assert len(now_says(cast, activity_id).activity.prompts) == 2


def test_a_draft_with_a_finding_is_not_approved(cast: Cast) -> None:
    activity_id = uuid4()
    writing.begin(cast.store, cast.priya.viewer, activity_id, ABOUT, cast.now)
    with pytest.raises(NotAllowed):
        checked(cast, activity_id)
    version = now_says(cast, activity_id)
    with pytest.raises(NotAllowed):
        approving.approve(cast.store, cast.margaret.viewer, version.id, version.revision, cast.now)


def test_a_change_after_the_check_has_to_be_checked_again(cast: Cast) -> None:
    activity_id = a_walk(cast)
    read = checked(cast, activity_id)
    assert changes(cast, activity_id, retitled("Another walk")).state is State.DRAFT
    with pytest.raises(NotAllowed):
        approving.approve(cast.store, cast.margaret.viewer, read.id, read.revision, cast.now)
    checked(cast, activity_id)  # by its author, who stands by the new words; the lead has read the old ones
    with pytest.raises(ChangedElsewhere):
        approving.approve(cast.store, cast.margaret.viewer, read.id, read.revision, cast.now)
    assert now_says(cast, activity_id).state is State.CHECKED


def test_what_is_approved_never_changes(cast: Cast) -> None:
    activity_id = a_walk(cast)
    first = approved(cast, activity_id)
    work_id = sets(cast, first)
    cast.sam.answers(work_id, "went", "yes")
    second = changes(cast, activity_id, retitled("Another walk"))
    assert (second.number, second.state) == (2, State.DRAFT)
    assert second.id != first.id and offered(cast) >= {activity_id}
    approved(cast, activity_id)
    his = cast.sam.work(work_id)
    assert his.activity == first.activity and his.answers["went"].value == "yes"
    cast.sam.finishes(work_id)
    assert cast.sam.submits(work_id)
    with cast.store.reading() as tx:
        assert [each.number for each in activities.versions(tx, cast.priya.viewer, activity_id)] == [2, 1]


def test_two_authors_never_overwrite_each_other_silently(cast: Cast) -> None:
    activity_id = a_walk(cast)
    at = seen(now_says(cast, activity_id))
    changes(cast, activity_id, retitled("Hers"), at)
    with pytest.raises(ChangedElsewhere):
        changes(cast, activity_id, retitled("His"), at)
    assert now_says(cast, activity_id).activity.title == "Hers"
    changes(cast, activity_id, retitled("Hers"), at)  # a reply got lost, and the page says it again


def test_retiring_leaves_set_work_alone(cast: Cast) -> None:
    activity_id = a_walk(cast)
    version = approved(cast, activity_id)
    work_id = sets(cast, version)
    approving.retire(cast.store, cast.margaret.viewer, activity_id, cast.now)
    assert activity_id not in offered(cast) | offered(cast, unapproved_too=True)
    with pytest.raises(Rejected):
        sets(cast, version)
    cast.sam.answers(work_id, "went", "yes")
    approving.bring_back(cast.store, cast.margaret.viewer, activity_id, cast.now)
    assert activity_id in offered(cast)


def test_only_a_lead_approves_and_retires(cast: Cast) -> None:
    activity_id = a_walk(cast)
    version = checked(cast, activity_id)
    for nobody in (cast.priya, cast.sam, cast.alex):
        with pytest.raises(NotFound):
            approving.approve(cast.store, nobody.viewer, version.id, version.revision, cast.now)
        with pytest.raises(NotFound):
            approving.retire(cast.store, nobody.viewer, activity_id, cast.now)


def test_outsiders_change_nothing(cast: Cast) -> None:
    activity_id = a_walk(cast)
    at = seen(now_says(cast, activity_id))
    for nobody in (cast.sam, cast.alex):
        with pytest.raises(NotFound):
            writing.change(cast.store, nobody.viewer, activity_id, at, retitled("x"), cast.now)


def adapts(cast: Cast, slug: str = "a-week-of-choices") -> Version:
    with cast.store.reading() as tx:
        origin = next(each for each in activities.newest_versions(tx) if each.activity.id == slug)
    new_id = uuid4()
    for _ in range(2):
        writing.adapt(cast.store, cast.priya.viewer, cast.sam.enrolment_id, origin.id, new_id, cast.now)
    version = now_says(cast, new_id)
    assert version.origin_id == origin.id and version.activity.prompts == origin.activity.prompts
    return version


def test_a_copy_for_one_participant_needs_no_approval(cast: Cast) -> None:
    version = adapts(cast)
    version = changes(cast, version.activity_id, lambda before: authoring.copied(before, "next-week"))
    assert version.enrolment_id == cast.sam.enrolment_id and version.number == 1
    work_id = sets(cast, version)
    assert cast.sam.work(work_id).activity.prompts[-1].id == "next-week-2"
    # It is set now, so that a change makes the next version.
    later = changes(cast, version.activity_id, retitled("For you"))
    assert later.number == 2 and later.origin_id == version.origin_id
    assert cast.sam.work(work_id).activity.title == version.activity.title


def test_a_copy_is_its_practitioners_alone_and_never_in_the_library(cast: Cast) -> None:
    version = adapts(cast)
    for nobody in (cast.daniel, cast.sam, cast.alex, cast.margaret):
        with pytest.raises(NotFound):
            now_says(cast, version.activity_id, nobody.viewer)
    with cast.store.reading() as tx:
        library = [*activities.newest_versions(tx), *activities.checked_versions(tx)]
    assert version.activity_id not in {each.activity_id for each in library}
    with pytest.raises(NotAllowed):
        checked(cast, version.activity_id)
    with pytest.raises(NotFound):
        approving.approve(cast.store, cast.margaret.viewer, version.id, version.revision, cast.now)
    with pytest.raises(NotFound):  # not for another participant either
        setting.set_work(
            cast.store, cast.daniel.viewer, cast.sam.enrolment_id, version.id, due(cast), cast.now,
            unapproved_too=True,
        )  # fmt: skip
    with pytest.raises(Rejected):
        setting.set_work(
            cast.store, cast.priya.viewer, cast.owen.enrolment_id, version.id, due(cast), cast.now,
            unapproved_too=True,
        )  # fmt: skip


def test_a_copy_with_a_fault_is_not_set(cast: Cast) -> None:
    version = adapts(cast)
    version = changes(cast, version.activity_id, lambda before: msgspec.structs.replace(before, prompts=()))
    with pytest.raises(NotAllowed):
        sets(cast, version)


def quickly(cast: Cast, questions: str) -> UUID:
    before = due(cast)
    for _ in range(2):
        setting.quickly_set(
            cast.store,
            cast.priya.viewer,
            cast.sam.enrolment_id,
            "Questions from Priya",
            "Priya has written these for you.",
            questions,
            before,
            cast.now,
        )
    return before.new_id


def test_typed_questions_are_set_at_once(cast: Cast) -> None:
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
def test_what_cannot_be_quickly_set(cast: Cast, questions: str, key: str) -> None:
    with pytest.raises(Rejected) as refused:
        quickly(cast, questions)
    assert [(p.field, p.key) for p in refused.value.problems] == [("questions", key)]


def test_the_lead_sees_what_is_a_practitioners_own(cast: Cast) -> None:
    quickly(cast, "How was the walk?")
    adapted = adapts(cast)  # not set, so not shown
    with cast.store.reading() as tx:
        (own,) = work.own_set(tx)
        assert (own.practitioner, own.adapted, own.seen_at) == ("Priya", False, None)
    for nobody in (cast.priya, cast.alex, cast.sam):
        with pytest.raises(NotFound):
            approving.read_own(cast.store, nobody.viewer, own.version_id, cast.now)
    version = approving.read_own(cast.store, cast.margaret.viewer, own.version_id, cast.now)
    assert version.activity.prompts[0].ask == "How was the walk?"
    with pytest.raises(NotFound):
        approving.read_own(cast.store, cast.margaret.viewer, adapted.id, cast.now)
    with cast.store.reading() as tx:
        assert work.own_set(tx)[0].seen_at == cast.now
        reading = tx.scalar(select(audit.Entry).where(audit.Entry.event == audit.Event.OWN_ACTIVITY_READ))
        assert reading is not None and reading.enrolment_id == cast.sam.enrolment_id


def test_what_is_his_alone_is_sealed_with_his_key(cast: Cast) -> None:
    work_id = quickly(cast, "How was the walk?")
    with cast.store.reading() as tx:
        row = tx.get_one(activities.ActivityVersion, tx.get_one(work.WorkRow, work_id).version_id)
        box = appointments.record_box(tx, cast.sam.enrolment_id)
        assert box.open("activity_versions.content", row.id, row.content)["title"] == "Questions from Priya"


def test_what_is_shipped_never_comes_back_over_what_was_made_of_it(cast: Cast) -> None:
    with cast.store.reading() as tx:
        shipped = next(each for each in activities.newest_versions(tx) if each.activity.id == "warning-signs")
    approving.approve(cast.store, cast.margaret.viewer, shipped.id, shipped.revision, cast.now)
    ours = changes(cast, shipped.activity_id, retitled("Our warning signs"))
    assert writing.take_in(cast.store, starter_activities(), cast.now, shipped=True) == 0
    assert now_says(cast, shipped.activity_id) == ours
    assert writing.take_in(cast.store, [shipped.activity], cast.now) == 1
    assert now_says(cast, shipped.activity_id).activity == shipped.activity


def test_files_are_taken_in_all_or_none(cast: Cast) -> None:
    good = msgspec.structs.replace(now_says(cast, a_walk(cast)).activity, id="a-new-walk")
    bad: Activity = msgspec.structs.replace(good, id="a-bad-walk", prompts=())
    with pytest.raises(NotAllowed):
        writing.take_in(cast.store, [good, bad], cast.now)
    with cast.store.reading() as tx:
        assert "a-new-walk" not in {each.activity.id for each in activities.newest_versions(tx)}
    assert writing.take_in(cast.store, [good], cast.now) == 1
    wordy = msgspec.structs.replace(good, introduction="It goes " + "on and on " * 10 + "for long.")
    assert writing.take_in(cast.store, [wordy], cast.now) == 1
    with cast.store.reading() as tx:
        found = {each.activity.id: each.state for each in activities.newest_versions(tx)}
    assert found["a-new-walk"] is State.DRAFT  # its author has to look at that first
    assert writing.take_in(cast.store, [wordy], cast.now) == 0
