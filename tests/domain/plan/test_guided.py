"""The order of the questions that build a plan."""

from companion.content import plan_parts
from companion.domain.plan.guided import Ask, after, ask, asks
from companion.domain.plan.plan import Stage
from companion.domain.plan.plan_parts import retired

PARTS = plan_parts()


def test_a_staged_part_is_asked_at_each_stage() -> None:
    assert [(each.part.id, each.stage) for each in asks(PARTS)][:5] == [
        ("why", None),
        ("signs", Stage.GREEN),
        ("signs", Stage.AMBER),
        ("signs", Stage.RED),
        ("avoid", None),
    ]


def test_it_leads_from_the_first_to_the_last() -> None:
    place: Ask | None = asks(PARTS)[0]
    seen = []
    while place:
        seen.append(place.place)
        place = after(PARTS, place)
    assert seen == [each.place for each in asks(PARTS)] and len(set(seen)) == len(seen)


def test_a_retired_part_is_not_asked_for_and_not_counted() -> None:
    fewer = retired(PARTS, "limits", retired=True)
    assert ask(fewer, "limits") is None and ask(PARTS, "nothing") is None
    assert [each.number for each in asks(fewer)] == [1, 2, 2, 2, 3, 4, 5, 6, 7, 7, 7]
    assert {each.of for each in asks(fewer)} == {7}


def test_an_unknown_stage_is_the_first() -> None:
    for stage in ("", "blue"):
        found = ask(PARTS, "signs", stage)
        assert found and found.stage is Stage.GREEN
    found = ask(PARTS, "good", "red")
    assert found and found.stage is None
