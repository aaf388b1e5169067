"""A participant does his work: drafts, answers, submission, and reading what was said to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast, get_args
from uuid import UUID

from companion.domain.activities.answers import Prompt, Value, Way
from companion.domain.activities.conversation import Given
from companion.domain.activities.list_items import carried
from companion.domain.drafts import Draft, draft_of
from companion.domain.forms import Form
from companion.domain.people import Viewer
from companion.domain.refusals import ChangedElsewhere, LeavesPath, NotAllowed, Problem, Rejected
from companion.domain.time.working_days import london_day
from companion.domain.work.work import Answerable, hand_in
from companion.services import drafts
from companion.services.act import Counted, acting
from companion.store import audit, outbox
from companion.store.base import Store, Transaction
from companion.store.enrolments import enrolments
from companion.store.work import open_work, work
from companion.store.work.open_work import OpenWork


@dataclass(frozen=True)
class AnswerForm:
    """What came from the composer of one prompt.

    ``seen`` and ``draft_seen`` are the revisions of answer and draft that the page showed; ``tab`` is
    the page's own mark: a page never collides with itself, also when a reply to it got lost.
    """

    prompt_id: str
    seen: int
    draft_seen: int
    tab: str
    form: Form
    beat: int = 0
    """The page's own count of its saves."""


def save_draft(store: Store, viewer: Viewer, work_id: UUID, typed: AnswerForm, now: datetime) -> Draft:
    """Keep what is being typed, also to a prompt that has left the path, or work done on paper, meanwhile.

    Raises ``ChangedElsewhere`` when another page saved something newer.
    """
    with acting(store, viewer, now, Counted.SAVE) as tx:
        piece = open_work.open_own(tx, viewer, work_id)
        piece.whole.require_unsubmitted()
        piece.whole.require_needed()
        prompt = piece.whole.prompt(typed.prompt_id)
        if prompt is None:
            raise Rejected(Problem("no_such_prompt"))
        draft = _keep(tx, piece, prompt, typed, now)
        tx.commit()
    return draft


def send_answer(
    store: Store,
    viewer: Viewer,
    work_id: UUID,
    typed: AnswerForm,
    way: str,
    now: datetime,
    accepted: tuple[str, ...] = (),
) -> Answerable:
    """Save an answer, or that he is not sure or would rather talk, and go on; the work as it stands then.

    Raises ``Rejected``, ``ChangedElsewhere``, or ``LeavesPath`` when other answers would leave the path
    than the ``accepted`` ones (prompt ids), and ``NotAllowed`` for work that was done on paper meanwhile;
    what was typed is then kept as a draft. For work that is handed in ``NotAllowed``, too.
    """
    try:
        with acting(store, viewer, now, Counted.SAVE) as tx:
            piece = open_work.open_own(tx, viewer, work_id)
            prompt = _open_prompt(piece.whole, typed.prompt_id)
            after = _answer(tx, viewer, piece, prompt, typed, way, now, accepted)
            tx.commit()
    except (Rejected, ChangedElsewhere, LeavesPath):
        _keep_if_possible(store, viewer, work_id, typed, now)
        raise
    except NotAllowed as refusal:
        if refusal.key == "done_on_paper":
            _keep_if_possible(store, viewer, work_id, typed, now)
        raise
    return after


def submit(store: Store, viewer: Viewer, work_id: UUID, seen: int, now: datetime) -> UUID:
    """Hand in what he checked; the submission's id.

    Raises ``NotAllowed`` when a question is open or it was handed in already, and ``ChangedElsewhere``
    when an answer changed since the revision ``seen`` was checked.
    """
    with acting(store, viewer, now) as tx:
        piece = open_work.open_own(tx, viewer, work_id)
        row, said = piece.row, hand_in(piece.whole)
        if row.revision != seen:
            raise ChangedElsewhere
        enrolment = enrolments.enrolment(tx, viewer, row.enrolment_id)
        submission = work.add_submission(tx, row, piece.whole.round, said, now)
        outbox.notify(tx, enrolment.practitioner_id, outbox.Notice.WORK_SUBMITTED, submission.id, now)
        audit.record(
            tx, audit.Event.WORK_SUBMITTED, now, viewer, subject=submission.id, enrolment=enrolment.id
        )
        tx.commit()
    return submission.id


def see_feedback(store: Store, viewer: Viewer, submission_id: UUID, now: datetime) -> None:
    """The participant opened what was released or returned: a read mark, once."""
    with acting(store, viewer, now, Counted.NEVER) as tx:
        row = work.submission_row(tx, viewer, submission_id)
        if row.outcome and row.seen_at is None:
            row.seen_at = now
            enrolment = enrolments.enrolment(tx, viewer)
            audit.record(tx, audit.Event.FEEDBACK_SEEN, now, viewer, subject=row.id, enrolment=enrolment.id)
        tx.commit()


def _open_prompt(whole: Answerable, prompt_id: str) -> Prompt:
    whole.require_open()
    asked = whole.conversation.asked(prompt_id)
    if asked is None:
        raise Rejected(Problem("no_such_prompt"))
    return asked.prompt


def _answer(
    tx: Transaction,
    viewer: Viewer,
    piece: OpenWork,
    prompt: Prompt,
    typed: AnswerForm,
    way: str,
    now: datetime,
    accepted: tuple[str, ...],
) -> Answerable:
    if way not in get_args(Way):
        raise Rejected(Problem("not_offered"))
    row, whole = piece.row, piece.whole
    before = whole.answers.get(prompt.id)
    value = _value(piece, prompt, typed, before, now) if way == "answered" else None
    same = before is not None and (before.way, before.value) == (way, value)
    if not same and (before.revision if before else 0) != typed.seen:
        raise ChangedElsewhere
    _settle_draft(tx, piece, prompt, typed, way, now)
    if same:
        return whole
    given = Given(cast(Way, way), value, typed.seen + 1, now)
    edit = whole.conversation.edit(prompt.id, given)
    leaving = tuple(turn.prompt.id for turn in edit.leaving)
    if leaving and leaving != accepted:
        raise LeavesPath(leaving)
    saved = {prompt.id: given}
    for new, kept in carried(edit.moving, whole.answers).items():
        saved[new] = replace(kept, revision=1, saved_at=now)
    for prompt_id, each in saved.items():
        piece.keep_answer(prompt_id, each)
    _move_drafts(tx, piece, edit.moving)
    after = replace(whole, answers={**whole.answers, **saved})
    progress = after.conversation.progress
    row.done, row.fewest_left, row.most_left = progress.done, progress.fewest_left, progress.most_left
    row.revision += 1
    row.started = True
    row.saved_at = now
    audit.record(tx, audit.Event.ANSWER_SAVED, now, viewer, subject=row.id, enrolment=row.enrolment_id)
    return after


def _value(piece: OpenWork, prompt: Prompt, typed: AnswerForm, before: Given | None, now: datetime) -> Value:
    value = prompt.parse(typed.form)
    if not prompt.by_day:
        return value
    said = before.value if before and before.way == "answered" else None
    return prompt.taken(value, said, london_day(now), piece.last_day())


def _move_drafts(tx: Transaction, piece: OpenWork, moving: Mapping[str, str]) -> None:
    """What is being typed goes on with its item when that is put into other words."""
    for old, new in moving.items():
        draft = piece.draft_place(old).row(tx)
        if draft and new not in piece.whole.drafts:
            piece.draft_place(new).take_over(draft, piece.whole.drafts[old].typed)


def _settle_draft(
    tx: Transaction, piece: OpenWork, prompt: Prompt, typed: AnswerForm, way: str, now: datetime
) -> None:
    """An answer replaces the draft that its page knew; before another way on, what was typed stays for later."""
    words = draft_of(typed.form, prompt.fields)
    if way == "answered":
        drafts.settle(tx, piece.draft_place(prompt.id), words, typed)
    elif words:
        _keep(tx, piece, prompt, typed, now)


def _keep(tx: Transaction, piece: OpenWork, prompt: Prompt, typed: AnswerForm, now: datetime) -> Draft:
    answer = piece.whole.answers.get(prompt.id)
    draft = drafts.keep(
        tx,
        piece.draft_place(prompt.id),
        draft_of(typed.form, prompt.fields),
        typed,
        now,
        untouched=draft_of(_filled(prompt, answer), prompt.fields),
        outdated=(answer.revision if answer else 0) != typed.seen,
    )
    if not draft.revision:  # nothing was typed
        return replace(draft, saved_at=answer.saved_at if answer else now)
    if draft.saved_at == now:
        piece.row.started, piece.row.saved_at = True, now
    return draft


def _filled(prompt: Prompt, answer: Given | None) -> Form:
    """What the form held before anybody touched it."""
    return prompt.fill(answer.value) if answer and answer.way == "answered" else {}


def _keep_if_possible(store: Store, viewer: Viewer, work_id: UUID, typed: AnswerForm, now: datetime) -> None:
    try:
        save_draft(store, viewer, work_id, typed, now)
    except (Rejected, ChangedElsewhere, NotAllowed):
        return  # the page itself still holds what was typed
