"""Test the list of plan parts, how leads change the list, and how changes are recorded."""

from typing import Any

import msgspec
import pytest

from companion.content import plan_parts
from companion.domain.plan import plan_parts as parts
from companion.domain.plan.plan_parts import (
    PARTS_MOST,
    POINTED_AT,
    BadParts,
    Made,
    Part,
    Parts,
    Shape,
    read_parts,
)
from companion.domain.refusals import Rejected

SHIPPED = plan_parts()
WORDS = ("Sleep", "How do you look after your sleep?", "For example: in bed by eleven.")


def part(those: Parts, part_id: str) -> Part:
    found = those.part(part_id)
    assert found
    return found


def ids(those: Parts) -> list[str]:
    return [part.id for part in those.parts]


def test_the_shipped_plan_has_the_programmes_nine_parts() -> None:
    assert ids(SHIPPED) == ["why", "signs", "avoid", "instead", "people", "limits", "good", "first", "slip"]
    assert {part.id for part in SHIPPED.parts if part.staged} == {"signs", "first"}
    assert {part.id: parts.look_again(part) for part in SHIPPED.parts} == {each: [] for each in ids(SHIPPED)}


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"parts": []},
        {"parts": [{"id": "why", "title": "Why", "ask": "Why?"}]},
        {"parts": [{"id": each, "title": each, "ask": each, "tint": "red"} for each in POINTED_AT]},
        {"parts": [{"id": each, "title": each, "ask": each, "shape": "circle"} for each in POINTED_AT]},
        {"parts": [{"id": each, "title": each, "ask": "x" * 301} for each in POINTED_AT]},
    ],
)
def test_a_file_without_valid_plan_parts_is_refused(change: dict[str, Any]) -> None:
    good = {"format": 1, "parts": [{"id": each, "title": each, "ask": each} for each in sorted(POINTED_AT)]}
    assert read_parts(msgspec.toml.encode(good))
    with pytest.raises(BadParts):
        read_parts(msgspec.toml.encode(good | change))


def test_rewording_the_main_question_of_a_plan_part_deletes_the_parts_questions_about_individual_stages() -> (
    None
):
    signs = part(SHIPPED, "signs")
    assert parts.worded(signs, "Signs", signs.ask, signs.help).at == signs.at != ()
    assert parts.worded(signs, signs.title, "How do you know?", signs.help).at == ()
    assert parts.worded(signs, signs.title, signs.ask, "").at == ()


def test_the_wording_checker_also_checks_plan_questions_asked_in_only_one_stage() -> None:
    two = parts.AtStage(stage="red", ask="Are you tired? Is it late?")
    found = parts.look_again(msgspec.structs.replace(part(SHIPPED, "signs"), at=(two,)))
    assert [each.key for each in found] == ["several_questions"]


def test_a_plan_part_cannot_move_past_either_end_of_the_list() -> None:
    assert ids(parts.moved(SHIPPED, part(SHIPPED, "signs"), "up"))[:2] == ["signs", "why"]
    assert ids(parts.moved(SHIPPED, part(SHIPPED, "signs"), "down"))[1:3] == ["avoid", "signs"]
    assert (
        parts.moved(SHIPPED, part(SHIPPED, "why"), "up")
        == SHIPPED
        == parts.moved(SHIPPED, part(SHIPPED, "slip"), "down")
    )
    for to in ("left", ""):
        with pytest.raises(Rejected):
            parts.moved(SHIPPED, part(SHIPPED, "why"), to)


def test_an_upgrade_adds_new_plan_parts_to_a_list_that_the_service_has_edited() -> None:
    older = msgspec.structs.replace(SHIPPED, parts=SHIPPED.parts[:-1])
    theirs = parts.added(parts.moved(older, part(older, "signs"), "up"), "sleep", "line", False, *WORDS)
    found = parts.with_new_ones(theirs, SHIPPED)
    assert ids(found) == [*ids(theirs), "slip"]
    without = parts.retired(found, part(found, "slip"), retired=True)
    assert parts.with_new_ones(without, SHIPPED) == without  # a retired part remains retired
    full = theirs
    while len(full.parts) < PARTS_MOST:
        full = parts.added(full, f"more-{len(full.parts)}", "line", False, *WORDS)
    assert parts.with_new_ones(full, SHIPPED) == full


def test_a_retired_plan_part_can_be_restored_to_its_position() -> None:
    without = parts.retired(SHIPPED, part(SHIPPED, "good"), retired=True)
    assert ids(without) == ids(SHIPPED)
    assert "good" not in [part.id for part in without.asked]
    assert parts.retired(without, part(without, "good"), retired=False) == SHIPPED


@pytest.mark.parametrize("part_id", sorted(POINTED_AT))
def test_a_plan_part_that_other_pages_show_cannot_be_retired(part_id: str) -> None:
    with pytest.raises(Rejected, match="part_needed"):
        parts.retired(SHIPPED, part(SHIPPED, part_id), retired=True)


def test_the_number_of_plan_parts_is_limited() -> None:
    many = SHIPPED
    while len(many.parts) < PARTS_MOST:
        many = parts.added(many, f"part-{len(many.parts)}", "line", False, *WORDS)
    with pytest.raises(Rejected, match="too_many"):
        parts.added(many, "part-more", "line", False, *WORDS)


def test_each_change_to_a_plan_part_is_listed() -> None:
    good = SHIPPED.part("good")
    assert good
    reworded = parts.worded(good, "What is good", good.ask, good.help)
    new = parts.added(SHIPPED, "part-new", Shape.PERSON, True, *WORDS)
    retired = parts.retired(SHIPPED, part(SHIPPED, "good"), retired=True)
    told = {
        Made.REWORDED: (SHIPPED, parts.changed(SHIPPED, reworded), "good"),
        Made.ADDED: (SHIPPED, new, "part-new"),
        Made.RETIRED: (SHIPPED, retired, "good"),
        Made.BROUGHT_BACK: (retired, SHIPPED, "good"),
        Made.MOVED: (SHIPPED, parts.moved(SHIPPED, part(SHIPPED, "avoid"), "up"), "avoid"),
    }
    for made, (before, after, part_id) in told.items():
        assert [(each, part.id) for each, part in parts.made_of(before, after)] == [(made, part_id)]
    assert parts.made_of(SHIPPED, SHIPPED) == []


@pytest.mark.parametrize(
    ("ask", "finding"),
    [
        ("Which badge did you win?", "word_never"),
        ("What is the name of your friend?", "asks_about"),
        ("What is it? When is it?", "several_questions"),
        ("Which " + "quiet " * 20 + "place is it?", "long_sentence"),
    ],
)
def test_unsuitable_wording_of_a_plan_part_causes_a_warning(ask: str, finding: str) -> None:
    good = SHIPPED.part("good")
    assert good
    found = parts.look_again(parts.worded(good, "What is good", ask, ""))
    assert finding in {each.key for each in found} and all(each.warning for each in found)
