from collections.abc import Mapping, Sequence

Form = Mapping[str, Sequence[str]]
"""The contents of a form: a mapping from each field's name to the list of its values."""


def first(form: Form, name: str) -> str:
    """Return a field's first string, or an empty string if the field is missing."""
    texts = form.get(name) or [""]
    return texts[0]
