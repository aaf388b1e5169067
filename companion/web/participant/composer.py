"""The form for answering one prompt."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from companion.domain.activities.answers import Prompt
from companion.domain.activities.conversation import AskedPrompt, Given, Turn
from companion.domain.drafts import draft_of
from companion.domain.forms import Form
from companion.domain.refusals import Problem
from companion.domain.text import without_hidden
from companion.domain.work.work import Work
from companion.services.work.answer_drafts import AnswerForm


@dataclass(frozen=True)
class Composer:
    """The form for answering the next prompt, or for changing an earlier answer.

    ``asked`` is the prompt to answer, or None if there is no prompt to answer.
    """

    asked: AskedPrompt | None
    changing: bool = False
    typed: Form = field(default_factory=dict)
    seen: int = 0
    draft_seen: int = 0
    draft_saved_at: datetime | None = None
    problem: Problem | None = None
    other: Given | None = None
    """The answer that another open page saved, if it differs from the answer on this page."""
    other_typed: Form | None = None
    """The draft that another open page saved, if it differs from the draft on this page."""
    leaving: tuple[Turn, ...] = ()
    """The questions that would no longer be asked if the participant changed this answer. The page lists
    these questions before the participant confirms the changed answer.
    """
    way: str = "answered"
    unplaced: Sequence[str] = ()
    """An answer to a question that Companion no longer asks. The participant sent the answer after the
    session had locked.
    """
    tab: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def prompt(self) -> Prompt | None:
        """Return the prompt that the participant answers in the form, or None if there is no question to
        answer.
        """
        return self.asked.prompt if self.asked else None

    @classmethod
    def of(cls, work: Work, changing: str = "") -> "Composer":
        """Return the form for a piece of work, with the stored values."""
        conversation = work.conversation
        asked = conversation.asked(changing) or conversation.open
        if asked is None or not work.can_answer:
            return cls(None)
        prompt = asked.prompt
        given, draft = work.answers.get(prompt.id), work.drafts.get(prompt.id)
        typed: Form = prompt.fill(given.value) if given and given.way == "answered" else {}
        return cls(
            asked,
            changing=given is not None and asked is not conversation.open,
            typed=_visible(draft.typed) if draft else typed,
            seen=given.revision if given else 0,
            draft_seen=draft.revision if draft else 0,
            draft_saved_at=draft.saved_at if draft else None,
        )

    @classmethod
    def again(cls, work: Work, typed: AnswerForm, problem: Problem | None) -> "Composer":
        """Return the form with an answer that was refused, or that was sent after the session had locked.

        If Companion no longer asks the answer's question, return the form for the current question.
        """
        stored = cls.of(work, typed.prompt_id)
        if stored.prompt is None or stored.prompt.id != typed.prompt_id:
            return stored
        texts = _visible({name: typed.form.get(name, ()) for name in stored.prompt.fields})
        given, draft = work.answers.get(typed.prompt_id), work.drafts.get(typed.prompt_id)
        kept = draft is not None and draft.typed == draft_of(typed.form, stored.prompt.fields)
        answered_elsewhere = problem is None and given is not None and given.revision != typed.seen
        typed_elsewhere = problem is None and draft is not None and not kept
        return replace(
            stored,
            typed=texts,
            problem=problem,
            seen=typed.seen if problem else stored.seen,
            draft_saved_at=stored.draft_saved_at if kept else None,
            other=given if answered_elsewhere else None,
            other_typed=draft.typed if draft and typed_elsewhere else None,
        )

    @classmethod
    def confirming(cls, work: Work, typed: AnswerForm, way: str, leaving: tuple[str, ...]) -> "Composer":
        """Return the form that asks whether to save a change that would remove some questions."""
        turns = tuple(turn for turn in work.conversation.turns if turn.prompt.id in leaving)
        return replace(cls.again(work, typed, None), other=None, other_typed=None, leaving=turns, way=way)


def _visible(typed: Form) -> Form:
    """Remove invisible characters from text that the participant typed."""
    return {name: [without_hidden(text) for text in texts] for name, texts in typed.items()}
