from collections.abc import Mapping, Sequence

Form = Mapping[str, Sequence[str]]
"""A form: each field's name with the field's list of strings."""


def first(form: Form, name: str) -> str:
    """Return a field's first string, or an empty string if the field is missing."""
    texts = form.get(name) or [""]
    return texts[0]
