"""Functions that read small values from forms and URLs, so that no input can cause an error."""

import re
from uuid import UUID

LONGEST_PATH = 2_000
"""The longest path that a form or URL may contain for going back to a page. No page has a longer one."""


def whole_number(text: str) -> int:
    """Return a revision or a count. For any other text return -1, which matches no revision."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


def uuid(text: str) -> UUID | None:
    """Return an id, or None for any other text."""
    try:
        return UUID(text)
    except ValueError:
        return None


def local_path(text: str) -> str:
    """Return a path on this site, or an empty string for any other text."""
    local = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if local and len(text) <= LONGEST_PATH and text.isprintable() else ""
