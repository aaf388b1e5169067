"""The order in which a lead reads what waits, and where activities appear for those who set them."""

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
    """Return the versions of the starter activities that wait, in English and Welsh."""
    take_in(cast.store, content.in_each_language(content.starter_activities()), cast.now, shipped=True)
    return waiting(cast)


def test_both_languages_of_an_activity_stand_together_and_the_english_one_in_front(cast: Cast) -> None:
    every = spoken(in_both(cast))
    assert len(every) == 2 * len(content.starter_activities())
    assert all(
        (first, second) == ((slug, "en"), (slug, "cy"))
        for first, second, slug in zip(every[::2], every[1::2], [slug for slug, _ in every[::2]], strict=True)
    )


def test_behind_what_was_read_stands_its_other_language_and_in_the_end_what_was_left_out(cast: Cast) -> None:
    first, second, third, *rest = in_both(cast)
    approval.approve(cast.margaret.actor, second.id, second.revision)
    assert spoken(waiting(cast, first)) == spoken([third, *rest])
    assert spoken(waiting(cast, second)) == spoken([third, *rest, first])
    assert spoken(waiting(cast, rest[-1])) == spoken([first, third, *rest[:-1]])


def test_what_can_be_set_stands_by_the_session_in_which_its_topic_is_planned(cast: Cast) -> None:
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
