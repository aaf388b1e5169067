"""Test that no plan item is lost, whichever window changed the plan."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.domain.drafts import Draft
from companion.domain.plan.plan import PART_MOST, Act, Plan
from companion.domain.refusals import ChangedElsewhere, NotFound, Refused, Rejected
from companion.services.act import Actor
from companion.services.plan import drafts, items, suggestions
from companion.services.plan.drafts import PlanForm
from companion.store.plan import plan
from tests.cast import Cast
from tests.fixtures import Clock


def of(cast: Cast) -> Plan:
    """Return Sam's plan as the database stores it."""
    with cast.store.reading() as tx:
        return plan.plan_of(tx, cast.sam.enrolment_id)


def draft_of(cast: Cast, place: str) -> Draft | None:
    with cast.store.reading() as tx:
        return plan.draft_place(tx, cast.sam.enrolment_id, place).draft(tx)


def adds(cast: Cast, *words: str, part: str = "good") -> UUID:
    """Add these items to Sam's plan, and return the first item's id."""
    new_id = uuid4()
    items.add(cast.sam.actor, new_id, part, [(each, "", "") for each in words], None)
    return new_id


def types(place: str, words: str, *, tab: str = "one", seen: int = 0, beat: int = 0) -> PlanForm:
    return PlanForm(place, seen, tab, {"words": [words]}, beat)


def suggests(cast: Cast, words: str) -> UUID:
    """As Priya, suggest this plan item to Sam, and return the suggestion's id."""
    new_id = uuid4()
    suggestions.suggest(cast.priya.actor, cast.sam.enrolment_id, new_id, "good", (words, "", ""))
    return new_id


def test_rewording_or_removing_a_plan_item_creates_a_new_version(cast: Cast, clock: Clock) -> None:
    store, sam, item = cast.store, cast.sam.viewer, adds(cast, "Walking by the river")
    items.change(Actor(store, sam, clock.now), item, 1, ("Walking by the river at dusk", "", ""))
    items.take_out(Actor(store, sam, clock.now), item, 2)
    assert of(cast).now == []
    items.bring_back(Actor(store, sam, clock.now), item)
    whole = of(cast)
    assert [each.act for each in whole.versions] == [Act.ADDED, Act.CHANGED, Act.REMOVED, Act.BROUGHT_BACK]
    assert [[item.entry.words for item in whole.at(number)] for number in range(5)] == [
        [],
        ["Walking by the river"],
        ["Walking by the river at dusk"],
        [],
        ["Walking by the river at dusk"],
    ]


def test_two_windows_cannot_overwrite_each_others_changes_to_a_plan_item(cast: Cast, clock: Clock) -> None:
    store, sam, item = cast.store, cast.sam.viewer, adds(cast, "Walking")
    items.change(Actor(store, sam, clock.now), item, 1, ("Walking at dusk", "", ""))
    items.change(
        Actor(store, sam, clock.now), item, 1, ("Walking at dusk", "", "")
    )  # the form is sent again after a lost response
    with pytest.raises(ChangedElsewhere):
        items.change(Actor(store, sam, clock.now), item, 1, ("Swimming", "", ""))
    with pytest.raises(ChangedElsewhere):
        items.take_out(Actor(store, sam, clock.now), item, 1)
    assert [item.entry.words for item in of(cast).now] == ["Walking at dusk"]


def test_sending_a_plan_item_twice_adds_it_once(
    cast: Cast,
) -> None:
    new_id, rows = uuid4(), [("Walking", "", ""), ("Tea", "", "")]
    for _ in range(2):
        items.add(cast.sam.actor, new_id, "good", rows, None)
    with pytest.raises(ChangedElsewhere):
        items.add(cast.sam.actor, new_id, "good", [("Rain", "", "")], None)
    assert [item.entry.words for item in of(cast).now] == ["Walking", "Tea"] and of(cast).number == 1


def test_a_refused_plan_change_stores_nothing(cast: Cast) -> None:
    rows = [("Walking", "", ""), ("x" * 5000, "", "")]
    with pytest.raises(Rejected):
        items.add(cast.sam.actor, uuid4(), "good", rows, None)
    with pytest.raises(Rejected):
        adds(cast, "Walking", part="no-such-part")
    assert of(cast).versions == ()


def test_a_part_of_the_plan_has_at_most_200_items(cast: Cast) -> None:
    adds(cast, *(f"Number {number}" for number in range(PART_MOST - 1)))
    last = adds(cast, "The last one")
    with pytest.raises(Rejected) as refused:
        adds(cast, "One too many")
    assert refused.value.problems[0].key == "part_full"
    items.take_out(cast.sam.actor, last, 2)
    adds(cast, "Now there is room")
    with pytest.raises(Rejected):
        items.bring_back(cast.sam.actor, last)
    adds(cast, "Another part", part="why")


def test_only_the_participant_can_change_their_plan(cast: Cast) -> None:
    item = adds(cast, "Walking")
    suggestion = suggests(cast, "Ring the Helpline")
    for stranger in (cast.idris.viewer, cast.owen.viewer):
        for act in (
            lambda who: items.change(Actor(cast.store, who, cast.now), item, 1, ("Mine", "", "")),
            lambda who: items.take_out(Actor(cast.store, who, cast.now), item, 1),
            lambda who: items.bring_back(Actor(cast.store, who, cast.now), item),
            lambda who: items.accept(Actor(cast.store, who, cast.now), suggestion, ("Mine", "", "")),
            lambda who: items.decline(Actor(cast.store, who, cast.now), suggestion),
        ):
            with pytest.raises(NotFound):
                act(stranger)
    assert of(cast).number == 1 and len(of(cast).suggestions) == 1


def test_an_accepted_suggestion_is_added_with_the_participants_wording(cast: Cast) -> None:
    suggestion = suggests(cast, "Ring the Helpline")
    for _ in range(2):
        items.accept(cast.sam.actor, suggestion, ("Ring somebody", "", ""))
    with pytest.raises(ChangedElsewhere):  # different wording from a second window isn't a repeated form
        items.accept(cast.sam.actor, suggestion, ("Ring Tom", "", ""))
    with pytest.raises(ChangedElsewhere):
        items.decline(cast.sam.actor, suggestion)
    assert [item.entry.words for item in of(cast).now] == ["Ring somebody"]
    assert [each.act for each in of(cast).versions] == [Act.ACCEPTED] and of(cast).suggestions == ()


def test_a_declined_suggestion_is_not_added_to_the_plan(cast: Cast) -> None:
    suggestion = suggests(cast, "Ring the Helpline")
    for _ in range(2):
        items.decline(cast.sam.actor, suggestion)
    with pytest.raises(ChangedElsewhere):
        items.accept(cast.sam.actor, suggestion, ("Ring the Helpline", "", ""))
    assert of(cast).versions == () and of(cast).suggestions == ()


def test_adding_a_plan_item_deletes_its_draft(cast: Cast) -> None:
    place = "build/good"
    drafts.save(cast.sam.actor, types(place, "Walk"))
    kept = drafts.save(cast.sam.actor, types(place, "Walking", beat=2))
    late = drafts.save(cast.sam.actor, types(place, "Wal", beat=1))
    assert kept.typed == late.typed == {"words": ["Walking"]}
    items.add(cast.sam.actor, uuid4(), "good", [("Walking", "", "")], None, typed=types(place, "Walking"))
    assert draft_of(cast, place) is None and [item.entry.words for item in of(cast).now] == ["Walking"]


def test_an_empty_text_box_creates_no_plan_draft(cast: Cast) -> None:
    empty = PlanForm("build/signs/red", 0, "one", {"words": [""], "more": [""], "stage": ["red"]})
    assert drafts.save(cast.sam.actor, empty).typed == {}
    assert draft_of(cast, "build/signs/red") is None


def test_another_windows_plan_draft_is_not_overwritten(cast: Cast) -> None:
    place = "build/good"
    kept = drafts.save(cast.sam.actor, types(place, "Walking", tab="one"))
    with pytest.raises(ChangedElsewhere):
        drafts.save(cast.sam.actor, types(place, "Tea", tab="two"))
    with pytest.raises(ChangedElsewhere):
        items.add(
            cast.sam.actor, uuid4(), "good", [("Tea", "", "")], None, typed=types(place, "Tea", tab="two")
        )
    assert draft_of(cast, place) == kept and of(cast).versions == ()
    items.add(
        cast.sam.actor,
        uuid4(),
        "good",
        [("Tea", "", "")],
        None,
        typed=types(place, "Tea", tab="two", seen=kept.revision),
    )
    assert draft_of(cast, place) is None


def test_a_refused_plan_item_is_kept_as_a_draft(cast: Cast) -> None:
    place, text = "build/good", "x" * 5000
    with pytest.raises(Rejected):
        items.add(cast.sam.actor, uuid4(), "good", [(text, "", "")], None, typed=types(place, text))
    kept = draft_of(cast, place)
    assert kept and kept.typed == {"words": [text]}


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["add", "change", "take out", "bring back", "accept", "decline"]),
        st.integers(0, 1),
        st.integers(0, 5),
        st.text("abc", min_size=1, max_size=3),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)
"""Random changes to a plan, made in two browser windows."""


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_changing_a_plan_in_two_windows_loses_no_text(
    cast: Cast, acts: list[tuple[str, int, int, str, bool]]
) -> None:
    windows = [of(cast), of(cast)]
    taken: set[str] = set()
    for act, window, which, words, looks in acts:
        if looks:
            windows[window] = of(cast)
        shown = windows[window]
        try:
            does(cast, shown, act, which, words)
        except (Refused, IndexError):
            continue
        if act in ("add", "change", "accept"):
            taken.add(words)
    whole = of(cast)
    assert [each.number for each in whole.versions] == list(range(1, whole.number + 1))
    stood = {item.entry.words for number in range(whole.number + 1) for item in whole.at(number)}
    assert taken <= stood
    for item in whole.items:  # no version contains two wordings of one item
        rivals = [each for each in whole.items if each.id == item.id and each.stands_in(item.since)]
        assert rivals == [item]


def does(cast: Cast, shown: Plan, act: str, which: int, words: str) -> None:
    """Carry out the action named in ``act``, such as “add”, on a page that shows this plan.

    Raise ``IndexError`` if the item isn't in the plan.
    """
    store, sam, row = cast.store, cast.sam.viewer, (words, "", "")
    if act == "add":
        adds(cast, words)
    elif act in ("accept", "decline"):
        if which == 0:
            suggests(cast, "Suggested")
        suggestion = shown.suggestions[0].id
        if act == "accept":
            items.accept(Actor(store, sam, cast.now), suggestion, row)
        else:
            items.decline(Actor(store, sam, cast.now), suggestion)
    elif act == "bring back":
        gone = [item for item in shown.items if item not in shown.now]
        items.bring_back(Actor(store, sam, cast.now + timedelta(seconds=1)), gone[which].id)
    else:
        item = shown.now[which]
        if act == "change":
            items.change(Actor(store, sam, cast.now), item.id, item.since, row)
        else:
            items.take_out(Actor(store, sam, cast.now), item.id, item.since)
