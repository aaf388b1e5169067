"""Test how two versions of a plan are compared, by parts and by words."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from companion.content import plan_parts
from companion.domain.plan.diff import COMPARED_MOST, Stretch, compared, steps, words_compared
from companion.domain.plan.plan import Act, Item, Plan, PlanEntry, Stage, Version

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)


def item(number: int, part: str, words: str, since: int, until: int | None = None) -> Item:
    return Item(UUID(int=number), PlanEntry(part, words), None, since, until)


def plan_of(*items: Item) -> Plan:
    """Return a plan that has five versions."""
    acts = (Act.ADDED, Act.CHANGED, Act.REMOVED, Act.BROUGHT_BACK, Act.REVIEWED)
    versions = tuple(Version(number, NOW, UUID(int=9), act) for number, act in enumerate(acts, 1))
    return Plan(plan_parts(), versions, items)


WHOLE = plan_of(
    item(1, "good", "The river", 1, 2),
    item(1, "good", "The river at dusk", 2),
    item(2, "good", "Bread", 1, 3),
    item(2, "good", "Bread", 4),
    item(3, "avoid", "Late nights", 1),
)


def words_of(those: list[Item]) -> list[str]:
    return [each.entry.words for each in those]


def test_comparing_two_plan_versions_shows_new_and_removed_items() -> None:
    avoid, good = compared(WHOLE, 1, 3)
    assert (avoid.part.id, words_of(avoid.same), avoid.changed) == ("avoid", ["Late nights"], False)
    assert words_of(good.gone) == ["Bread"] and not good.new
    assert [(change.before, change.after) for change in good.reworded] == [(WHOLE.items[0], WHOLE.items[1])]
    (good,) = [each for each in compared(WHOLE, 3, 5) if each.changed]
    assert words_of(good.new) == ["Bread"] and words_of(good.same) == ["The river at dusk"]


def test_an_item_that_was_removed_and_brought_back_counts_as_unchanged() -> None:
    assert not any(each.changed for each in compared(WHOLE, 2, 4))
    assert not any(each.changed for each in compared(WHOLE, 5, 5))


def test_every_item_is_new_compared_with_an_empty_plan() -> None:
    assert [(each.part.id, words_of(each.new)) for each in compared(WHOLE, 0, 5)] == [
        ("avoid", ["Late nights"]),
        ("good", ["The river at dusk", "Bread"]),
    ]


def test_a_plans_history_lists_each_versions_changes() -> None:
    told = [
        (step.version.number, words_of(step.new), len(step.reworded), words_of(step.gone))
        for step in steps(WHOLE, 6, 10)
    ]
    assert told == [
        (5, [], 0, []),
        (4, ["Bread"], 0, []),
        (3, [], 0, ["Bread"]),
        (2, [], 1, []),
        (1, ["The river", "Bread", "Late nights"], 0, []),
    ]
    assert [step.version.number for step in steps(WHOLE, 4, 2)] == [3, 2]


def test_moving_a_plan_item_to_another_stage_counts_as_a_change() -> None:
    before = Item(UUID(int=1), PlanEntry("signs", "I skip meals", "", Stage.AMBER), None, 1, 2)
    after = Item(UUID(int=1), PlanEntry("signs", "I skip meals", "", Stage.RED), None, 2, None)
    (signs,) = compared(plan_of(before, after), 1, 2)
    assert [change.after for change in signs.reworded] == [after]


def test_changed_words_in_a_plan_item_are_marked() -> None:
    before, after = words_compared("I walk to the bridge", "I walk slowly to the old bridge")
    assert before == [Stretch("I walk to the bridge", True)]
    assert [one.text for one in after if not one.same] == [" slowly", " old"]


WORDS = st.text(alphabet="ab \n", max_size=60)


@given(WORDS, WORDS)
def test_comparing_two_texts_neither_loses_nor_adds_words(before: str, after: str) -> None:
    before, after = before.strip(), after.strip()
    one, other = words_compared(before, after)
    assert "".join(each.text for each in one) == before and "".join(each.text for each in other) == after
    same = ["".join(each.text for each in those if each.same) for those in (one, other)]
    assert same[0] == same[1]
    assert before != after or all(each.same for each in one + other)


def test_even_a_very_long_text_is_compared_quickly() -> None:
    """Compare the texts for which a word-by-word comparison takes longest.

    Texts too long to compare word by word count as changed from their first to their last difference.
    """
    before, after = words_compared("start " + "a b " * 248 + "end", "start " + "b b a " * 165 + "end")
    assert len(before) > 100 and "".join(each.text for each in before).count("a") == 249
    before, after = words_compared("start " + "a b " * COMPARED_MOST + "end", "start b b a end")
    assert [each.same for each in before] == [each.same for each in after] == [True, False, True]


def table(one: list[str], other: list[str]) -> list[list[int]]:
    """Return the longest-common-subsequence table.

    The top-left cell of the table holds the result of comparing the two complete lists.
    """
    longest = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in reversed(range(len(one))):
        for j in reversed(range(len(other))):
            either = max(longest[i + 1][j], longest[i][j + 1])
            longest[i][j] = longest[i + 1][j + 1] + 1 if one[i] == other[j] else either
    return longest


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_the_word_comparison_finds_the_longest_common_subsequence(one: list[str], other: list[str]) -> None:
    before, _ = words_compared(" ".join(("the", *one)), " ".join(("the", *other)))
    same = " ".join(each.text for each in before if each.same).split()
    assert len(same) == 1 + table(one, other)[0][0]
