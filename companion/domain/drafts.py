"""What is being typed and is not sent yet."""

from dataclasses import dataclass
from datetime import datetime

from companion.domain.forms import Form
from companion.domain.refusals import Problem, Rejected

DRAFT_MOST = 100_000
"""Characters of an unsent text that are kept at most: far more than any answer may have."""


@dataclass(frozen=True)
class Draft:
    """One unsent text, as it was typed."""

    typed: Form
    revision: int
    saved_at: datetime


def draft_of(form: Form, fields: tuple[str, ...]) -> Form:
    """The part of a form that a draft keeps. Raises ``Rejected`` when it is beyond all measure."""
    typed = {name: list(form[name]) for name in fields if any(form.get(name, ()))}
    size = sum(len(text) for texts in typed.values() for text in texts)
    if size > DRAFT_MOST:
        raise Rejected(Problem("too_long", {"most": DRAFT_MOST, "long": size, "over": size - DRAFT_MOST}))
    return typed
