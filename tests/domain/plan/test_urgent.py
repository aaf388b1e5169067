"""Test which parts of a plan are shown to somebody who needs urgent help."""

from companion.domain.plan.plan import Stage
from companion.domain.plan.urgent import at_hand
from tests.domain.plans import item, plan, version


def test_the_first_steps_in_a_plan_are_grouped_by_stage_green_amber_and_red() -> None:
    early = item("first", "Go outside", stage=Stage.RED, since=1)
    late = item("first", "Ring the Helpline", stage=Stage.RED, since=3)
    found = at_hand(plan(early, late, item("signs", "Tired", stage=Stage.AMBER, since=2)))
    assert found.first == {Stage.GREEN: [], Stage.AMBER: [], Stage.RED: [early, late]}
    assert found.written == {Stage.RED: version(3).at}
    assert found.urgent == [Stage.RED]
    assert [each.entry.words for each in found.signs[Stage.AMBER]] == ["Tired"]


def test_people_with_a_phone_number_are_listed_first() -> None:
    people = [item("people", "Tom", "at the club"), item("people", "My sister", "01632 960123, evenings")]
    found = at_hand(plan(*people)).people
    assert [(each.who, each.how, each.dial) for each in found] == [
        ("My sister", "01632 960123, evenings", "+441632960123"),
        ("Tom", "at the club", ""),
    ]


def test_an_empty_plan_shows_nothing() -> None:
    found = at_hand(plan())
    assert not found.people and not found.urgent and not found.written
