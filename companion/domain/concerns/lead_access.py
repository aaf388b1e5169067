"""A lead's look into a caseload that is not his: with a reason, for half an hour, and told.

It is told at once, or later where a second lead agrees with a reason. How long it stays untold is reckoned from
the moment that is given, never from a job having run. A look for a concern, opened while one about the
practitioner is open, stays with the leads.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from companion.domain.refusals import NotAllowed, Problem, Rejected
from companion.domain.text import clean

REASON_MOST = 1000
OPEN_FOR = timedelta(minutes=30)
"""How long the one who looks may read."""
UNTOLD_FOR = timedelta(days=28)
"""How long a look stays untold at most, until a second lead agrees anew."""


class Purpose(StrEnum):
    """What a look is for. The participant never sees one that is made for a concern."""

    PRACTICE = "practice"
    ASKED = "asked"
    CONCERN = "concern"


class AccessState(StrEnum):
    """How far it has come."""

    ASKED = "asked"
    """It waits for a second lead, since it is not to be told at once."""
    AGREED = "agreed"
    REFUSED = "refused"
    OPENED = "opened"


class AccessStepKind(StrEnum):
    """What somebody decided on it."""

    AGREED = "agreed"
    REFUSED = "refused"
    PROLONGED = "prolonged"
    TOLD = "told"


@dataclass(frozen=True)
class Look:
    """What the rules need to know of one. ``told_from`` is None before it is opened or agreed to, and if withheld."""

    lead: UUID
    purpose: Purpose
    state: AccessState
    until: datetime | None = None
    told_from: datetime | None = None

    def is_open(self, viewer: UUID, now: datetime) -> bool:
        """Whether this lead may read now."""
        return self.lead == viewer and self.until is not None and now < self.until

    def is_told(self, now: datetime) -> bool:
        """Whether the practitioner sees it."""
        return self.state is AccessState.OPENED and self.told_from is not None and self.told_from <= now

    @property
    def withheld(self) -> bool:
        """Whether no practitioner is ever told of it."""
        return self.state is AccessState.OPENED and self.told_from is None

    def require_second(self, viewer: UUID, now: datetime) -> AccessStepKind:
        """What the agreement of this lead means now. Raises ``NotAllowed``, always for the one who looks."""
        if self.lead == viewer:
            raise NotAllowed("needs_another_lead")
        if self.state is AccessState.ASKED:
            return AccessStepKind.AGREED
        if self.told_from is not None and self.state is AccessState.OPENED and not self.is_told(now):
            return AccessStepKind.PROLONGED
        raise NotAllowed("look_decided")


def access_purpose(text: str) -> Purpose:
    """What was chosen. Raises ``Rejected``."""
    try:
        return Purpose(text)
    except ValueError:
        raise Rejected(Problem("nothing_chosen" if not text else "not_offered", field="purpose")) from None


def access_reason(text: str) -> str:
    """Why somebody looks, or agrees. Raises ``Rejected``."""
    return clean(text, REASON_MOST, "reason")
