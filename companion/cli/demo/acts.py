"""Short functions that set, answer, submit and review the demo's work."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from companion.domain.forms import Form
from companion.domain.work.work import Card
from companion.services.act import Actor
from companion.services.work import answer_drafts, answers, assign, submissions
from companion.services.work.answer_drafts import AnswerForm
from companion.services.work.assign import Due
from companion.services.work.review import Feedback, open_submission, release
from companion.store.activities import library
from companion.store.meetings import appointments
from companion.store.work import work

WHY = {
    "a-week-of-choices": "So we know where to start when we next meet.",
    "warning-signs": "This may help you to see a hard day coming.",
    "control-continuum": "We talked about how much is in your own hands. Have a look at where you see it.",
    "hopes-and-fears": "I'd like to know what matters to you before we start.",
    "cognitive-behavioural-triangle": "One ordinary moment is enough. We'll look at it together.",
}
"""The reasons that the demo's practitioners give for setting each activity."""


def set_work(actor: Actor, enrolment_id: UUID, slug: str, card: Callable[[int], Card] | None = None) -> UUID:
    """Set an activity as work that is due before the participant's next appointment. Return the work's id."""
    with actor.store.reading() as tx:
        versions = library.newest_versions(tx)
        due = appointments.to_come(tx, enrolment_id, actor.now)[0]
    version = next(each for each in versions if each.activity.id == slug)
    work_id = uuid4()
    minutes = version.activity.minutes
    usual = Card(why=WHY.get(slug, "So we know where to start."), minutes=minutes)
    due_before = Due(work_id, str(due.id), card(minutes) if card else usual)
    assign.set_work(actor, enrolment_id, version.id, due_before, unapproved_too=True)
    return work_id


def answer(actor: Actor, work_id: UUID, said: Mapping[str, Form]) -> None:
    """Save a participant's answers to the questions in a piece of work."""
    for prompt_id, form in said.items():
        answers.send_answer(actor, work_id, AnswerForm(prompt_id, 0, 0, "demo", form), "answered")


def talk(actor: Actor, work_id: UUID, prompt_id: str) -> None:
    """Mark a question as something to talk about in the session."""
    answers.send_answer(actor, work_id, AnswerForm(prompt_id, 0, 0, "demo", {}), "talk")


def type_half(actor: Actor, work_id: UUID, prompt_id: str, text: str) -> None:
    """Save a draft of an answer."""
    answer_drafts.save_draft(actor, work_id, AnswerForm(prompt_id, 0, 0, "demo", {"answer": [text]}))


def submit(actor: Actor, work_id: UUID) -> UUID:
    """Submit the work, and return the submission's id."""
    with actor.store.reading() as tx:
        revision = work.find(tx, actor.viewer, work_id).revision
    return submissions.submit(actor, work_id, revision)


def give_feedback(actor: Actor, submission: UUID, words: Mapping[str, str], released: datetime) -> None:
    """Open a submission, and send feedback on it at the time ``released``.

    ``words`` maps each question's id to the feedback on its answer. For feedback on all the answers together,
    the question id is empty.
    """
    review = open_submission(actor, submission)
    release(replace(actor, now=released), submission, Feedback(dict(words), "", review.revision))
