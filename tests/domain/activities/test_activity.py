"""Test that activities are read from files and written to files correctly."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from companion import content
from companion.domain.activities.activity import (
    Activity,
    BadActivity,
    as_asked,
    from_plain,
    model,
    read,
    to_plain,
)
from companion.domain.activities.answers import kinds
from companion.domain.activities.checker import check
from companion.domain.activities.toml_files import written
from companion.domain.activities.toml_guard import LARGEST_FILE, Lines
from tests.domain.any_activity import activities, activities_of
from tests.domain.hostile import HOSTILE, explained, findings
from tests.domain.planted import PLANTED, SOUND

WALK = """
format = 1
id = "a-walk"
title = "A walk"
minutes = 5
introduction = "This looks at one walk."

[[prompts]]
id = "went"
kind = "one_choice"
ask = "Did you go for a walk?"
options = [{ id = "yes", label = "Yes" }, { id = "no", label = "Not this week" }]

[[prompts.branches]]
to = "noticed"
when = { one_of = ["yes"] }

[[prompts]]
id = "in-the-way"
kind = "short_text"
ask = "What was in the way?"

[[prompts.branches]]
to = "end"

[[prompts]]
id = "noticed"
kind = "list"
ask = "What did you notice?"
"""


def test_converting_an_activity_to_plain_data_and_back_changes_nothing() -> None:
    walk = read(WALK.encode())
    assert [prompt.id for prompt in walk.prompts] == ["went", "in-the-way", "noticed"]
    assert from_plain(to_plain(walk)) == walk
    assert "language" not in to_plain(walk)  # no optional keys are added
    assert check(walk) == []


@given(activity=activities())
def test_no_activity_changes_when_it_is_written_as_toml_and_read_again(activity: Activity) -> None:
    assert read(written(activity)) == activity
    assert from_plain(to_plain(activity)) == activity


@pytest.mark.parametrize("file", content.starter_files(), ids=lambda file: file.name)
def test_no_starter_activity_changes_when_it_is_written_as_toml_and_read_again(file: Any) -> None:
    activity = read(file.read_bytes())
    again = written(activity)
    assert read(again) == activity
    assert written(read(again)) == again
    # lines must be short enough for people to read and compare
    assert max(map(len, again.decode().splitlines())) <= 200


def test_long_text_is_written_to_a_file_with_one_line_per_sentence() -> None:
    activity = read(SOUND.replace("This looks at one walk.", "This looks at a walk. " * 5).encode())
    assert (
        'introduction = """\nThis looks at a walk. \\\nThis looks at a walk. \\\n'
        in written(activity).decode()
    )


@pytest.mark.parametrize("kind", kinds())
@settings(max_examples=settings().max_examples // 5)
@given(data=some.data())
def test_a_prompt_of_any_kind_is_unchanged_after_being_written_and_read_back(
    kind: str, data: some.DataObject
) -> None:
    activity = data.draw(activities_of(kind))
    assert {type(prompt) for prompt in activity.prompts} == {kinds()[kind]}
    assert read(written(activity)) == activity


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_files_with_any_line_endings_and_a_byte_order_mark_can_be_read(start: str, ends: str) -> None:
    data = (start + SOUND.replace("\n", ends)).encode()
    assert read(data) == read(SOUND.encode())
    assert Lines(data).of(("prompts", 0, "id")) == Lines(SOUND.encode()).of(("prompts", 0, "id"))


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_every_malformed_activity_file_is_refused_with_an_explanation(data: bytes) -> None:
    assert explained(data)


@given(data=some.binary(max_size=200) | some.text(max_size=200).map(str.encode))
def test_reading_a_file_of_random_bytes_gives_an_activity_or_an_error(data: bytes) -> None:
    assert findings(data)


@given(
    text=some.lists(some.sampled_from([*"[]{}=.,\n\"'#\\ax1- ", '"""', "'''", "[[", "prompts", "\r"])).map(
        "".join
    )
)
def test_reading_a_file_that_resembles_toml_gives_an_activity_or_an_error(text: str) -> None:
    assert findings(text.encode())
    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    if len(text) < 40:  # longer text may be refused for another reason
        lines = Lines(text.encode())
        assert all(1 <= lines.of((key,)) <= text.count("\n") + 1 for key in plain)


@given(activity=activities(), data=some.data())
def test_a_mistyped_character_in_an_activity_file_is_reported_with_its_line(
    activity: Activity, data: some.DataObject
) -> None:
    file = written(activity)
    place = data.draw(some.integers(0, len(file)))
    slip = data.draw(
        some.sampled_from([b"", b'"', b"[", b"}", b"\\", b"=", b".", b"\n", b"#", b"\xff", b"-1"])
    )
    spoilt = file[:place] + slip + file[place + data.draw(some.integers(0, 3)) :]
    for each in findings(spoilt):
        assert content.explained(each)
        assert each.values.get("line") or Lines(spoilt).of(each.at)


@given(activity=activities())
def test_the_line_number_of_every_value_in_an_activity_file_is_found(activity: Activity) -> None:
    file = written(activity)
    lines, text = Lines(file), file.decode().split("\n")
    for place, prompt in enumerate(activity.prompts):
        assert text[lines.of(("prompts", place)) - 1] == "[[prompts]]"
        assert text[lines.of(("prompts", place, "id")) - 1] == f'id = "{prompt.id}"'
        for number, _ in enumerate(prompt.branches):
            assert text[lines.of(("prompts", place, "branches", number)) - 1] == "[[prompts.branches]]"
            assert text[lines.of(("prompts", place, "branches", number, "to")) - 1].startswith("to = ")


@given(activity=activities())
def test_companion_explains_every_problem_that_the_activity_checker_can_find(activity: Activity) -> None:
    for each in check(activity):
        assert content.explained(each)


def test_an_activity_passed_as_python_data_is_validated_like_an_activity_file() -> None:
    plain = to_plain(read(SOUND.encode()))
    for wrong in (
        [],
        3,
        None,
        {},
        {**plain, "prompts": {"a": 1}},
        {**plain, 1: 2},
        {**plain, "format": 10**5000},
    ):
        with pytest.raises(BadActivity):
            from_plain(wrong)
    deep: Any = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(BadActivity):
        from_plain({**plain, "prompts": [deep]})


def test_one_run_of_the_checker_reports_the_errors_in_every_prompt() -> None:
    wrong = (
        SOUND.replace("minutes = 5", 'minutes = "five"')
        .replace("most = 4", "most = 40")
        .replace('"scale"', '"s"')
    )
    assert [(each.key, each.prompt) for each in findings(wrong.encode())] == [
        ("wants_number", ""),
        ("number_too_high", "seen"),
        ("unknown_kind", "liked"),
    ]


def test_an_activitys_difficulty_is_shown_only_to_staff() -> None:
    hard = SOUND.replace("minutes = 5", 'minutes = 5\ndifficulty = "hard"')
    activity = read(hard.encode())
    assert activity.difficulty == "hard" and "difficulty" not in as_asked(activity)
    assert read(SOUND.encode()).difficulty is None
    (wrong,) = findings(hard.replace('"hard"', '"awful"').encode())
    assert (wrong.key, wrong.values["known"]) == ("unknown_value", "easy, hard, medium")


def test_writing_an_activity_that_is_too_large_for_a_file_raises_an_error() -> None:
    plain = to_plain(read(SOUND.encode()))
    prompt = {"kind": "yes_no", "ask": "Is it so?", "help": "a" * 2000}
    for many, key in ((10, None), (110, "file_too_large")):
        prompts = [{**prompt, "id": f"p{number}"} for number in range(many)]
        activity = from_plain({**plain, "prompts": prompts})
        assert (len(written(activity)) > LARGEST_FILE) == bool(key)
        assert key in [each.key for each in check(activity)] or key is None
    assert model() is model()


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.key}-{planted.line}")
def test_every_file_with_a_deliberate_error_causes_a_finding(planted: Any) -> None:
    assert findings(planted.data) or planted.key == "unknown_topic"
