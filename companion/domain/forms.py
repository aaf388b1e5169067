"""The fields of a form, with the text that somebody typed."""

from collections.abc import Mapping, Sequence

Form = Mapping[str, Sequence[str]]
"""A form: a map from each field's name to a list of strings."""


def first(form: Form, name: str) -> str:
    """Return the first string in a form field, or an empty string if the field is missing."""
    texts = form.get(name) or [""]
    return texts[0]
