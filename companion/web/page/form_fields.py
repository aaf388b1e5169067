"""Reading small values from forms and URLs, so that nothing sent can cause an error."""

import re
from uuid import UUID

LONGEST_PATH = 2_000
"""Longest path that a form or URL may carry to lead back to; no page has a longer one."""


def whole_number(text: str) -> int:
    """Return a revision or a count; -1, which matches none, for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


def uuid(text: str) -> UUID | None:
    """Return an id; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def local_path(text: str) -> str:
    """Return a path on this site, or an empty text."""
    local = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if local and len(text) <= LONGEST_PATH and text.isprintable() else ""
