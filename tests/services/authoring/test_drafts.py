"""Test how activities in the library are written, approved, retired and imported from files."""

from uuid import UUID, uuid4

import msgspec
import pytest

from companion.content import starter_activities
from companion.domain.activities import editing
from companion.domain.activities.activity import Activity
from companion.domain.activities.answers.one_choice import OneChoice, Option
from companion.domain.activities.answers.short_text import ShortText
from companion.domain.activities.editing import About
from companion.domain.people import Viewer
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.services.authoring import approval, drafts
from companion.services.authoring.drafts import Edit, Seen
from companion.services.work import assign
from companion.services.work.assign import Due
from companion.store.activities import library
from companion.store.activities.library import Version, VersionState
from companion.store.meetings import appointments
from tests.cast import Cast
from tests.people import CARD

ABOUT = About("A walk", None, 10, "This looks at one walk. It helps you plan the next one.")
WENT = OneChoice(
    id="went",
    ask="Did you go for a walk?",
    options=(Option(id="yes", label="Yes"), Option(id="no", label="Not this week")),
)
NOTICED = ShortText(id="noticed", ask="What did you notice?")


def now_says(cast: Cast, activity_id: UUID, who: Viewer | None = None) -> Version:
    with cast.store.reading() as tx:
        return drafts.newest(tx, who or cast.priya.viewer, activity_id)


def seen(version: Version) -> Seen:
    return Seen(version.number, version.revision)


def changes(cast: Cast, activity_id: UUID, edit: Edit, at: Seen | None = None) -> Version:
    at = at or seen(now_says(cast, activity_id))
    drafts.change(cast.priya.actor, activity_id, at, edit)
    return now_says(cast, activity_id)


def a_walk(cast: Cast) -> UUID:
    """As Priya, create an activity with two questions, and return its id."""
    activity_id = uuid4()
    drafts.begin(cast.priya.actor, activity_id, ABOUT)
    for prompt, after in ((WENT, ""), (NOTICED, "went")):
        changes(cast, activity_id, lambda before, p=prompt, a=after: editing.added(before, p, a))
    return activity_id


def checked(cast: Cast, activity_id: UUID) -> Version:
    drafts.ask_for_approval(cast.priya.actor, activity_id, seen(now_says(cast, activity_id)))
    return now_says(cast, activity_id)


def approved(cast: Cast, activity_id: UUID) -> Version:
    version = checked(cast, activity_id)
    approval.approve(cast.margaret.actor, version.id, version.revision)
    return now_says(cast, activity_id)


def offered(cast: Cast, *, unapproved_too: bool = False) -> set[UUID]:
    with cast.store.reading() as tx:
        return {each.activity_id for each in assign.may_set(tx, unapproved_too=unapproved_too)}


def due(cast: Cast) -> Due:
    with cast.store.reading() as tx:
        appointment = appointments.appointments(tx, cast.sam.enrolment_id)[0]
    return Due(uuid4(), str(appointment.id), CARD)


def sets(cast: Cast, version: Version) -> UUID:
    before = due(cast)
    assign.set_work(cast.priya.actor, cast.sam.enrolment_id, version.id, before, unapproved_too=False)
    return before.new_id


def retitled(title: str) -> Edit:
    return lambda before: msgspec.structs.replace(before, title=title)


def test_an_activity_can_be_set_only_after_it_is_approved(cast: Cast) -> None:
    activity_id = a_walk(cast)
    assert now_says(cast, activity_id).state is VersionState.DRAFT
    assert activity_id not in offered(cast, unapproved_too=True)
    assert checked(cast, activity_id).state is VersionState.CHECKED
    assert activity_id in offered(cast, unapproved_too=True)
    assert activity_id not in offered(cast)
    assert approved(cast, activity_id).state is VersionState.APPROVED
    assert activity_id in offered(cast)


def test_sending_the_form_for_a_new_activity_twice_creates_only_one_activity(cast: Cast) -> None:
    activity_id = a_walk(cast)
    drafts.begin(cast.priya.actor, activity_id, ABOUT)
    assert len(now_says(cast, activity_id).activity.prompts) == 2


def test_a_draft_with_an_error_cannot_be_approved(cast: Cast) -> None:
    activity_id = uuid4()
    drafts.begin(cast.priya.actor, activity_id, ABOUT)
    with pytest.raises(NotAllowed):
        checked(cast, activity_id)
    version = now_says(cast, activity_id)
    with pytest.raises(NotAllowed):
        approval.approve(cast.margaret.actor, version.id, version.revision)


def test_an_activity_changed_after_its_check_must_be_checked_again(cast: Cast) -> None:
    activity_id = a_walk(cast)
    read = checked(cast, activity_id)
    assert changes(cast, activity_id, retitled("Another walk")).state is VersionState.DRAFT
    with pytest.raises(NotAllowed):
        approval.approve(cast.margaret.actor, read.id, read.revision)
    # the author asks for approval of the new wording, but the lead has seen only the old wording
    checked(cast, activity_id)
    with pytest.raises(ChangedElsewhere):
        approval.approve(cast.margaret.actor, read.id, read.revision)
    assert now_says(cast, activity_id).state is VersionState.CHECKED


def test_an_approved_version_never_changes(cast: Cast) -> None:
    activity_id = a_walk(cast)
    first = approved(cast, activity_id)
    work_id = sets(cast, first)
    cast.sam.answers(work_id, "went", "yes")
    second = changes(cast, activity_id, retitled("Another walk"))
    assert (second.number, second.state) == (2, VersionState.DRAFT)
    assert second.id != first.id and offered(cast) >= {activity_id}
    approved(cast, activity_id)
    his = cast.sam.work(work_id)
    assert his.activity == first.activity and his.answers["went"].value == "yes"
    cast.sam.finishes(work_id)
    assert cast.sam.submits(work_id)
    with cast.store.reading() as tx:
        assert [each.number for each in library.versions(tx, cast.priya.viewer, activity_id)] == [2, 1]


def test_two_authors_cannot_silently_overwrite_each_others_draft(cast: Cast) -> None:
    activity_id = a_walk(cast)
    at = seen(now_says(cast, activity_id))
    changes(cast, activity_id, retitled("Hers"), at)
    with pytest.raises(ChangedElsewhere):
        changes(cast, activity_id, retitled("His"), at)
    assert now_says(cast, activity_id).activity.title == "Hers"
    # the response was lost, so the page sends the same change again
    changes(cast, activity_id, retitled("Hers"), at)


def test_retiring_an_activity_does_not_affect_work_already_set(cast: Cast) -> None:
    activity_id = a_walk(cast)
    version = approved(cast, activity_id)
    work_id = sets(cast, version)
    approval.retire(cast.margaret.actor, activity_id)
    assert activity_id not in offered(cast) | offered(cast, unapproved_too=True)
    with pytest.raises(Rejected):
        sets(cast, version)
    cast.sam.answers(work_id, "went", "yes")
    approval.bring_back(cast.margaret.actor, activity_id)
    assert activity_id in offered(cast)


def test_only_a_lead_can_approve_or_retire_an_activity(cast: Cast) -> None:
    activity_id = a_walk(cast)
    version = checked(cast, activity_id)
    for nobody in (cast.priya, cast.sam, cast.alex):
        with pytest.raises(NotFound):
            approval.approve(nobody.actor, version.id, version.revision)
        with pytest.raises(NotFound):
            approval.retire(nobody.actor, activity_id)


def test_participants_and_administrators_cannot_change_an_activity(cast: Cast) -> None:
    activity_id = a_walk(cast)
    at = seen(now_says(cast, activity_id))
    for nobody in (cast.sam, cast.alex):
        with pytest.raises(NotFound):
            drafts.change(nobody.actor, activity_id, at, retitled("x"))


def test_importing_shipped_activities_never_overwrites_a_changed_activity(cast: Cast) -> None:
    with cast.store.reading() as tx:
        shipped = next(each for each in library.newest_versions(tx) if each.activity.id == "warning-signs")
    approval.approve(cast.margaret.actor, shipped.id, shipped.revision)
    ours = changes(cast, shipped.activity_id, retitled("Our warning signs"))
    assert drafts.take_in(cast.store, starter_activities(), cast.now, shipped=True) == 0
    assert now_says(cast, shipped.activity_id) == ours
    assert drafts.take_in(cast.store, [shipped.activity], cast.now) == 1
    assert now_says(cast, shipped.activity_id).activity == shipped.activity


def test_activity_files_are_imported_all_together_or_not_at_all(cast: Cast) -> None:
    good = msgspec.structs.replace(now_says(cast, a_walk(cast)).activity, id="a-new-walk")
    bad: Activity = msgspec.structs.replace(good, id="a-bad-walk", prompts=())
    with pytest.raises(NotAllowed):
        drafts.take_in(cast.store, [good, bad], cast.now)
    with cast.store.reading() as tx:
        assert "a-new-walk" not in {each.activity.id for each in library.newest_versions(tx)}
    assert drafts.take_in(cast.store, [good], cast.now) == 1
    wordy = msgspec.structs.replace(good, introduction="It goes " + "on and on " * 10 + "for long.")
    assert drafts.take_in(cast.store, [wordy], cast.now) == 1
    with cast.store.reading() as tx:
        found = {each.activity.id: each.state for each in library.newest_versions(tx)}
    assert (
        found["a-new-walk"] is VersionState.DRAFT
    )  # this activity has a warning, which its author must look at first
    assert drafts.take_in(cast.store, [wordy], cast.now) == 0
