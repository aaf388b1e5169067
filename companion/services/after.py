"""A lead decides what stays open to participants after the programme."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from companion.domain import after as rules_of
from companion.domain.people import Role, Viewer
from companion.domain.refusals import ChangedElsewhere, NotFound
from companion.services.acting import acting
from companion.store import after, audit
from companion.store.base import Store


def set_after(store: Store, viewer: Viewer, form: dict[str, str], seen: int, now: datetime) -> None:
    """The next version, for those who come to such a step from now on.

    Raises ``Rejected``, and ``ChangedElsewhere`` when there is a newer version than the page showed.
    """
    with acting(store, viewer, now) as tx:
        if viewer.role is not Role.LEAD:
            raise NotFound
        new = rules_of.typed(form, seen + 1)
        if after.rules(tx).number != seen:
            raise ChangedElsewhere
        after.add(tx, new, viewer.account_id, now)
        try:
            tx.flush()
        except IntegrityError as error:  # another lead was quicker
            raise ChangedElsewhere from error
        audit.record(tx, audit.Event.AFTER_CHANGED, now, viewer, detail=str(new.number))
        tx.commit()
