"""Test the order of the questions that help a participant build a plan."""

from companion.content import plan_parts
from companion.domain.plan.guided import CORE, Ask, after, ask, asks, before, halves
from companion.domain.plan.plan import Stage
from companion.domain.plan.plan_parts import POINTED_AT, retired

PARTS = plan_parts()


def test_the_first_plan_questions_are_about_difficult_moments() -> None:
    core, rest = halves(PARTS)
    assert [(each.part.id, each.stage) for each in core] == list(CORE)
    assert {
        each.part.id for each in core
    } == POINTED_AT  # these are the parts that the page for a difficult moment shows
    assert [(each.number, each.of) for each in core] == [(1, 3), (1, 3), (2, 3), (2, 3), (3, 3)]
    assert {each.part.id for each in rest} == {each.id for each in PARTS.asked} - {"people"}


def test_the_guided_plan_asks_one_question_for_each_part_and_stage() -> None:
    every = [(part, stage) for part in PARTS.asked for stage in (Stage if part.staged else [None])]
    asked = [(each.part, each.stage) for each in asks(PARTS)]
    assert len(asked) == len(every) and all(each in asked for each in every)


def test_each_stage_of_a_plan_part_words_its_question_differently() -> None:
    staged = [each for each in asks(PARTS) if each.stage]
    assert (
        len({each.words.ask for each in staged}) == len({each.words.help for each in staged}) == len(staged)
    )
    assert all(each.words == each.part for each in asks(PARTS) if not each.stage)


def test_a_participant_can_move_forwards_and_backwards_through_the_plan_questions() -> None:
    for half in halves(PARTS):
        place: Ask | None = half[0]
        seen = []
        while place:
            seen.append(place)
            place = after(PARTS, place)
        assert seen == half and before(PARTS, half[0]) is None
        assert [before(PARTS, each) for each in half[1:]] == half[:-1]


def test_participants_are_not_asked_about_a_part_of_the_plan_that_is_no_longer_in_use() -> None:
    limits = PARTS.part("limits")
    assert limits
    fewer = retired(PARTS, limits, retired=True)
    assert ask(fewer, "limits") is None and ask(PARTS, "nothing") is None
    assert {each.of for each in halves(fewer)[1]} == {halves(PARTS)[1][0].of - 1}


def test_an_unknown_stage_in_the_url_means_the_first_stage() -> None:
    for stage in ("", "blue"):
        found = ask(PARTS, "signs", stage)
        assert found and found.stage is Stage.AMBER
    found = ask(PARTS, "good", "red")
    assert found and found.stage is None
