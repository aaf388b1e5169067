"""Let participants review their plan, alone or with the practitioner. Remind participants of reviews."""

from datetime import datetime
from uuid import UUID, uuid4

from companion.domain.enrolments.after_programme import Scope
from companion.domain.plan.plan import Act
from companion.domain.plan.review import Review, review_day
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Problem, Rejected
from companion.domain.time.london import LONDON
from companion.services.act import Actor, acting
from companion.services.plan import items
from companion.store import outbox
from companion.store.base import Store, Transaction
from companion.store.enrolments import after_programme, enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.plan import plan
from companion.store.plan.plan import PlanReviewRow


def begin(actor: Actor) -> None:
    """Start a review, unless one is open. Raise ``NotAllowed`` if the plan is empty."""
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
        if plan.open_review_row(tx, enrolment.id):
            return
        whole = plan.plan_of(tx, enrolment.id)
        if not whole.now:
            raise NotAllowed("plan_empty")
        row = PlanReviewRow(
            id=uuid4(), enrolment_id=enrolment.id, started_at=actor.now, began_at=whole.number
        )
        plan.keep_looked_at(tx, row, frozenset())
        tx.add(row)
        tx.commit()


def still_true(actor: Actor, item_id: UUID, seen: int) -> None:
    """Confirm that an item in the plan is still true.

    Raise ``ChangedElsewhere`` if the item has been reworded or removed since the page was loaded. Raise
    ``NotAllowed`` if no review is open.
    """
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
        item = plan.plan_of(tx, enrolment.id).item(item_id)
        if item is None:
            raise NotFound
        row, review = _going_on(tx, enrolment)
        if item.until is not None or item.since != seen:
            raise ChangedElsewhere
        plan.keep_looked_at(tx, row, review.looked_at | {item_id})
        tx.commit()


def finish(actor: Actor, together: str, next_review: str) -> None:
    """End the review with a dated version of the plan. Save the next review's date.

    Raise ``Rejected`` for a mistake in the form. Raise ``NotAllowed`` if no review is open or some items
    haven't been reviewed yet.
    """
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
        row, review = _going_on(tx, enrolment)
        whole = plan.plan_of(tx, enrolment.id)
        if review.next_item(whole):
            raise NotAllowed("review_not_finished")
        problems = [] if together in ("yes", "no") else [Problem("nothing_chosen", field="together")]
        try:
            day = review_day(next_review, actor.now)
        except Rejected as rejected:
            raise Rejected(*problems, *rejected.problems) from rejected
        if problems:
            raise Rejected(*problems)
        row.ended_at = actor.now
        items.next_version(tx, enrolment, whole, Act.REVIEWED, items.NextReview(together == "yes", day))
        tx.commit()


def reviewed_together(actor: Actor, enrolment_id: UUID, seen: int, next_review: str) -> None:
    """Record that the plan was reviewed at a meeting, and save the date of the next review.

    ``seen`` is the plan version that participant and practitioner reviewed. Repeating the call changes
    nothing. Raise ``Rejected`` if the review date isn't valid. Raise ``NotAllowed`` for an empty plan. Raise
    ``ChangedElsewhere`` if somebody has saved a newer version of the plan.
    """
    with acting(actor) as tx:
        enrolment = enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=True)
        whole = plan.plan_of(tx, enrolment.id)
        day = review_day(next_review, actor.now)
        last = whole.last_review
        if last and last.number == whole.number == seen + 1 and last.by_id == actor.viewer.account_id:
            return
        if whole.number != seen:
            raise ChangedElsewhere
        if not whole.now:
            raise NotAllowed("plan_empty")
        items.next_version(tx, enrolment, whole, Act.REVIEWED, items.NextReview(together=True, day=day))
        tx.commit()


def ask_for_those_due(store: Store, now: datetime) -> int:
    """Add a notice to the outbox for each review that has become due. Return the number of notices.

    Participants who can no longer open their plan get no notice.
    """
    asked = 0
    with store.writing(now) as tx:
        due = plan.reviews_due(tx, now.astimezone(LONDON).date())
        for row in due:
            enrolment = tx.get_one(Enrolment, row.enrolment_id)
            row.asked_at = now
            if after_programme.open_now(tx, enrolment, now).scope.holds(Scope.PLAN):
                outbox.notify(tx, enrolment.participant_id, outbox.Notice.PLAN_REVIEW_DUE, row.id)
                asked += 1
        tx.commit()
    return asked


def _going_on(tx: Transaction, enrolment: Enrolment) -> tuple[PlanReviewRow, Review]:
    row, review = plan.open_review_row(tx, enrolment.id), plan.open_review(tx, enrolment.id)
    if row is None or review is None:
        raise NotAllowed("no_review")
    return row, review
