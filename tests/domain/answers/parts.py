"""What the tests of kinds with several fields share."""

import pytest

from companion.domain.answers import Form, Prompt
from companion.domain.refusals import Problem, Rejected


def problem(question: Prompt, form: Form) -> Problem:
    """The one problem with which the prompt refuses the form, with the field where it belongs."""
    with pytest.raises(Rejected) as refused:
        question.parse(form)
    (found,) = refused.value.problems
    return found
