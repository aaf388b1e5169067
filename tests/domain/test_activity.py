"""Reading and checking an activity's file."""

import pytest

from companion.domain.activity import BadActivity, check, from_plain, read, to_plain

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


def test_a_file_becomes_an_activity_and_plain_data_and_again_an_activity() -> None:
    walk = read(WALK.encode())
    assert [prompt.id for prompt in walk.prompts] == ["went", "in-the-way", "noticed"]
    assert from_plain(to_plain(walk)) == walk
    assert check(walk) == []


@pytest.mark.parametrize(
    ("planted", "key", "prompt"),
    [
        (WALK.replace('to = "noticed"', 'to = "nowhere"'), "branch_nowhere", "went"),
        (WALK.replace('to = "end"', 'to = "went"'), "branch_back", "in-the-way"),
        (WALK.replace('id = "in-the-way"', 'id = "went"'), "id_twice", "went"),
        (WALK.replace("one_of", 'prompt = "noticed", one_of'), "asks_later_prompt", "went"),
        (WALK.replace('\nwhen = { one_of = ["yes"] }', ""), "unreachable", "in-the-way"),
        (WALK.replace('{ id = "no", label = "Not this week" }', ""), "too_few_options", "went"),
        (WALK.replace('kind = "list"', 'kind = "lost"'), "bad_file", ""),
        (WALK.replace("minutes = 5", 'minutes = "five"'), "bad_file", ""),
        (WALK.replace("minutes = 5", "minutes = 5\nbogus = 1"), "bad_file", ""),
        (WALK.replace("format = 1", "format = 2"), "bad_file", ""),
        (WALK.replace('title = "A walk"', 'title = "A walk'), "bad_syntax", ""),
        ("x = " + "[" * 150_000, "bad_syntax", ""),
        ("# " + "x" * 300_000, "file_too_large", ""),
    ],
)
def test_a_planted_fault_is_named(planted: str, key: str, prompt: str) -> None:
    with pytest.raises(BadActivity) as bad:
        read(planted.encode())
    assert (key, prompt) in [(finding.key, finding.prompt) for finding in bad.value.findings]


def test_bytes_that_are_no_text_are_bad_syntax() -> None:
    with pytest.raises(BadActivity, match="bad_syntax"):
        read(b"\xff\xfe\x00")
