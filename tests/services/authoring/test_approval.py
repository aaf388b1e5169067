"""Test the order of activities that wait for approval. Test how activities are grouped on the page for
setting work.
"""

from companion import content
from companion.domain.programme.topics import Placed, arranged
from companion.services.authoring import approval
from companion.services.authoring.drafts import take_in
from companion.services.work import assign
from companion.store.activities import library
from companion.store.activities.library import Version
from companion.store.enrolments import enrolments
from companion.store.programme import topics
from tests.cast import Cast


def waiting(cast: Cast, after: Version | None = None) -> list[Version]:
    with cast.store.reading() as tx:
        return approval.to_read(tx, after.activity_id if after else None)


def spoken(versions: list[Version]) -> list[tuple[str, str]]:
    return [(each.activity.id, each.activity.language) for each in versions]


def in_both(cast: Cast) -> list[Version]:
    """Import the starter activities, and return the versions that wait for approval."""
    take_in(cast.store, content.in_each_language(content.starter_activities()), cast.now, shipped=True)
    return waiting(cast)


def test_each_activitys_english_version_is_listed_for_approval_before_its_welsh_version(cast: Cast) -> None:
    every = spoken(in_both(cast))
    assert len(every) == 2 * len(content.starter_activities())
    assert all(
        (first, second) == ((slug, "en"), (slug, "cy"))
        for first, second, slug in zip(every[::2], every[1::2], [slug for slug, _ in every[::2]], strict=True)
    )


def test_after_approving_an_activity_a_lead_is_offered_the_next_activity(
    cast: Cast,
) -> None:
    first, second, third, *rest = in_both(cast)
    approval.approve(cast.margaret.actor, second.id, second.revision)
    assert spoken(waiting(cast, first)) == spoken([third, *rest])
    assert spoken(waiting(cast, second)) == spoken([third, *rest, first])
    assert spoken(waiting(cast, rest[-1])) == spoken([first, third, *rest[:-1]])


def test_activities_are_grouped_by_the_session_that_covers_their_topic(cast: Cast) -> None:
    with cast.store.reading() as tx:
        plan = topics.plan(tx, enrolments.enrolment(tx, cast.priya.viewer, cast.sam.enrolment_id))
        offered = assign.offers(library.newest_versions(tx))

    def found() -> dict[str, int]:
        return {
            each.version.activity.id: number
            for number, offers in assign.by_session(offered, plan)
            for each in offers
        }

    assert (found()["a-letter-not-sent"], found()["a-week-of-choices"]) == (4, 0)
    number = next(each.number for each in plan.planned if each.topic.id == "victim-empathy")
    plan = arranged(plan, {str(number): Placed(session="2")}, cast.now)
    assert found()["a-letter-not-sent"] == 2
    assert [number for number, _ in assign.by_session(offered, plan)][-1] == 0
    assert len(found()) == len(offered)
