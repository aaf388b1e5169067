"""What the people of the demo do with work, told in one line each."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from companion.domain.forms import Form
from companion.domain.people import Viewer
from companion.domain.work.work import Card
from companion.services.act import Actor
from companion.services.work import answer_drafts, answers, assign, submissions
from companion.services.work.answer_drafts import AnswerForm
from companion.services.work.assign import Due
from companion.services.work.review import Feedback, open_submission, release
from companion.store.activities import library
from companion.store.base import Store
from companion.store.meetings import appointments
from companion.store.work import work


def usual_card(minutes: int) -> Card:
    """What a setting card says, of work that takes so long."""
    return Card(
        why="So that we can build our next session on what your week was really like.",
        minutes=minutes,
        when_where="One evening after supper, at the table rather than in bed.",
        in_the_way="Being tired. A short answer is better than none.",
    )


def set_work(
    store: Store,
    practitioner: Viewer,
    enrolment_id: UUID,
    slug: str,
    then: datetime,
    card: Callable[[int], Card] = usual_card,
) -> UUID:
    """Set an activity before the appointment that came next."""
    with store.reading() as tx:
        versions = library.newest_versions(tx)
        due = appointments.to_come(tx, enrolment_id, then)[0]
    version = next(each for each in versions if each.activity.id == slug)
    work_id = uuid4()
    due_before = Due(work_id, str(due.id), card(version.activity.minutes))
    assign.set_work(
        Actor(store, practitioner, then), enrolment_id, version.id, due_before, unapproved_too=True
    )
    return work_id


def answer(store: Store, who: Viewer, work_id: UUID, said: Mapping[str, Form], then: datetime) -> None:
    """Send these answers, in this order."""
    for prompt_id, form in said.items():
        answers.send_answer(
            Actor(store, who, then), work_id, AnswerForm(prompt_id, 0, 0, "demo", form), "answered"
        )


def talk(store: Store, who: Viewer, work_id: UUID, prompt_id: str, then: datetime) -> None:
    """Rather talk about this one in the session."""
    answers.send_answer(Actor(store, who, then), work_id, AnswerForm(prompt_id, 0, 0, "demo", {}), "talk")


def type_half(store: Store, who: Viewer, work_id: UUID, prompt_id: str, text: str, then: datetime) -> None:
    """Type and send nothing."""
    answer_drafts.save_draft(
        Actor(store, who, then), work_id, AnswerForm(prompt_id, 0, 0, "demo", {"answer": [text]})
    )


def submit(store: Store, who: Viewer, work_id: UUID, then: datetime) -> UUID:
    """Send my answers; the submission."""
    with store.reading() as tx:
        revision = work.find(tx, who, work_id).revision
    return submissions.submit(Actor(store, who, then), work_id, revision)


def give_feedback(
    store: Store,
    practitioner: Viewer,
    submission: UUID,
    words: Mapping[str, str],
    opened: datetime,
    released: datetime,
) -> None:
    """Read it, and release the feedback: words by question, and with "" those on the whole."""
    review = open_submission(Actor(store, practitioner, opened), submission)
    release(Actor(store, practitioner, released), submission, Feedback(dict(words), "", review.revision))
