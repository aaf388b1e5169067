"""Form fields, as they were typed."""

from collections.abc import Mapping, Sequence

Form = Mapping[str, Sequence[str]]
"""The form's fields, each with its texts."""


def first(form: Form, name: str) -> str:
    """The first text of a form field, or an empty one."""
    texts = form.get(name) or [""]
    return texts[0]
