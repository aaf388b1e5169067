"""A helper for testing questions whose forms have several fields."""

import pytest

from companion.domain.activities.answers import Prompt
from companion.domain.forms import Form
from companion.domain.refusals import Problem, Rejected


def problem(question: Prompt, form: Form) -> Problem:
    with pytest.raises(Rejected) as refused:
        question.parse(form)
    return refused.value.problems[0]
