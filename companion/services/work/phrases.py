"""Let a practitioner save phrases for feedback, and turn keyboard shortcuts on or off."""

from uuid import UUID

from companion.domain.people import Role
from companion.domain.refusals import NotFound
from companion.domain.work.phrases import Reviewing, new_phrase
from companion.services.act import Actor, Counted, acting
from companion.store import people
from companion.store.work import phrases
from companion.store.work.phrases import PhraseRow


def reviewing(actor: Actor) -> Reviewing:
    """Return the viewer's saved phrases, and whether keyboard shortcuts are on.

    Raise ``NotFound`` unless the viewer is a practitioner.
    """
    with actor.store.reading() as tx:
        if actor.viewer.role is not Role.PRACTITIONER:
            raise NotFound
        return phrases.reviewing(tx, actor.viewer)


def keep(actor: Actor, new_id: UUID, typed: str) -> None:
    """Save a phrase for feedback. Repeating the call with the same id does nothing.

    Raise ``Rejected`` for a mistake in the form. Raise ``NotAllowed`` if the practitioner has too many
    phrases.
    """
    with acting(actor, role=Role.PRACTITIONER) as tx:
        people.lock(tx, actor.viewer.account_id)
        if tx.get(PhraseRow, new_id) is not None:
            return
        words = new_phrase(typed, len(phrases.reviewing(tx, actor.viewer).phrases))
        phrases.add(tx, new_id, words)
        tx.commit()


def remove(actor: Actor, phrase_id: UUID) -> None:
    """Remove one of the viewer's saved phrases. Raise ``NotFound`` if the viewer has no such phrase."""
    with acting(actor, Counted.SAVE, role=Role.PRACTITIONER) as tx:
        people.lock(tx, actor.viewer.account_id)
        phrases.remove(tx, phrase_id)
        tx.commit()


def choose_keys(actor: Actor, *, on: bool) -> None:
    """Turn the viewer's single-key shortcuts for reviewing on or off."""
    with acting(actor, Counted.SAVE, role=Role.PRACTITIONER) as tx:
        people.lock(tx, actor.viewer.account_id)
        people.account(tx, actor.viewer.account_id).review_keys = on
        tx.commit()
