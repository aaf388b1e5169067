"""Drafts of text for the plan."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from companion.domain.forms import Form
from companion.store.enrolments import enrolments
from companion.store.plan import plan
from companion.web.gate import current
from companion.web.participant.plan.page import typed_at


@dataclass(frozen=True)
class Drafted:
    """The draft for a question or item of the plan.

    ``other`` is the draft from another browser window, if it differs from the draft in this window.
    """

    typed: Form
    seen: int = 0
    saved_at: datetime | None = None
    other: Form | None = None
    tab: str = field(default_factory=lambda: secrets.token_urlsafe(12))


def drafted(place: str, *, compare: bool = False) -> Drafted:
    """Return the draft for a question or item of the plan.

    If ``compare`` is true and the stored draft differs from what was just sent, put the stored draft in
    ``other``.
    """
    with current.store().reading() as tx:
        enrolment = enrolments.enrolment(tx, current.viewer())
        found = plan.draft_place(tx, enrolment.id, place).draft(tx)
    if found is None:
        return Drafted({})
    other = found.typed if compare and found.typed != typed_at(place).kept else None
    return Drafted(found.typed, found.revision, None if other else found.saved_at, other)
