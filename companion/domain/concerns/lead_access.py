"""A lead's access to somebody else's caseload: with a reason, for half an hour, and disclosed.

The practitioner is told at once, or later if a second lead agrees with a reason. Deadlines depend on the moment
given, never on a job having run. Access for a concern, opened while one about the practitioner is open, is disclosed
to leads only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from companion.domain.refusals import NotAllowed, Problem, Rejected
from companion.domain.text import clean

REASON_MOST = 1000
OPEN_FOR = timedelta(minutes=30)
"""How long access lasts."""
UNTOLD_FOR = timedelta(days=28)
"""The longest that access stays undisclosed before a second lead must agree again."""


class Purpose(StrEnum):
    """The purpose of the access. Participants never see access for a concern."""

    PRACTICE = "practice"
    ASKED = "asked"
    CONCERN = "concern"


class AccessState(StrEnum):
    """How far the request has come."""

    ASKED = "asked"
    """Waiting for a second lead, because it isn't to be disclosed at once."""
    AGREED = "agreed"
    REFUSED = "refused"
    OPENED = "opened"


class AccessStepKind(StrEnum):
    """A decision about it."""

    AGREED = "agreed"
    REFUSED = "refused"
    PROLONGED = "prolonged"
    TOLD = "told"


@dataclass(frozen=True)
class Look:
    """The facts that the rules need. ``told_from`` is None before it is opened or agreed to, and if withheld."""

    lead: UUID
    purpose: Purpose
    state: AccessState
    until: datetime | None = None
    told_from: datetime | None = None

    def is_open(self, viewer: UUID, now: datetime) -> bool:
        """Whether this lead may read now."""
        return self.lead == viewer and self.until is not None and now < self.until

    def is_told(self, now: datetime) -> bool:
        """Whether the practitioner can see it."""
        return self.state is AccessState.OPENED and self.told_from is not None and self.told_from <= now

    @property
    def withheld(self) -> bool:
        """Whether no practitioner is ever told of it."""
        return self.state is AccessState.OPENED and self.told_from is None

    def require_second(self, viewer: UUID, now: datetime) -> AccessStepKind:
        """Return what this lead's agreement would do now. Raise ``NotAllowed``, always for the lead who asked."""
        if self.lead == viewer:
            raise NotAllowed("needs_another_lead")
        if self.state is AccessState.ASKED:
            return AccessStepKind.AGREED
        if self.told_from is not None and self.state is AccessState.OPENED and not self.is_told(now):
            return AccessStepKind.PROLONGED
        raise NotAllowed("look_decided")


def access_purpose(text: str) -> Purpose:
    """Return the purpose chosen. Raise ``Rejected``."""
    try:
        return Purpose(text)
    except ValueError:
        raise Rejected(Problem("nothing_chosen" if not text else "not_offered", field="purpose")) from None


def access_reason(text: str) -> str:
    """Return the reason for access or for agreeing to it. Raise ``Rejected``."""
    return clean(text, REASON_MOST, "reason")
