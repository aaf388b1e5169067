"""Functions that read numbers, ids and paths from forms and URLs, and raise no errors for invalid input."""

import re
from uuid import UUID

LONGEST_PATH = 2_000
"""The maximum number of characters in the path of a URL. Every path on Companion's own site is shorter than
2,000 characters.
"""


def whole_number(text: str) -> int:
    """Return the text as a whole number, such as a revision or a count.

    If the text isn't a whole number of at most nine digits, return -1.
    """
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


def uuid(text: str) -> UUID | None:
    """Parse the text as an id. Return None if the text isn't a valid id."""
    try:
        return UUID(text)
    except ValueError:
        return None


def local_path(text: str) -> str:
    """Return the text if it is the path of a page on Companion's site, otherwise an empty string."""
    local = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if local and len(text) <= LONGEST_PATH and text.isprintable() else ""
