"""Test a plan's folding card, on which red items are printed before amber items."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from companion.content import plan_parts
from companion.domain.plan.card import CUT, FIRST_LINES, KEPT_FREE, PEOPLE_LINES, Card, _needs, card
from companion.domain.plan.plan import MORE_MOST, WORDS_MOST, Act, Item, Plan, PlanEntry, Stage, Version

LONG = ("I walk to the bridge and back. " * 40)[:WORDS_MOST]


def card_of(*entries: PlanEntry) -> Card:
    version = Version(1, datetime(2026, 11, 24, tzinfo=UTC), UUID(int=1), Act.ADDED)
    items = tuple(Item(uuid4(), entry, None, 1, None) for entry in entries)
    return card(Plan(plan_parts(), (version,), items))


def first(words: str, stage: Stage = Stage.RED) -> PlanEntry:
    return PlanEntry("first", words, "", stage)


def test_the_card_of_a_short_plan_shows_every_contact_and_every_red_and_amber_step() -> None:
    red, amber, green = (first(f"At {stage}", stage) for stage in (Stage.RED, Stage.AMBER, Stage.GREEN))
    sister, good = PlanEntry("people", "My sister", "020 7946 0018"), PlanEntry("good", "The river")
    made = card_of(red, amber, green, sister, good)
    assert (made.red, made.amber, made.people, made.left_out) == ([red], [amber], [sister], [])


def test_an_empty_plan_makes_an_empty_card() -> None:
    assert card_of() == Card([], [], [], [])


def test_plan_items_that_do_not_fit_on_the_card_are_listed_separately() -> None:
    many = [first(f"Step {number}") for number in range(200)]
    made = card_of(*many)
    assert made.red == many[: len(made.red)] and len(made.red) == FIRST_LINES - KEPT_FREE
    assert made.left_out == many[len(made.red) :]


def test_a_long_item_is_shortened_on_the_card() -> None:
    made = card_of(first(LONG), PlanEntry("people", "x" * MORE_MOST, "y" * MORE_MOST))
    assert made.red[0].words.endswith(CUT) and LONG.startswith(made.red[0].words.removesuffix(CUT))
    assert made.people[0].more == "y" * MORE_MOST or made.people[0].more.endswith(CUT)
    assert len(made.left_out) == 2


def test_a_plans_card_always_has_room_for_items_of_both_the_red_and_amber_stages() -> None:
    made = card_of(first(LONG), first("Then this", Stage.AMBER))
    assert made.red and [each.words for each in made.amber] == ["Then this"]
    made = card_of(*[first(f"Step {number}", Stage.AMBER) for number in range(200)])
    assert len(made.amber) == FIRST_LINES - KEPT_FREE


TEXT = st.text(min_size=1, max_size=300).filter(str.strip)


@given(
    st.lists(st.tuples(TEXT, st.sampled_from(Stage)), max_size=12),
    st.lists(st.tuples(TEXT, TEXT), max_size=6),
)
def test_a_card_never_overflows(steps: list[tuple[str, Stage]], people: list[tuple[str, str]]) -> None:
    firsts = [first(words, stage) for words, stage in steps]
    those = [PlanEntry("people", words, more) for words, more in people]
    made = card_of(*firsts, *those)
    blank = KEPT_FREE * sum(
        not any(each.stage is stage for each in firsts) for stage in (Stage.RED, Stage.AMBER)
    )
    assert sum(map(_needs, made.red + made.amber)) + blank <= FIRST_LINES
    assert sum(map(_needs, made.people)) <= PEOPLE_LINES
    for entry in [each for each in firsts if each.stage is not Stage.GREEN] + those:
        assert entry in made.red + made.amber + made.people + made.left_out
