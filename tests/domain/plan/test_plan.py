"""Test the items in each plan version, and which items can be added."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.content import plan_parts
from companion.domain.plan.plan import PART_MOST, WORDS_MOST, Item, Plan, PlanEntry, Stage
from companion.domain.plan.plan_parts import Part
from companion.domain.refusals import Rejected
from tests.domain.plans import item, plan


def part(part_id: str) -> Part:
    found = plan_parts().part(part_id)
    assert found
    return found


def problems(part_id: str, *rows: tuple[str, str, str]) -> list[tuple[str, str, object]]:
    with pytest.raises(Rejected) as refused:
        PlanEntry.several(part(part_id), rows)
    return [(each.key, each.field, each.values.get("row")) for each in refused.value.problems]


def test_a_plan_version_contains_the_items_that_existed_at_that_time() -> None:
    walk, swim = item("good", "Walking", since=1, until=3), item("good", "Swimming", since=2)
    whole = plan(walk, swim)
    assert [whole.at(number) for number in range(4)] == [[], [walk], [walk, swim], [swim]]
    assert whole.now == [swim]


def test_plan_items_are_sorted_by_part_and_stage() -> None:
    red, green = item("signs", "Alone", stage=Stage.RED), item("signs", "Calm", stage=Stage.GREEN)
    first, why, gone = (
        item("first", "Walk", stage=Stage.RED),
        item("why", "Peace"),
        item("no-such-part", "Old"),
    )
    assert plan(gone, first, red, why, green).now == [why, green, red, first, gone]


def test_comparing_two_plan_versions_lists_removed_and_new_items() -> None:
    same, ended = item("good", "Walking"), item("good", "Rain", until=2)
    before = item("good", "Tea", until=2)
    after = item("good", "Green tea", since=2, id=before.id)
    new = item("why", "Peace", since=2)
    changes = plan(same, ended, before, after, new).changes(1, 2)
    assert [(each.before, each.after) for each in changes] == [(ended, None), (before, after), (None, new)]


def test_a_plan_item_that_was_removed_and_brought_back_counts_as_unchanged() -> None:
    walk = item("good", "Walking", until=2)
    assert plan(walk, item("good", "Walking", since=3, id=walk.id)).changes(1, 3) == []


histories = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 8), st.one_of(st.none(), st.integers(1, 4)), st.text("ab", min_size=1)),
    max_size=12,
)  # fmt: skip
"""Random data, which the function ``apart`` turns into plan items."""


@given(histories, st.integers(0, 12), st.integers(0, 12))
def test_applying_the_changes_between_two_plan_versions_to_the_earlier_version_gives_the_later_version(
    rows: list[tuple[int, int, int | None, str]], first: int, last: int
) -> None:
    whole = plan(*apart(rows))
    after = {each.id: each.entry for each in whole.at(first)}
    for change in whole.changes(first, last):
        if change.before:
            assert after.pop(change.before.id) == change.before.entry
        if change.after:
            after[change.after.id] = change.after.entry
    assert after == {each.id: each.entry for each in whole.at(last)}


def apart(rows: list[tuple[int, int, int | None, str]]) -> list[Item]:
    """Return plan items made from these rows. No plan version contains two items with the same id."""
    ids = [UUID(int=number) for number in range(4)]
    free = dict.fromkeys(range(4), 1)
    items = []
    for which, gap, stood, words in rows:
        since = free[which] + gap if free[which] else 0
        if not since:
            continue  # the previous item with this id still exists
        until = since + stood if stood else None
        free[which] = until or 0
        items.append(item("good", words, since=since, until=until, id=ids[which]))
    return items


def test_a_plan_item_can_have_a_thousand_characters() -> None:
    assert PlanEntry.typed(part("good"), "x" * WORDS_MOST, "", "").words == "x" * WORDS_MOST
    assert problems("good", ("x" * 5000, "", "")) == [("too_long", "words", 1)]


def test_each_problem_in_the_plan_form_names_its_row() -> None:
    entries = PlanEntry.several(
        part("people"), [("My sister", "at home", ""), (" ", "", ""), ("Tom", "the club", "")]
    )
    assert [each.words for each in entries] == ["My sister", "Tom"]
    assert problems("people", ("My sister", "at home", ""), ("Tom\nand Ann", "x" * 301, "")) == [
        ("one_line", "words", 2),
        ("too_long", "more", 2),
    ]
    assert problems("instead", ("Tired", "", "")) == [("empty", "more", 1)]
    assert problems("instead", ("", "Walk", "")) == [("empty", "words", 1)]
    assert problems("good", ("", "", ""), (" ", "", "")) == [("empty", "words", 1)]


def test_a_person_whose_phone_number_is_not_given_can_be_added_to_the_plan() -> None:
    assert PlanEntry.typed(part("people"), "My neighbour", "", "") == PlanEntry("people", "My neighbour")
    assert problems("people", ("", "01632 960123", "")) == [("empty", "words", 1)]


def test_a_plan_item_needs_exactly_one_stage_if_its_plan_part_has_stages() -> None:
    assert problems("signs", ("Calm", "", ""), ("Tired", "", "")) == [("nothing_chosen", "stage", None)]
    assert problems("signs", ("Calm", "", "blue")) == [("not_offered", "stage", None)]
    assert PlanEntry.typed(part("good"), "Walking", "left out", "red") == PlanEntry("good", "Walking")


def test_a_part_of_a_plan_can_have_two_hundred_items() -> None:
    whole = Plan(
        plan_parts(), plan(item("good", "x")).versions, tuple(item("good", "x") for _ in range(PART_MOST))
    )
    whole.room("why")
    with pytest.raises(Rejected) as refused:
        whole.room("good")
    assert refused.value.problems[0].key == "part_full"


def test_the_latest_wording_of_a_removed_plan_item_can_be_found() -> None:
    walk = item("good", "Walking", until=2)
    newer = item("good", "Walking at dusk", since=2, until=3, id=walk.id)
    whole = plan(walk, newer)
    assert whole.item(walk.id) == newer and whole.now == [] and whole.item(uuid4()) is None
