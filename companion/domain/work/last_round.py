"""The last answers that a participant sent for a piece of work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.activities.activity import Activity
from companion.domain.activities.conversation import Given


@dataclass(frozen=True)
class LastRound:
    work_id: UUID
    version_id: UUID
    activity: Activity
    submitted_at: datetime
    answers: Mapping[str, Given]
