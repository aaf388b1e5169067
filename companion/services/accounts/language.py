"""Let a participant choose a language for their pages and emails."""

from companion.domain.refusals import NotFound
from companion.services.act import Actor, acting
from companion.store import people


def choose(actor: Actor, language: str) -> None:
    """Use this language for the participant's pages and emails.

    Raise ``NotFound`` for staff, whose pages are in English.
    """
    with acting(actor) as tx:
        if actor.viewer.role.staff:
            raise NotFound
        people.lock(tx, actor.viewer.account_id)
        people.account(tx, actor.viewer.account_id).language = language
        tx.commit()
