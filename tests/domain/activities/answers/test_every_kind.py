"""Test the rules that apply to every kind of question."""

import json
from cProfile import Profile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.activities.answers import kinds
from companion.domain.refusals import Rejected
from tests.domain.activities.answers.kinds import prompt

ROOT = Path(__file__).parents[4]
ODD = st.sampled_from(
    ["a", "b", "yes", "0", "2", "7", "11", "-1", "2026", "2026-11-24", "٣", "\x00", "\ud800"]
)
TEXTS = st.lists(st.text(max_size=40) | ODD, max_size=5)


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_question_has_its_own_module_and_template_and_test_file(kind: str) -> None:
    assert (ROOT / f"companion/domain/activities/answers/{kind}.py").is_file()
    assert (ROOT / f"templates/answers/{kind}.html").is_file()
    assert (ROOT / f"tests/domain/activities/answers/test_{kind}.py").is_file()


def test_the_folder_of_question_kinds_is_read_only_once_per_process() -> None:
    """The lookup of question kinds must be quick, because it runs whenever an author enters a question.

    Read the folder of question kinds only once: lookups are then five times faster.
    """
    kinds()
    asked = Profile()
    asked.runcall(kinds)
    assert not [each for each in asked.getstats() if "listdir" in str(each.code)]


@pytest.mark.parametrize("kind", kinds())
@given(data=st.data())
def test_no_form_causes_an_unexpected_error_in_any_kind_of_question(kind: str, data: st.DataObject) -> None:
    question = prompt(kind, **kinds()[kind].example.settings)
    form = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys([*question.fields, "other"], TEXTS)))
    try:
        value = question.parse(form)
    except Rejected as rejected:
        named = {problem.field for problem in rejected.problems}
    else:
        assert json.loads(json.dumps(value)) == value
        assert question.parse(question.fill(value)) == value
        named = set(question.fill(value))
    assert named <= set(question.fields)


@pytest.mark.parametrize("kind", kinds())
def test_every_option_of_every_kind_of_question_has_a_sample_answer(kind: str) -> None:
    question = prompt(kind, **kinds()[kind].example.settings)
    for option in getattr(question, "options", ()):
        value = question.choosing(option.id)
        assert question.parse(question.fill(value)) == value and option.id in question.chosen(value)
