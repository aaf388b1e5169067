"""A participant chooses the language in which Companion speaks to him."""

from companion.domain.refusals import NotFound
from companion.services.act import Actor, acting
from companion.store import people


def choose(actor: Actor, language: str) -> None:
    """From now on pages and letters are in this language. Raises ``NotFound`` for staff, whose pages are English."""
    with acting(actor) as tx:
        if actor.viewer.role.staff:
            raise NotFound
        people.lock(tx, actor.viewer.account_id)
        people.account(tx, actor.viewer.account_id).language = language
        tx.commit()
