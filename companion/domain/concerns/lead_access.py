"""A lead's access to a participant's record. Access needs a reason and lasts half an hour.

Companion tells the practitioner at once that a lead has access to the record, unless a second lead has agreed
to a delay. If a lead opens the record because of a concern, and a concern about the practitioner is open,
never tell the practitioner.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from companion.domain.refusals import NotAllowed, Problem, Rejected
from companion.domain.text import clean

REASON_MOST = 1000
OPEN_FOR = timedelta(minutes=30)
"""The duration of a lead's access to a record."""
UNTOLD_FOR = timedelta(days=28)
"""How long a lead can hide their access to a record from the participant's practitioner, if a second lead
agrees.

Until the practitioner is told about the access, a second lead can agree to delay telling them for another 28
days.
"""


class Purpose(StrEnum):
    """The purpose of a lead's access. Participants are never told that a lead opened their record because of
    a concern.
    """

    PRACTICE = "practice"
    ASKED = "asked"
    CONCERN = "concern"


class AccessState(StrEnum):
    """The progress of a lead's request for access."""

    ASKED = "asked"
    """The lead has asked for the practitioner to be told about the access later. A second lead still has to
    decide about this request.
    """
    AGREED = "agreed"
    REFUSED = "refused"
    OPENED = "opened"


class AccessStepKind(StrEnum):
    """A decision about a lead's request for access."""

    AGREED = "agreed"
    REFUSED = "refused"
    PROLONGED = "prolonged"
    TOLD = "told"


@dataclass(frozen=True)
class Look:
    """A lead's request for access to a record.

    From ``told_from``, the practitioner can see that the lead had access. ``told_from`` is None if nobody has
    decided yet when to tell the practitioner, or if they will never be told.
    """

    lead: UUID
    purpose: Purpose
    state: AccessState
    until: datetime | None = None
    told_from: datetime | None = None

    def is_open(self, viewer: UUID, now: datetime) -> bool:
        """Return whether this lead may read the record at this time."""
        return self.lead == viewer and self.until is not None and now < self.until

    def is_told(self, now: datetime) -> bool:
        """Return whether the practitioner can already see that a lead was given access to the record."""
        return self.state is AccessState.OPENED and self.told_from is not None and self.told_from <= now

    @property
    def withheld(self) -> bool:
        """True if Companion never tells any practitioner that the lead had access to the record."""
        return self.state is AccessState.OPENED and self.told_from is None

    def require_second(self, viewer: UUID, now: datetime) -> AccessStepKind:
        """Return the decision to record when ``viewer``, the second lead, agrees to another lead's request.

        Raise ``NotAllowed`` if a lead tries to agree to their own request, or if the request needs no
        agreement.
        """
        if self.lead == viewer:
            raise NotAllowed("needs_another_lead")
        if self.state is AccessState.ASKED:
            return AccessStepKind.AGREED
        if self.told_from is not None and self.state is AccessState.OPENED and not self.is_told(now):
            return AccessStepKind.PROLONGED
        raise NotAllowed("look_decided")


def access_purpose(text: str) -> Purpose:
    """Return the chosen purpose of access, or raise ``Rejected`` if the purpose isn't valid."""
    try:
        return Purpose(text)
    except ValueError:
        raise Rejected(Problem("nothing_chosen" if not text else "not_offered", field="purpose")) from None


def access_reason(text: str) -> str:
    """Clean and return a lead's reason for requesting access to a record, or for agreeing to it.

    Raise ``Rejected`` if the reason isn't valid.
    """
    return clean(text, REASON_MOST, "reason")
