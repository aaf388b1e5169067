"""Test that an activity's two-minute version has only the marked prompts, in order."""

from datetime import UTC, datetime

import msgspec
import pytest

from companion.content import starter_activities
from companion.domain.activities.activity import Activity, read
from companion.domain.activities.answers import Value
from companion.domain.activities.checker import check
from companion.domain.activities.conversation import Conversation, Given
from companion.domain.activities.replies import replies
from companion.domain.activities.short_version import SHORT_MOST, has_short, on_way
from tests.domain.planted import SOUND

MARKED = [each for each in starter_activities() if has_short(each)]


def said(value: Value) -> Given:
    return Given("answered", value, 1, datetime(2026, 11, 24, tzinfo=UTC))


def marked(*ids: str) -> Activity:
    sound = read(SOUND.encode())
    prompts = tuple(msgspec.structs.replace(each, short=each.id in ids) for each in sound.prompts)
    return msgspec.structs.replace(sound, prompts=prompts)


def test_the_checker_finds_nothing_wrong_with_any_two_minute_version() -> None:
    for activity in MARKED:
        assert check(activity) == []
        assert 2 <= Conversation(on_way(activity, short=True), {}).progress.most_left <= SHORT_MOST


def test_the_two_minute_version_asks_only_the_prompts_that_the_author_marked_for_it() -> None:
    week = next(each for each in MARKED if each.id == "a-week-of-choices")
    short = on_way(week, short=True)
    hard = Conversation(short, {"the-week": said(2)})
    assert hard.next_prompt and hard.next_prompt.id == "need-now"
    assert "I need help now" in replies(hard)["the-week"].say
    good = Conversation(short, {"the-week": said(9), "glad-of": said(["Tea"])})
    assert [turn.prompt.id for turn in good.turns] == ["the-week", "glad-of"]
    assert good.next_prompt and good.next_prompt.id == "next-week"


def test_the_two_minute_version_of_an_activity_contains_no_branches_to_missing_prompts() -> None:
    short = on_way(marked("in-the-way", "again"), short=True)
    assert [each.id for each in short.prompts] == ["in-the-way", "again"]
    assert short.prompts[0].branches[0].to == "again" and short.prompts[1].recall == ""


@pytest.mark.parametrize("short", [True, False])
def test_the_short_version_asks_every_prompt_if_the_author_marked_none(short: bool) -> None:
    sound = read(SOUND.encode())
    assert not has_short(sound) and on_way(sound, short=short) is sound


def test_authors_are_warned_if_the_two_minute_version_leaves_out_help() -> None:
    plain = SOUND.replace("Not at all", "No control").encode()
    whole = {(each.key, each.prompt) for each in check(read(plain))}
    week = next(each for each in MARKED if each.id == "a-week-of-choices")
    prompts = tuple(
        msgspec.structs.replace(each, short=each.id in ("the-week", "next-time")) for each in week.prompts
    )
    found = {(each.key, each.prompt) for each in check(msgspec.structs.replace(week, prompts=prompts))}
    assert ("no_way_to_help", "the-week") in found and ("no_way_to_help", "liked") in whole
