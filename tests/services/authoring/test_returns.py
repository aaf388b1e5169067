"""Test that a lead can't send an activity back to its author without a remark. Only an activity that waits
for approval can be returned.
"""

from uuid import UUID

import pytest
from sqlalchemy import select

from companion.domain.activities import editing
from companion.domain.refusals import ChangedElsewhere, NotFound, Rejected
from companion.services.authoring import approval, drafts
from companion.services.authoring.approval import Reading
from companion.services.authoring.drafts import Seen
from companion.store import audit
from companion.store.activities import library, returns
from companion.store.activities.library import Version, VersionState
from tests.cast import Cast
from tests.fixtures import Clock
from tests.services.authoring.test_drafts import retitled
from tests.services.authoring.test_tailored import adapts


def starter(cast: Cast) -> Version:
    """Return an activity version that is waiting for approval."""
    with cast.store.reading() as tx:
        return next(each for each in library.newest_versions(tx) if each.activity.id == "my-brakes")


def now(cast: Cast, version: Version) -> Version:
    with cast.store.reading() as tx:
        return drafts.newest(tx, cast.priya.viewer, version.activity_id)


def seen(version: Version) -> Seen:
    return Seen(version.number, version.revision)


def reading(cast: Cast, activity_id: UUID) -> Reading:
    with cast.store.reading() as tx:
        return approval.reading(tx, library.versions(tx, cast.margaret.viewer, activity_id))


def sends_back(cast: Cast, version: Version, remark: str) -> None:
    approval.send_back(cast.margaret.actor, version.id, version.revision, remark)


def test_an_author_can_read_why_their_activity_was_returned(cast: Cast) -> None:
    version = starter(cast)
    sends_back(cast, version, " Two questions in one. \n\nPlease part them. ")
    assert now(cast, version).state is VersionState.DRAFT
    (one,) = reading(cast, version.activity_id).returned
    assert one.remark == "Two questions in one. \n\nPlease part them."
    assert reading(cast, version.activity_id).name(one.by_id) == "Margaret"
    with cast.store.reading() as tx:
        assert returns.open_among(tx, library.newest_versions(tx)) == {version.id}
    drafts.ask_for_approval(cast.priya.actor, version.activity_id, seen(version))
    with cast.store.reading() as tx:
        assert returns.open_among(tx, library.newest_versions(tx)) == set()


def test_returning_an_activity_twice_keeps_both_remarks(cast: Cast, clock: Clock) -> None:
    version = starter(cast)
    sends_back(cast, version, "Part them.")
    clock.forward(minutes=5)
    drafts.ask_for_approval(cast.priya.actor, version.activity_id, seen(version))
    # after another request for approval, the same remark is a second return
    sends_back(cast, version, "Part them.")
    assert [each.remark for each in reading(cast, version.activity_id).returned] == ["Part them."] * 2
    with cast.store.reading() as tx:
        of_it = select(audit.AuditEntry).where(audit.AuditEntry.event == audit.Event.ACTIVITY_RETURNED)
        assert [each.subject_id for each in tx.scalars(of_it)] == [version.id] * 2


def test_sending_the_form_twice_sends_an_activity_back_to_its_author_only_once(cast: Cast) -> None:
    version = starter(cast)
    for _ in range(2):
        sends_back(cast, version, "Part them.")
    assert len(reading(cast, version.activity_id).returned) == 1
    with pytest.raises(ChangedElsewhere):
        sends_back(cast, version, "Or leave one out.")
    assert len(reading(cast, version.activity_id).returned) == 1


def test_only_an_activity_waiting_for_approval_can_be_returned(cast: Cast) -> None:
    version = starter(cast)
    drafts.change(cast.priya.actor, version.activity_id, seen(version), retitled("What stops me"))
    changed = now(cast, version)
    for each in (version, changed):
        with pytest.raises(ChangedElsewhere):
            sends_back(cast, each, "Part them.")
    drafts.ask_for_approval(cast.priya.actor, version.activity_id, seen(changed))
    with pytest.raises(ChangedElsewhere):
        sends_back(cast, version, "Part them.")  # the lead has read the earlier wording
    approval.approve(cast.margaret.actor, changed.id, changed.revision)
    with pytest.raises(ChangedElsewhere):
        sends_back(cast, changed, "Part them.")


def test_returning_an_activity_needs_a_remark(cast: Cast) -> None:
    version = starter(cast)
    for remark, key in (("", "empty"), (" \n ", "empty"), ("x" * 2001, "too_long")):
        with pytest.raises(Rejected) as refused:
            sends_back(cast, version, remark)
        assert [(each.field, each.key) for each in refused.value.problems] == [("remark", key)]


def test_only_a_lead_can_send_an_activity_back_to_its_author(cast: Cast) -> None:
    version, own = starter(cast), adapts(cast)
    with pytest.raises(NotFound):
        approval.send_back(cast.priya.actor, version.id, version.revision, "Part them.")
    with pytest.raises(NotFound):
        approval.send_back(cast.margaret.actor, own.id, own.revision, "Part them.")


def test_a_lead_sees_an_activitys_changes_since_its_last_approval(cast: Cast) -> None:
    version = starter(cast)
    assert reading(cast, version.activity_id).changes is None
    assert reading(cast, version.activity_id).name(version.author_id) == ""
    approval.approve(cast.margaret.actor, version.id, version.revision)
    assert reading(cast, version.activity_id).changes is None
    last = version.activity.prompts[-1].id
    drafts.change(cast.priya.actor, version.activity_id, seen(version), lambda a: editing.without(a, last))
    found = reading(cast, version.activity_id)
    assert found.name(now(cast, version).author_id) == "Priya"
    assert found.last_approved and found.last_approved.id == version.id and found.changes
    assert [each.prompt.id for each in found.changes.questions if each.gone] == [last]
