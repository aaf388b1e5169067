"""Small things that forms carry, read so that nothing which is sent can break them."""

import re
from uuid import UUID, uuid4, uuid5

from flask import request

from companion.web.gate import current

LONGEST_PATH = 2_000
"""Characters of a path that a form or an address carries to lead back to; no page of ours has a longer one."""


def posted_number(name: str) -> int:
    """A revision or a count; -1, which fits none, for anything else."""
    return whole_number(request.form.get(name, ""))


def whole_number(text: str) -> int:
    """The same for a text of an address."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


def mark(name: str) -> str:
    """A mark that a page carries to be known again; empty for anything else."""
    text = request.form.get(name, "")
    return text if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", text) else ""


def once() -> UUID:
    """The id of what a form makes, so that sending it twice makes it once.

    It comes from who sends it and where to as well: what another person or page sent never collides with it.
    """
    sent = uuid(request.form.get("once", ""))
    return uuid5(current.viewer().account_id, f"{request.path} {sent}") if sent else uuid4()


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
