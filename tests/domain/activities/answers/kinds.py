"""Helpers that make a prompt of each kind, and find a form's error."""

from typing import Any

import msgspec
import pytest

from companion.domain.activities.answers import Prompt, kinds
from companion.domain.forms import Form
from companion.domain.refusals import Rejected

OPTIONS = [{"id": "a", "label": "One"}, {"id": "b", "label": "Two"}, {"id": "c", "label": "Three"}]


def prompt(kind: str, **settings: Any) -> Prompt:
    """Return a prompt of this kind, as if read from a file."""
    plain = {"kind": kind, "id": "p", "ask": "What was it like?", **settings}
    return msgspec.convert(plain, type=kinds()[kind])


def refuses(question: Prompt, form: Form) -> dict[str, Any]:
    """Check that the form has exactly one problem, and return the problem's key and values."""
    with pytest.raises(Rejected) as refused:
        question.parse(form)
    (problem,) = refused.value.problems
    assert problem.field == "answer"
    return {"key": problem.key, **problem.values}
