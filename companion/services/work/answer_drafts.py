"""Drafts of answers.

A draft is saved while the participant types. Sending the answer deletes the draft.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from companion.domain.activities.answers import Prompt
from companion.domain.activities.conversation import Given
from companion.domain.drafts import Draft, draft_of
from companion.domain.forms import Form
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.services import drafts
from companion.services.act import Actor, Counted, acting
from companion.store.base import Transaction
from companion.store.work import open_work
from companion.store.work.open_work import OpenWork


@dataclass(frozen=True)
class AnswerForm:
    """The form for answering one prompt.

    ``seen`` is the revision of the saved answer that the participant's page is based on. ``draft_seen`` is
    the revision of the saved draft that the participant's page is based on. ``tab`` identifies the page on
    which the participant is typing. Drafts saved from the same browser page never conflict with each other.
    """

    prompt_id: str
    seen: int
    draft_seen: int
    tab: str
    form: Form
    beat: int = 0
    """The number of times that the page has saved the draft."""
    short: bool = False
    """True if the page showed the short version of the work."""


def save_draft(actor: Actor, work_id: UUID, typed: AnswerForm) -> Draft:
    """Save the unfinished answer as a draft, even if the prompt is no longer asked or the work was withdrawn.

    Raise ``Rejected`` for an unknown prompt or an overlong draft. Raise ``NotAllowed`` if the work was
    already submitted or the programme has ended. Raise ``ChangedElsewhere`` if another page has saved a newer
    draft or answer.
    """
    with acting(actor, Counted.SAVE) as tx:
        piece = open_work.open_own(tx, actor.viewer, work_id).on_way(short=typed.short)
        piece.whole.require_unsubmitted()
        piece.whole.require_needed()
        prompt = piece.whole.prompt(typed.prompt_id)
        if prompt is None:
            raise Rejected(Problem("no_such_prompt"))
        draft = keep(tx, piece, prompt, typed)
        tx.commit()
    return draft


def save_if_possible(actor: Actor, work_id: UUID, typed: AnswerForm) -> None:
    try:
        save_draft(actor, work_id, typed)
    except (Rejected, ChangedElsewhere, NotAllowed):
        return  # the browser's page still contains the text


def keep(tx: Transaction, piece: OpenWork, prompt: Prompt, typed: AnswerForm) -> Draft:
    """Save a draft of an answer within an open transaction, and return the draft.

    Raise ``ChangedElsewhere`` if another page has saved a newer draft or answer.
    """
    answer = piece.whole.answers.get(prompt.id)
    draft = drafts.keep(
        tx,
        piece.draft_place(prompt.id),
        draft_of(typed.form, prompt.fields),
        typed,
        untouched=draft_of(_filled(prompt, answer), prompt.fields),
        outdated=(answer.revision if answer else 0) != typed.seen,
    )
    if not draft.revision:  # nothing was typed
        return replace(draft, saved_at=answer.saved_at if answer else tx.now)
    if draft.saved_at == tx.now:
        piece.row.started, piece.row.saved_at = True, tx.now
    return draft


def settle(tx: Transaction, piece: OpenWork, prompt: Prompt, typed: AnswerForm, way: str) -> None:
    """Delete the draft of an answer that is being saved.

    If the participant skips the question, save the typed text as a draft, not as an answer. Raise
    ``ChangedElsewhere`` if a different draft was saved in another window or on another device.
    """
    words = draft_of(typed.form, prompt.fields)
    if way == "answered":
        drafts.settle(tx, piece.draft_place(prompt.id), words, typed)
    elif words:
        keep(tx, piece, prompt, typed)


def move(tx: Transaction, piece: OpenWork, moving: Mapping[str, str]) -> None:
    """When a participant rewords a list item, keep their drafts for the questions about this item."""
    for old, new in moving.items():
        draft = piece.draft_place(old).row(tx)
        if draft and new not in piece.whole.drafts:
            piece.draft_place(new).take_over(draft, piece.whole.drafts[old].typed)


def _filled(prompt: Prompt, answer: Given | None) -> Form:
    """Return the form with the saved answer, or an empty form."""
    return prompt.fill(answer.value) if answer and answer.way == "answered" else {}
