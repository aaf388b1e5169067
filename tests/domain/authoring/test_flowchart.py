"""Test the flowchart of an activity's paths, for valid activities and for faulty drafts."""

import re
from itertools import combinations, pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from companion.content import starter_activities
from companion.domain.activities.activity import Activity, from_plain
from companion.domain.activities.answers import Condition
from companion.domain.activities.answers._shapes import WIDTH, Box
from companion.domain.activities.answers._words import breadth
from companion.domain.authoring.flowchart import MOST_LANES, Picture, To, lanes_for, paths

END = "end"


def activity(*prompts: dict[str, Any]) -> Activity:
    return from_plain(
        {
            "format": 1,
            "id": "a-walk",
            "title": "A walk",
            "minutes": 5,
            "introduction": "This looks at one walk.",
            "prompts": list(prompts),
        }
    )


def question(name: str, *branches: dict[str, Any], kind: str = "list", **settings: str) -> dict[str, Any]:
    ask = f"What was the walk like at the {name}, and what did you see there?"
    return {"id": name, "kind": kind, "ask": ask, "branches": list(branches), **settings}


def to(name: str, **when: Any) -> dict[str, Any]:
    return {"to": name, "when": when} if when else {"to": name}


def ways(picture: Picture, number: int) -> list[tuple[To, int]]:
    return [(way.to, way.number) for way in picture.rows[number - 1].ways]


def jumps(picture: Picture) -> set[tuple[int, int]]:
    """Return each curved arrow as a pair of question numbers. The number 0 means the end of the activity."""
    rows = len(picture.rows)
    return {(arc.start + 1, (arc.end + 1) % (rows + 1)) for arc in picture.arcs}


@st.composite
def drafts(draw: st.DrawFn) -> Activity:
    """Return a Hypothesis strategy for drafts, some with nonsensical branches, quotations and repeats."""
    many = draw(st.integers(0, 14))
    names = [f"q{place}" for place in range(many)]
    anywhere = st.sampled_from([*names, END, "next", "gone"])
    condition = st.one_of(
        st.just({}),
        st.fixed_dictionaries({"way": st.sampled_from(["answered", "not_sure", "talk"])}),
        st.fixed_dictionaries({"at_least": st.integers(0, 4), "prompt": anywhere}),
    )
    branch = st.fixed_dictionaries({"to": anywhere, "when": condition})
    over = st.sampled_from(["", "", *names[:2], "gone"])
    return activity(
        *[
            {
                **question(
                    draw(st.sampled_from([name, name, name, "q0"])), *draw(st.lists(branch, max_size=4))
                ),
                "recall": draw(st.sampled_from(["", *names, "gone"])),
                "for_each": draw(over) if draw(st.booleans()) else "q0" if place in (3, 4) else "",
            }
            for place, name in enumerate(names)
        ]
    )


def test_the_flowchart_shows_each_next_question_and_every_jump() -> None:
    picture = paths(
        activity(
            question("gate", to("wood", at_least=3), to(END, way="talk")),
            question("lane", to("hill")),
            question("wood"),
            question("hill"),
        )
    )
    assert ways(picture, 1) == [(To.JUMP, 3), (To.JUMP, 0), (To.ON, 2)]
    assert ways(picture, 2) == [(To.JUMP, 4)]
    assert ways(picture, 4) == [(To.ON, 0)]
    assert jumps(picture) == {(1, 3), (1, 0), (2, 4)}
    assert len(picture.straight) == 3, "from the lane nothing leads straight on"
    assert [row.number for row in picture.rows] == [1, 2, 3, 4]


def test_a_condition_in_the_flowchart_names_its_question() -> None:
    picture = paths(
        activity(question("gate"), question("lane", to(END, prompt="gate", at_least=2), to(END, at_most=1)))
    )
    earlier, own, otherwise = picture.rows[1].ways
    assert earlier.asked and (earlier.asked.id, earlier.asked_number) == ("gate", 1)
    assert own.asked and (own.asked.id, own.asked_number) == ("lane", 0)
    assert (otherwise.condition, otherwise.asked_number) == (None, 0)


def test_the_flowchart_shows_that_a_part_is_repeated_for_each_list_item() -> None:
    picture = paths(
        activity(
            question("views"),
            question("near", to("next", at_least=2), for_each="views"),
            question("far", to("home", way="talk"), for_each="views"),
            question("home"),
        )
    )
    assert ways(picture, 2) == [(To.AGAIN, 4), (To.ON, 3)]
    assert ways(picture, 3) == [(To.LEAVE, 4), (To.AGAIN, 4)]
    assert [row.over for row in picture.rows] == [None, 1, 1, None]
    (panel,) = picture.panels
    assert panel.over == 1
    assert all(panel.y < row.box.y and row.box.bottom.y < panel.y + panel.height for row in picture.rows[1:3])
    assert panel.y > picture.rows[0].box.bottom.y
    assert panel.y + panel.height < picture.rows[3].box.y
    assert len(picture.again) == 2
    assert jumps(picture) == {(3, 4)}, "leaving the part is another way than going on after the last item"


def test_the_flowchart_continues_below_repeated_prompts() -> None:
    picture = paths(
        activity(
            question("views"),
            question("near", to("next", at_least=2), for_each="views"),
            question("far", to(END), for_each="views"),
            question("home"),
        )
    )
    assert len(picture.straight) == 4
    start = float(re.findall(r"[\d.]+", picture.straight[2].shaft)[1])
    assert start == picture.panels[0].y + picture.panels[0].height


def test_a_branch_that_leads_nowhere_is_not_drawn_in_the_flowchart() -> None:
    picture = paths(
        activity(
            question("gate", to("gone", way="talk"), to("next", way="not_sure"), to("gate", prompt="gone")),
            question("lane", to("gate"), to(END), recall="gone"),
            question("wood", for_each="gone"),
        )
    )
    assert ways(picture, 1) == [(To.NOWHERE, 0), (To.OUTSIDE, 0), (To.BACK, 1), (To.ON, 2)]
    assert picture.rows[0].ways[2].asked is None
    assert ways(picture, 2) == [(To.BACK, 1), (To.JUMP, 0)]
    assert [way.idle for way in picture.rows[1].ways] == [False, True]
    assert (picture.rows[1].recalled, picture.rows[2].over) == (0, 0)
    assert picture.arcs == ()


def test_an_unreachable_question_is_marked_in_the_flowchart() -> None:
    picture = paths(activity(question("gate", to(END)), question("lane")))
    assert [row.reached for row in picture.rows] == [True, False]


def test_the_flowchart_of_an_empty_draft_shows_only_the_end() -> None:
    picture = paths(activity())
    assert (picture.rows, picture.arrows) == ((), ())
    assert picture.height > picture.end.height


def test_a_flowchart_of_two_hundred_questions_stays_within_its_frame() -> None:
    across = [question(f"q{n}", to(f"q{199 - n}", at_least=1)) for n in range(99)]
    picture = paths(activity(*across, *(question(f"q{n}") for n in range(99, 200))))
    stays_within(picture)
    assert {arc.lane for arc in picture.arcs} == set(range(MOST_LANES))
    told = {(row.number, number) for row in picture.rows for number in row.told}
    assert told | jumps(picture) == {(n, 201 - n) for n in range(1, 100)}
    assert not told & jumps(picture)


def test_flowchart_arrows_to_the_same_question_share_one_vertical_line() -> None:
    assert lanes_for([(0, 5), (1, 3), (2, 5), (3, 4)]) == {3: 0, 4: 0, 5: 1}


def test_the_flowchart_shows_questions_without_their_markup() -> None:
    picture = paths(activity({"id": "p", "kind": "list", "ask": "What is *one* thing that you saw_there?"}))
    assert " ".join(line for _, line in picture.rows[0].lines) == "What is one thing that you saw_there?"


def test_every_starter_activitys_flowchart_is_complete() -> None:
    for starter in starter_activities():
        picture = paths(starter)
        stays_within(picture)
        assert all(row.reached and not row.told for row in picture.rows)
        said = [way for row in picture.rows for way in row.ways]
        assert all(way.to in (To.ON, To.JUMP, To.LEAVE, To.AGAIN) and not way.idle for way in said)


@given(drafts())
def test_the_flowchart_lists_every_branch(draft: Activity) -> None:
    picture = paths(draft)
    stays_within(picture)
    for row, prompt in zip(picture.rows, draft.prompts, strict=True):
        always = Condition() in [branch.when for branch in prompt.branches]
        assert len(row.ways) == len(prompt.branches) + (not always)
        drawn = {end for start, end in jumps(picture) if start == row.number} | set(row.told)
        away = {way.number for way in row.ways if way.to in (To.JUMP, To.LEAVE) and not way.idle}
        assert drawn == away
    again = [row for row in picture.rows if any(way.to is To.AGAIN and not way.idle for way in row.ways)]
    assert len(picture.again) >= len(again)


@given(drafts())
def test_arrows_in_a_flowchart_overlap_only_if_they_lead_to_the_same_question(
    draft: Activity,
) -> None:
    arcs = paths(draft).arcs
    for one, other in combinations(arcs, 2):
        (x, top, bottom), (other_x, other_top, other_bottom) = (
            upright(one.arrow.shaft),
            upright(other.arrow.shaft),
        )
        assert (x == other_x) == (one.lane == other.lane)
        if one.lane == other.lane and one.end != other.end:
            assert bottom < other_top or other_bottom < top


def upright(shaft: str) -> tuple[float, float, float]:
    found = re.fullmatch(r"M[\d.]+ ([\d.]+)H[\d.]+Q([\d.]+) .+V[\d.]+Q[\d.]+ ([\d.]+) .+", shaft)
    assert found, shaft
    y, x, to_y = map(float, found.groups())
    return x, y, to_y


def stays_within(picture: Picture) -> None:
    """Check that everything fits in the drawing, without overlaps."""
    boxes: list[Box] = [*(row.box for row in picture.rows), picture.end]
    for upper, lower in pairwise(boxes):
        assert upper.bottom.y < lower.y
    assert boxes[-1].bottom.y < picture.height
    for row in picture.rows:
        baselines = [y for y, _ in row.lines] + ([row.foot] if row.told else [])
        assert row.box.y + 12 < baselines[0]
        assert baselines == sorted(set(baselines))
        assert baselines[-1] < row.box.bottom.y - 4
        assert all(picture.words_x + breadth(line) <= row.box.right.x for _, line in row.lines)
    for arrow in picture.arrows:
        for x, y in re.findall(r"([\d.]+) ([\d.]+)", f"{arrow.shaft}{arrow.head}"):
            assert 0 < float(x) < WIDTH
            assert 0 < float(y) < picture.height
    for panel in picture.panels:
        assert panel.x > 0
        assert panel.x + panel.width < WIDTH
