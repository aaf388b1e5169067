"""Save a participant's answer to a prompt.

The answer decides which prompts follow.
"""

from dataclasses import replace
from datetime import datetime
from typing import cast, get_args
from uuid import UUID

from companion.domain.activities.answers import Prompt, Value, Way
from companion.domain.activities.conversation import Given
from companion.domain.activities.list_items import carried
from companion.domain.refusals import ChangedElsewhere, LeavesPath, NotAllowed, Problem, Rejected
from companion.domain.time.working_days import london_day
from companion.domain.work.work import Answerable
from companion.services.act import Actor, Counted, acting
from companion.services.work import answer_drafts
from companion.services.work.answer_drafts import AnswerForm
from companion.store import audit
from companion.store.base import Transaction
from companion.store.work import open_work
from companion.store.work.open_work import OpenWork


def send_answer(
    actor: Actor, work_id: UUID, typed: AnswerForm, way: str, accepted: tuple[str, ...] = ()
) -> Answerable:
    """Save an answer, *not sure yet* or *rather talk about it*. Return the updated work.

    Raise ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if a different answer or draft
    was saved in another window or on another device. Raise ``LeavesPath`` if the change would drop answered
    prompts from the path, unless ``accepted`` lists exactly these prompts. ``accepted`` lists the prompts
    that the participant has agreed to drop. Raise ``NotAllowed`` for work that was submitted, done on paper
    or withdrawn, or if the programme has ended. If Companion refuses an answer, it keeps the answer as a
    draft, unless the work was already submitted or the programme has ended.
    """
    try:
        with acting(actor, Counted.SAVE) as tx:
            piece = open_work.open_own(tx, actor.viewer, work_id).on_way(short=typed.short)
            prompt = _open_prompt(piece.whole, typed.prompt_id)
            after = _answer(tx, piece, prompt, typed, way, accepted)
            tx.commit()
    except (Rejected, ChangedElsewhere, LeavesPath):
        answer_drafts.save_if_possible(actor, work_id, typed)
        raise
    except NotAllowed as refusal:
        if refusal.key in ("done_on_paper", "withdrawn"):
            answer_drafts.save_if_possible(actor, work_id, typed)
        raise
    return after


def _open_prompt(whole: Answerable, prompt_id: str) -> Prompt:
    whole.require_open()
    asked = whole.conversation.asked(prompt_id)
    if asked is None:
        raise Rejected(Problem("no_such_prompt"))
    return asked.prompt


def _answer(
    tx: Transaction, piece: OpenWork, prompt: Prompt, typed: AnswerForm, way: str, accepted: tuple[str, ...]
) -> Answerable:
    if way not in get_args(Way):
        raise Rejected(Problem("not_offered"))
    row, whole = piece.row, piece.whole
    before = whole.answers.get(prompt.id)
    value = _value(piece, prompt, typed, before, tx.now) if way == "answered" else None
    same = before is not None and (before.way, before.value) == (way, value)
    if not same and (before.revision if before else 0) != typed.seen:
        raise ChangedElsewhere
    answer_drafts.settle(tx, piece, prompt, typed, way)
    if same and row.short == whole.short:
        return whole
    revision = before.revision if same and before else typed.seen + 1
    given = Given(cast(Way, way), value, revision, tx.now)
    edit = whole.conversation.edit(prompt.id, given)
    leaving = tuple(turn.prompt.id for turn in edit.leaving)
    if leaving and leaving != accepted:
        raise LeavesPath(leaving)
    saved = {prompt.id: given}
    for new, kept in carried(edit.moving, whole.answers).items():
        saved[new] = replace(kept, revision=1, saved_at=tx.now)
    for prompt_id, each in saved.items():
        piece.keep_answer(prompt_id, each)
    answer_drafts.move(tx, piece, edit.moving)
    after = replace(whole, answers={**whole.answers, **saved})
    progress = after.conversation.progress
    row.done, row.fewest_left, row.most_left = progress.done, progress.fewest_left, progress.most_left
    row.revision += 1
    row.started, row.short = True, whole.short
    row.saved_at = tx.now
    audit.record(tx, audit.Event.ANSWER_SAVED, subject=row.id, enrolment=row.enrolment_id)
    return after


def _value(piece: OpenWork, prompt: Prompt, typed: AnswerForm, before: Given | None, now: datetime) -> Value:
    value = prompt.parse(typed.form)
    if not prompt.by_day:
        return value
    said = before.value if before and before.way == "answered" else None
    return prompt.taken(value, said, london_day(now), piece.last_day())
