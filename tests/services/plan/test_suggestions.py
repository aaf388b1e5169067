"""Test how practitioners read plans, suggest items and review plans with participants. Test how leads edit
the parts that every plan has.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, select

from companion.domain.plan.plan import Act, Plan
from companion.domain.plan.plan_parts import Made
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.services.act import Actor
from companion.services.plan import items, parts, reviews, suggestions
from companion.store import audit, outbox
from companion.store.plan import plan, summary
from tests.cast import Cast
from tests.people import Staff

WALK = ("Walking by the river", "", "")
SLEEP = ("Sleep", "How do you look after your sleep?", "For example: in bed by eleven.")
NEXT = "2026-12-22"


def of_sam(cast: Cast) -> Plan:
    with cast.store.reading() as tx:
        return plan.plan_of(tx, cast.sam.enrolment_id)


def has_a_plan(cast: Cast) -> None:
    items.add(cast.sam.actor, uuid4(), "good", [WALK], None)


def events(cast: Cast, what: audit.Event) -> int:
    with cast.store.reading() as tx:
        return len(tx.scalars(select(audit.AuditEntry).where(audit.AuditEntry.event == what)).all())


def suggests(cast: Cast, who: Staff, part: str = "good", typed: tuple[str, str, str] = WALK) -> None:
    suggestions.suggest(who.actor, cast.sam.enrolment_id, uuid4(), part, typed)


def test_plan_items_added_together_keep_their_order(cast: Cast) -> None:
    said = [(f"Number {number}", "", "") for number in range(30)]
    items.add(cast.sam.actor, uuid4(), "good", said, None)
    assert [item.entry.words for item in of_sam(cast).now] == [words for words, _, _ in said]


def test_every_reading_of_the_plan_by_a_practitioner_is_audited(cast: Cast) -> None:
    has_a_plan(cast)
    for looks in (1, 2):
        whole = suggestions.read(cast.priya.actor, cast.sam.enrolment_id)
        assert [item.entry.words for item in whole.now] == ["Walking by the river"]
        assert events(cast, audit.Event.PLAN_READ) == looks


def test_a_participant_can_add_plan_items_while_the_practitioner_reads_the_plan(
    cast: Cast, server: str
) -> None:
    """On PostgreSQL, reading a plan must not block changes to the plan."""
    has_a_plan(cast)
    came: list[str] = []

    def meanwhile(*executed: object) -> None:
        if server and not came and "FROM plan_versions" in str(executed[2]):
            came.append("once")
            suggested = [("Calling a friend", "", "")]
            items.add(cast.sam.actor, uuid4(), "good", suggested, None)

    with cast.store.reading() as tx:
        engine = tx.get_bind().engine
    listening = engine, "after_cursor_execute", meanwhile
    event.listen(*listening)
    try:
        whole = suggestions.read(cast.priya.actor, cast.sam.enrolment_id)
    finally:
        event.remove(*listening)
    assert [item.entry.words for item in whole.now] == ["Walking by the river"]
    assert len(of_sam(cast).now) == 1 + len(came) and len(came) == bool(server)


def test_only_the_participants_own_practitioner_can_read_the_plan(
    cast: Cast,
) -> None:
    has_a_plan(cast)
    for outsider in (cast.daniel, cast.margaret, cast.alex, cast.idris):
        with pytest.raises(NotFound):
            suggestions.read(outsider.actor, cast.sam.enrolment_id)
    for somebody in (cast.daniel, cast.margaret):
        with pytest.raises(NotFound):
            suggests(cast, somebody)
        with pytest.raises(NotFound):
            reviews.reviewed_together(somebody.actor, cast.sam.enrolment_id, 1, NEXT)
    assert of_sam(cast).suggestions == () and of_sam(cast).number == 1


def test_only_an_accepted_suggestion_is_in_the_plan(cast: Cast) -> None:
    suggests(cast, cast.priya)
    whole = of_sam(cast)
    assert whole.items == whole.versions == ()
    (waiting,) = whole.suggestions
    with pytest.raises(NotFound):
        items.accept(cast.idris.actor, waiting.id, WALK)
    with pytest.raises(NotFound):  # practitioners don't have plans
        items.accept(cast.priya.actor, waiting.id, WALK)
    assert of_sam(cast).items == ()
    items.accept(cast.sam.actor, waiting.id, ("Walking at dusk", "", ""))
    whole = of_sam(cast)
    assert [(item.entry.words, item.since) for item in whole.now] == [("Walking at dusk", 1)]
    assert whole.versions[0].by_id == cast.sam.viewer.account_id and whole.suggestions == ()


def test_sending_a_suggestion_twice_stores_it_once(cast: Cast) -> None:
    new_id = uuid4()
    for _ in range(2):
        suggestions.suggest(cast.priya.actor, cast.sam.enrolment_id, new_id, "good", WALK)
    assert len(of_sam(cast).suggestions) == 1
    with cast.store.reading() as tx:
        assert [each.notice for each in tx.scalars(select(outbox.Outgoing))] == ["plan_suggested"]


@pytest.mark.parametrize(
    ("part", "typed", "problem"),
    [
        ("nowhere", WALK, "not_offered"),
        ("", WALK, "not_offered"),
        ("good", ("", "", ""), "empty"),
        ("good", ("Walking", "Then this", ""), "one_box"),
        ("signs", WALK, "nothing_chosen"),
        ("signs", ("Late nights", "", "blue"), "not_offered"),
        ("instead", ("I am tired", "", ""), "empty"),
        ("people", ("My\nsister", "020", ""), "one_line"),
        ("good", ("x" * 1001, "", ""), "too_long"),
    ],
)
def test_an_invalid_suggestion_for_a_part_of_the_plan_is_refused(
    cast: Cast, part: str, typed: tuple[str, str, str], problem: str
) -> None:
    with pytest.raises(Rejected, match=problem):
        suggests(cast, cast.priya, part, typed)
    assert of_sam(cast).suggestions == ()


def test_a_suggestion_for_a_retired_part_of_the_plan_is_refused(cast: Cast) -> None:
    parts.retire(cast.margaret.actor, "good", 0, retired=True)
    with pytest.raises(Rejected, match="not_offered"):
        suggests(cast, cast.priya)


def test_a_joint_plan_review_is_recorded_once(cast: Cast) -> None:
    has_a_plan(cast)
    for _ in range(2):  # the form is sent twice
        reviews.reviewed_together(cast.priya.actor, cast.sam.enrolment_id, 1, NEXT)
    whole = of_sam(cast)
    assert [each.act for each in whole.versions] == [Act.ADDED, Act.REVIEWED]
    assert whole.last_review and whole.last_review.together
    assert str(whole.last_review.next_review) == NEXT
    assert whole.last_review.by_id == cast.priya.viewer.account_id


def test_a_plan_review_is_refused_if_the_plan_changed_while_the_page_was_open(cast: Cast) -> None:
    has_a_plan(cast)
    has_a_plan(cast)
    with pytest.raises(ChangedElsewhere):
        reviews.reviewed_together(cast.priya.actor, cast.sam.enrolment_id, 1, NEXT)
    assert of_sam(cast).last_review is None


def test_a_practitioner_and_a_participant_cannot_review_an_empty_plan(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="plan_empty"):
        reviews.reviewed_together(cast.priya.actor, cast.sam.enrolment_id, 0, NEXT)


def test_the_board_shows_when_each_participants_plan_last_changed(cast: Cast) -> None:
    has_a_plan(cast)
    has_a_plan(cast)
    items.take_out(cast.sam.actor, of_sam(cast).now[0].id, 1)
    suggests(cast, cast.priya)
    later = cast.now + timedelta(hours=1)
    reviews.reviewed_together(cast.priya.at(later), cast.sam.enrolment_id, 3, NEXT)
    with cast.store.reading() as tx:
        found = summary.facts(tx, [cast.sam.enrolment_id, cast.owen.enrolment_id])
    known = found[cast.sam.enrolment_id]
    assert (known.items, known.changed_at, str(known.next_review), known.waiting) == (1, cast.now, NEXT, 1)
    assert found[cast.owen.enrolment_id] == summary.PlanSummary()


def number(cast: Cast) -> int:
    with cast.store.reading() as tx:
        return plan.parts(tx)[0]


def test_only_a_lead_can_change_the_parts_that_every_plan_has(cast: Cast) -> None:
    for nobody in (cast.sam.actor, cast.priya.actor, cast.alex.actor):
        for act in (
            lambda actor=nobody: parts.reword(actor, "good", 0, SLEEP),
            lambda actor=nobody: parts.move(actor, "why", 0, "down"),
            lambda actor=nobody: parts.retire(actor, "good", 0, retired=True),
            lambda actor=nobody: parts.add(actor, uuid4(), "line", False, SLEEP),
        ):
            with pytest.raises(NotFound):
                act()
    assert number(cast) == 0


def test_two_leads_cannot_overwrite_each_others_changes_to_a_plan_part(cast: Cast) -> None:
    store, margaret, now = cast.store, cast.margaret.viewer, cast.now
    parts.reword(Actor(store, margaret, now), "good", 0, SLEEP)
    # the form is sent again after a lost response
    parts.reword(Actor(store, margaret, now), "good", 0, SLEEP)
    other = ("Food", *SLEEP[1:])
    for late in (
        lambda: parts.reword(Actor(store, margaret, now), "good", 0, other),
        lambda: parts.move(Actor(store, margaret, now), "good", 0, "up"),
        lambda: parts.retire(Actor(store, margaret, now), "good", 0, retired=True),
    ):
        with pytest.raises(ChangedElsewhere):
            late()
    assert number(cast) == 1
    assert events(cast, audit.Event.PLAN_PARTS_CHANGED) == 1


def test_saving_an_unchanged_plan_part_creates_no_version(cast: Cast) -> None:
    store, margaret, now = cast.store, cast.margaret.viewer, cast.now
    with store.reading() as tx:
        good = plan.parts(tx)[1].part("good")
    assert good
    parts.reword(Actor(store, margaret, now), "good", 0, (good.title, good.ask, good.help))
    parts.move(Actor(store, margaret, now), "why", 0, "up")
    parts.retire(Actor(store, margaret, now), "good", 0, retired=False)
    assert number(cast) == 0 and events(cast, audit.Event.PLAN_PARTS_CHANGED) == 0


def test_changes_to_plan_parts_are_stored_with_date_and_author(cast: Cast) -> None:
    store, margaret, now = cast.store, cast.margaret.viewer, cast.now
    new_id = uuid4()
    for _ in range(2):  # the form is sent twice
        parts.add(Actor(store, margaret, now), new_id, "line", False, SLEEP)
    part_id = f"part-{new_id.hex[:12]}"
    parts.move(Actor(store, margaret, now), part_id, 1, "up")
    parts.retire(Actor(store, margaret, now), part_id, 2, retired=True)
    parts.retire(Actor(store, margaret, now), part_id, 3, retired=False)
    with store.reading() as tx:
        versions, newest = summary.parts_versions(tx, 10), summary.parts_versions(tx, 2)
    told = [
        (each.number, each.at, each.by, [(made, part.id) for made, part in each.made]) for each in versions
    ]
    assert told == [
        (number, now, "Margaret", [(made, part)])
        for number, made, part in (
            (4, Made.BROUGHT_BACK, part_id),
            (3, Made.RETIRED, part_id),
            (2, Made.MOVED, part_id),
            (1, Made.ADDED, part_id),
        )
    ]
    assert newest == versions[:2]


def test_leads_cannot_retire_a_part_that_every_plan_must_have(cast: Cast) -> None:
    with pytest.raises(Rejected, match="part_needed"):
        parts.retire(cast.margaret.actor, "people", 0, retired=True)
    with pytest.raises(NotFound):
        parts.retire(cast.margaret.actor, "nowhere", 0, retired=True)


def test_items_of_a_retired_plan_part_can_still_be_changed(cast: Cast) -> None:
    has_a_plan(cast)
    parts.retire(cast.margaret.actor, "good", 0, retired=True)
    whole = of_sam(cast)
    assert [item.entry.words for item in whole.now] == ["Walking by the river"]
    items.change(cast.sam.actor, whole.now[0].id, 1, ("Walking at dusk", "", ""))
    assert [item.entry.words for item in of_sam(cast).now] == ["Walking at dusk"]
