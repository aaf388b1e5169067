"""Test that every list and text field that authors write has a maximum length."""

from collections.abc import Iterator

import pytest
from msgspec import inspect

from companion import content
from companion.domain.activities import activity
from companion.domain.activities.activity import ACCEPTED_MOST, BadActivity, from_plain, model
from companion.domain.activities.answers import BRANCHES_MOST, OPTIONS_MOST
from companion.domain.authoring.prompt_form import typed_prompt
from companion.domain.evaluation.evaluation import Questions
from companion.domain.plan.plan import PART_MOST, PlanEntry
from companion.domain.plan.plan_parts import ACTIVITIES_MOST, Parts
from companion.domain.programme.programme import Programme
from companion.domain.refusals import Rejected
from companion.domain.signposts import editing, signposts
from companion.domain.signposts.form import form_of, typed_signpost
from companion.domain.signposts.signposts import LANGUAGES_MOST, SIGNPOSTS_MOST, Directory

LEAST = {"format": 1, "id": "a", "title": "a", "minutes": 1, "introduction": "a"}
"""The keys that a valid activity must have."""
LISTS = (inspect.VarTupleType, inspect.ListType, inspect.SetType, inspect.FrozenSetType)


def endless(kind: inspect.Type, name: str, seen: set[type]) -> Iterator[str]:
    """Yield the name of every field without a maximum length, including those of nested types."""
    if isinstance(kind, inspect.StructType) and kind.cls not in seen:
        seen.add(kind.cls)
        for field in kind.fields:
            yield from endless(field.type, f"{kind.cls.__name__}.{field.name}", seen)
    elif isinstance(kind, inspect.UnionType):
        for each in kind.types:
            yield from endless(each, name, seen)
    elif isinstance(kind, LISTS):
        yield from endless(kind.item_type, name, seen)
    elif isinstance(kind, inspect.DictType):
        yield from endless(kind.value_type, name, seen)
    without_end = isinstance(kind, (*LISTS, inspect.DictType, inspect.StrType)) and kind.max_length is None
    if without_end and not (isinstance(kind, inspect.StrType) and kind.pattern):
        yield name


@pytest.mark.parametrize("authored", [model(), Directory, Parts, Questions, Programme], ids=str)
def test_every_list_and_text_field_for_authors_has_a_maximum_length(authored: type) -> None:
    assert list(endless(inspect.type_info(authored), "", set())) == []


def question(many: int) -> dict[str, object]:
    """Return a question with this many options."""
    options = [{"id": f"o{number}", "label": "The same"} for number in range(many)]
    return {"kind": "one_choice", "id": "where", "ask": "Where?", "options": options}


def with_one(prompt: dict[str, object], **more: object) -> activity.Activity:
    """Return a valid activity with only this question."""
    return from_plain({**LEAST, "prompts": [prompt], **more})


def test_the_number_of_options_is_limited_in_files_and_in_the_editor() -> None:
    """The limit on the number of options applies even if all options have the same label."""
    assert len(with_one(question(OPTIONS_MOST)).prompts[0].offers()) == OPTIONS_MOST
    with pytest.raises(BadActivity, match="too_many"):
        with_one(question(OPTIONS_MOST + 1))
    empty = with_one(question(2))
    form = {"ask": ["Where?"], "options-label": ["The same"] * OPTIONS_MOST}
    for kind in ("one_choice", "several_choices"):
        assert len(set(typed_prompt(kind, form, empty, None).offers())) == OPTIONS_MOST
        with pytest.raises(Rejected, match="too_many"):
            typed_prompt(kind, {**form, "options-label": ["The same"] * (OPTIONS_MOST + 1)}, empty, None)


def test_the_number_of_branches_in_a_file_is_limited() -> None:
    branch = {"to": "end", "when": {"way": "talk"}}
    with_one({**question(2), "branches": [branch] * BRANCHES_MOST})
    with pytest.raises(BadActivity, match="too_many"):
        with_one({**question(2), "branches": [branch] * (BRANCHES_MOST + 1)})
    stood_by = {"warning": "long_sentence", "reason": "It is right here."}
    with_one(question(2), accepted=[stood_by] * ACCEPTED_MOST)
    with pytest.raises(BadActivity, match="too_many"):
        with_one(question(2), accepted=[stood_by] * (ACCEPTED_MOST + 1))


def test_the_number_of_signposts_is_limited() -> None:
    shipped = content.shipped_directory()
    one, today = shipped.signposts[0], shipped.signposts[0].checked
    more = [typed_signpost(form_of(one), f"x{number}", None, today) for number in range(SIGNPOSTS_MOST)]
    full = signposts.Directory(format=1, signposts=(*shipped.signposts, *more)[:SIGNPOSTS_MOST])
    with pytest.raises(Rejected, match="too_many"):
        editing.put(full, more[-1])
    assert len(editing.put(full, full.signposts[0]).signposts) == SIGNPOSTS_MOST
    codes = [f"a{chr(ord('a') + number)}" for number in range(LANGUAGES_MOST)]
    form = {**form_of(one), **{f"name-{code}": ["A line"] for code in codes[1:]}}
    assert len(typed_signpost(form, "x", None, today).name) == LANGUAGES_MOST
    with pytest.raises(Rejected, match="too_many"):
        typed_signpost({**form, f"name-{codes[0]}": ["A line"]}, "x", None, today)


def test_the_number_of_items_in_each_plan_part_is_limited() -> None:
    part = content.plan_parts().parts[0]
    row = ("Walk", "Then I walk", "amber")
    assert len(PlanEntry.several(part, [row] * PART_MOST)) == PART_MOST
    with pytest.raises(Rejected, match="part_full"):
        PlanEntry.several(part, [row] * (PART_MOST + 1))
    assert max(len(each.activities) for each in content.plan_parts().parts) < ACTIVITIES_MOST
