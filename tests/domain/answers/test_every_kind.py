"""What holds for every kind of answer, also for one that is added later."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.answers import kinds
from companion.domain.refusals import Rejected
from tests.domain.answers.kinds import OPTIONS, prompt

ROOT = Path(__file__).parents[3]
SETTINGS = {
    "one_choice": {"options": OPTIONS},
    "several_choices": {"options": OPTIONS},
    "scale": {"low_label": "Hard", "high_label": "Good"},
}
HOSTILE = st.dictionaries(
    st.sampled_from(["answer", "other"]),
    st.lists(st.text(max_size=40) | st.sampled_from(["a", "b", "0", "7", "11", "-1", "٣", "\x00", "\ud800"])),
)


@pytest.mark.parametrize("kind", kinds())
def test_a_kind_has_its_file_its_template_and_its_test(kind: str) -> None:
    assert (ROOT / f"companion/domain/answers/{kind}.py").is_file()
    assert (ROOT / f"templates/answers/{kind}.html").is_file()
    assert (ROOT / f"tests/domain/answers/test_{kind}.py").is_file()


@pytest.mark.parametrize("kind", kinds())
@given(form=HOSTILE)
def test_whatever_is_sent_is_a_value_or_a_problem(kind: str, form: dict[str, list[str]]) -> None:
    question = prompt(kind, **SETTINGS.get(kind, {}))
    try:
        value = question.parse(form)
    except Rejected:
        return
    assert question.parse(question.fill(value)) == value
    assert set(question.fill(value)) <= set(question.fields)
