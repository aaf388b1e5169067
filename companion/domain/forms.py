"""Form fields as typed."""

from collections.abc import Mapping, Sequence

Form = Mapping[str, Sequence[str]]
"""A form's fields, each with its texts."""


def first(form: Form, name: str) -> str:
    """Return a form field's first text, or an empty one."""
    texts = form.get(name) or [""]
    return texts[0]
