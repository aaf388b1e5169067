"""Small things that forms and addresses carry, read so that nothing which is sent can break them."""

import re
from uuid import UUID

LONGEST_PATH = 2_000
"""Characters of a path that a form or an address carries to lead back to; no page of ours has a longer one."""


def whole_number(text: str) -> int:
    """A revision or a count; -1, which fits none, for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


def uuid(text: str) -> UUID | None:
    """An id; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def local_path(text: str) -> str:
    """A path of this site, or nothing."""
    local = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if local and len(text) <= LONGEST_PATH and text.isprintable() else ""
