"""Find the practitioner whose suggestion or feedback led to a plan item."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from companion.domain.plan.plan import From, Source
from companion.store.base import Transaction
from companion.store.enrolments import handovers
from companion.store.enrolments.enrolments import Enrolment
from companion.store.enrolments.handovers import Past
from companion.store.people import names_of
from companion.store.work.rows import SubmissionRow, WorkRow


@dataclass(frozen=True)
class PlanPeople:
    """The practitioners who contributed to a plan, with their names."""

    _suggested: Mapping[UUID, UUID]
    _answered: list[tuple[UUID, datetime, UUID]]
    _enrolment_id: UUID
    _practitioner: UUID
    _past: handovers.Past
    _called: Mapping[UUID, str]

    def said(self, item_id: UUID, source: Source | None, at: datetime) -> str:
        """Return the name of the practitioner whose suggestion or feedback led to an item.

        Return an empty string for the participant's own items.
        """
        if source is None or source.kind is From.ANSWER:
            return ""
        if source.kind is From.SUGGESTION:
            return self.suggested(item_id)
        answered = [by for work_id, then, by in self._answered if work_id == source.work_id and then <= at]
        return self._called[answered[-1]] if answered else self.then(at)

    def suggested(self, suggestion_id: UUID) -> str:
        """Return the name of a suggestion's author, or an empty string."""
        by = self._suggested.get(suggestion_id)
        return self._called[by] if by else ""

    def then(self, at: datetime) -> str:
        """Return the name of the participant's practitioner at a given time."""
        return self._called[self._past.practitioner(self._enrolment_id, at, self._practitioner)]

    def called(self, account_id: UUID) -> str:
        """Return the name of a practitioner who contributed to the plan. Return an empty string if the
        participant wrote the contribution.
        """
        return self._called.get(account_id, "")


def plan_people(
    tx: Transaction, enrolment_id: UUID, suggested: Mapping[UUID, UUID], versions_by: set[UUID]
) -> PlanPeople:
    """Return the practitioners who contributed to an enrolment's plan.

    ``suggested``: who made suggestions for the plan. ``versions_by``: the authors of all versions of
    the plan.
    """
    practitioner = tx.get_one(Enrolment, enrolment_id).practitioner_id
    if not versions_by and not suggested:
        return PlanPeople({}, [], enrolment_id, practitioner, Past(()), {})
    answered = [
        (work_id, at, by)
        for work_id, at, by in tx.execute(
            select(SubmissionRow.work_id, SubmissionRow.outcome_at, SubmissionRow.outcome_by)
            .join(WorkRow, WorkRow.id == SubmissionRow.work_id)
            .where(WorkRow.enrolment_id == enrolment_id, SubmissionRow.outcome.is_not(None))
            .order_by(SubmissionRow.outcome_at)
        )
        if at and by
    ]
    past = handovers.past(tx, [enrolment_id])
    everybody = {
        practitioner,
        *past.everybody,
        *versions_by,
        *suggested.values(),
        *(by for *_, by in answered),
    }
    return PlanPeople(suggested, answered, enrolment_id, practitioner, past, names_of(tx, everybody))
