"""Save drafts, and update or delete them when their text is sent.

Two browser windows with different text never overwrite each other's text without warning.
"""

from typing import Any, Protocol

from companion.domain.drafts import NOTHING, Draft, FromPage, is_newest, page_knows
from companion.domain.forms import Form
from companion.domain.refusals import ChangedElsewhere
from companion.store.base import Transaction
from companion.store.drafts import DraftPlace


class Place(Protocol):
    """A text box or form that can have a draft."""

    def row(self, tx: Transaction) -> Any | None: ...
    def opened(self, row: Any) -> Draft: ...
    def put(self, tx: Transaction, row: Any | None, words: Form, typed: FromPage) -> Draft: ...


def keep(
    tx: Transaction,
    place: Place,
    words: Form,
    typed: FromPage,
    *,
    untouched: Form = NOTHING,
    outdated: bool = False,
) -> Draft:
    """Save unfinished text as a draft, and return the draft.

    Save nothing if there is no draft and the page's text hasn't changed. If the draft already has this text,
    or this page has already saved a newer draft, return the draft unchanged. Raise ``ChangedElsewhere`` if
    another page saved a newer draft, or this page is ``outdated``.
    """
    row = place.row(tx)
    if row is None and words == untouched:
        return Draft(words, 0, tx.now)
    if row is not None:
        before = place.opened(row)
        if before.typed == words and row.tab == typed.tab:
            row.beat = max(row.beat, typed.beat)
        if before.typed == words or not is_newest(row, typed):
            return before
        outdated = outdated or not page_knows(row, typed)
    if outdated:
        raise ChangedElsewhere
    return place.put(tx, row, words, typed)


def settle(tx: Transaction, place: DraftPlace, words: Form, typed: FromPage) -> None:
    """Delete a draft whose text is being sent.

    Raise ``ChangedElsewhere`` if another page has saved a different draft.
    """
    row = place.row(tx)
    if row is None:
        return
    if place.opened(row).typed not in ({}, words):
        _require_known(row, typed)
    tx.delete(row)


def put_sent(tx: Transaction, place: Place, words: Form, typed: FromPage) -> None:
    """Replace the draft with the text that is being sent.

    Raise ``ChangedElsewhere`` if another page has saved a different draft.
    """
    row = place.row(tx)
    if row is not None:
        if place.opened(row).typed == words:
            return
        _require_known(row, typed)
    place.put(tx, row, words, typed)


def _require_known(row: Any, typed: FromPage) -> None:
    if not page_knows(row, typed):
        raise ChangedElsewhere
