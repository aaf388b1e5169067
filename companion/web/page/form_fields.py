"""Functions that read small values from forms and URLs without raising errors for invalid input."""

import re
from uuid import UUID

LONGEST_PATH = 2_000
"""The longest return path that is accepted from a form or URL. No page of Companion has a longer path."""


def whole_number(text: str) -> int:
    """Return the text as a whole number, such as a revision or a count.

    If the text isn't a whole number, return -1, which matches no revision.
    """
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


def uuid(text: str) -> UUID | None:
    """Return the text as an id, or None if it isn't an id."""
    try:
        return UUID(text)
    except ValueError:
        return None


def local_path(text: str) -> str:
    """Return the text if it is a path on this site, otherwise an empty string."""
    local = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if local and len(text) <= LONGEST_PATH and text.isprintable() else ""
