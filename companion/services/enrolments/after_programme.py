"""A lead decides what stays open to participants after the programme."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from companion.domain.enrolments import after_programme
from companion.domain.people import Role, Viewer
from companion.domain.refusals import ChangedElsewhere, NotFound
from companion.services.act import acting
from companion.store import audit
from companion.store.base import Store
from companion.store.enrolments.after_programme import add, rules_in_force


def set_after(store: Store, viewer: Viewer, form: dict[str, str], seen: int, now: datetime) -> None:
    """The next version, for those who come to such a step from now on.

    Raises ``Rejected``, and ``ChangedElsewhere`` when there is a newer version than the page showed.
    """
    with acting(store, viewer, now) as tx:
        if viewer.role is not Role.LEAD:
            raise NotFound
        new = after_programme.typed(form, seen + 1)
        if rules_in_force(tx).number != seen:
            raise ChangedElsewhere
        add(tx, new, viewer.account_id, now)
        try:
            tx.flush()
        except IntegrityError as error:  # another lead was quicker
            raise ChangedElsewhere from error
        audit.record(tx, audit.Event.AFTER_CHANGED, now, viewer, detail=str(new.number))
        tx.commit()
