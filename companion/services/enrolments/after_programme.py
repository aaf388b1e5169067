"""Let a lead decide what participants can still use in Companion after the programme."""

from sqlalchemy.exc import IntegrityError

from companion.domain.enrolments import after_programme
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere
from companion.services.act import Actor, acting
from companion.store import audit
from companion.store.enrolments.after_programme import add, rules_in_force


def set_after(actor: Actor, form: dict[str, str], seen: int) -> None:
    """Save the next version of the rules for the time after the programme.

    Participants who have already left the programme keep the old rules until their next pathway step. Raise
    ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if the page is out of date.
    """
    with acting(actor, role=Role.LEAD) as tx:
        new = after_programme.typed(form, seen + 1)
        if rules_in_force(tx).number != seen:
            raise ChangedElsewhere
        add(tx, new)
        try:
            tx.flush()
        except IntegrityError as error:  # another lead has just saved a version
            raise ChangedElsewhere from error
        audit.record(tx, audit.Event.AFTER_CHANGED, detail=str(new.number))
        tx.commit()
