"""Let people choose whether pressing Shift three times leaves the site."""

from companion.services.act import Actor, acting
from companion.store import people


def choose(actor: Actor, *, shift_leaves: bool) -> None:
    """Save whether pressing Shift three times leaves the site."""
    with acting(actor) as tx:
        people.lock(tx, actor.viewer.account_id)
        people.account(tx, actor.viewer.account_id).shift_leaves = shift_leaves
        tx.commit()
