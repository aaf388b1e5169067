from collections.abc import Mapping, Sequence

Form = Mapping[str, Sequence[str]]
"""A form: each field's name with the field's list of strings."""


def first(form: Form, name: str) -> str:
    """Return a field's first string, or an empty string if the form doesn't have the field."""
    texts = form.get(name) or [""]
    return texts[0]
