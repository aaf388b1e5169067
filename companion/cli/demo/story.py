"""What has happened in the demo so far: one participant at each step of the main trip."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

from companion.cli.demo import messages
from companion.cli.demo.figures import keep_figures
from companion.cli.demo.people import People, a_session
from companion.cli.demo.plan import keep_a_plan
from companion.cli.demo.topics import hand_in_on_paper, mark_topics
from companion.domain.answers import Form
from companion.domain.london import LONDON
from companion.domain.people import Role, Viewer
from companion.domain.work import Card
from companion.domain.working_days import is_working_day
from companion.services import reviewing, safeguarding, setting, working
from companion.services.reviewing import Feedback
from companion.services.safeguarding import Sighting
from companion.services.setting import Due
from companion.services.working import Typed
from companion.store import appointments, library, work
from companion.store.base import Store

WALKED: dict[str, Form] = {
    "the-week": {"answer": ["6"]},
    "glad-of": {"answer": ["I walked instead of going online", "I rang my sister back"]},
    "made-possible": {"answer": ["planned", "company"]},
    "harder": {"answer": ["one"]},
    "around-you": {"answer": ["tired", "alone"]},
}
"""Answers to *A week of choices*, in the order of its path."""
WALKED_ON: dict[str, Form] = {
    "told-yourself": {"answer": ["That nobody would notice whether I was there or not."]},
    "next-time": {
        "answer": ["Put the phone in the kitchen drawer first.\n\nThen walk to the bridge and back."]
    },
    "next-week": {"answer": ["Go to bed at eleven, with the phone downstairs."]},
}
HOPED: dict[str, Form] = {
    "hopes": {"answer": ["To feel calmer in the evening", "To be somebody that my family can rely on"]},
    "why-it-matters": {"answer": ["Evenings are when I used to drift. I want them back."]},
    "who-gains": {"answer": ["My family, and people I will never meet."]},
    "fears": {"answer": ["Not knowing what to say"]},
    "how-strong": {"answer": ["5"]},
    "what-helps": {"answer": ["go-slowly", "be-direct"]},
}
FEEDBACK = {
    "why-it-matters": "You say what you want instead, not only what you want to stop. That is a strong start.",
    "fears": "Most people have this fear. We can find the words together, one at a time.",
    "": "Thank you for being so open. Let's begin with the evenings next time.",
}
"""By the question that it is about, and last on the whole."""
LOW = (
    "On the telephone today Idris sounded very low. He has hardly slept this week.\n\n"
    "He told me that his sister is with him, and that he would call the Samaritans if it got worse."
)


def tell(cast: People, now: datetime) -> None:
    """Play the story up to this moment."""
    priya = cast.staff(Role.PRACTITIONER, "Priya", "three slow trains to the coast")
    daniel = cast.staff(Role.PRACTITIONER, "Daniel", "a kettle under the window sill")
    cast.staff(Role.LEAD, "Margaret", "seven grey stones in the garden")
    cast.staff(Role.ADMINISTRATOR, "Alex", "paper boats on a rainy sunday")
    _sam_has_handed_in(cast, priya, now)
    _owen_is_in_the_middle(cast, priya, now)
    _idris_has_feedback_to_read(cast, daniel, now)
    cast.about_to_join(priya, "Kit", a_session(_at(now, 7, 13)), now)
    _daniel_has_raised_a_concern(cast, daniel, now)
    messages.goes_away(cast.store, priya, daniel, now)
    keep_figures(cast.store, now)


def _at(now: datetime, days: int, hour: int) -> datetime:
    """So many days from now; nobody has a session on a weekend."""
    day = now.astimezone(LONDON).date() + timedelta(days=days)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, time(hour), LONDON)


def _sam_has_handed_in(cast: People, priya: Viewer, now: datetime) -> None:
    store, evening = cast.store, now - timedelta(days=1, hours=3)
    session = a_session(_at(now, 1, 14))
    enrolment, sam = cast.participant(priya, "Sam", "orange tents along the river", session)
    choices = _set(store, priya, enrolment, "a-week-of-choices", now - timedelta(days=6))
    _answer(store, sam, choices, WALKED, evening)
    _talk(store, sam, choices, "told-yourself", evening)
    _answer(store, sam, choices, {k: WALKED_ON[k] for k in ("next-time", "next-week")}, evening)
    _submit(store, sam, choices, evening + timedelta(minutes=12))
    _set(store, priya, enrolment, "warning-signs", now - timedelta(days=2))
    mark_topics(store, priya, enrolment, now - timedelta(days=5))


def _owen_is_in_the_middle(cast: People, priya: Viewer, now: datetime) -> None:
    store, then = cast.store, now - timedelta(hours=20)
    enrolment, owen = cast.participant(priya, "Owen", "old maps and a cup of tea", a_session(_at(now, 4, 10)))
    middle = _set(store, priya, enrolment, "a-week-of-choices", now - timedelta(days=3))
    _answer(store, owen, middle, WALKED, then)
    _type(store, owen, middle, "told-yourself", "I told myself that it was only", then)
    _set(store, priya, enrolment, "control-continuum", now - timedelta(days=1))
    prepared = _set(store, priya, enrolment, "preparing-for-the-first-session", now - timedelta(days=9))
    hand_in_on_paper(store, priya, enrolment, prepared, now - timedelta(days=2))
    messages.ask(store, owen, then)


def _idris_has_feedback_to_read(cast: People, daniel: Viewer, now: datetime) -> None:
    store, then = cast.store, now - timedelta(days=4)
    session = a_session(_at(now, 6, 16), 1)
    enrolment, idris = cast.participant(daniel, "Idris", "quiet bench by the station", session)
    hopes = _set(store, daniel, enrolment, "hopes-and-fears", now - timedelta(days=8))
    _answer(store, idris, hopes, HOPED, then)
    _talk(store, idris, hopes, "to-say", then)
    submission = _submit(store, idris, hopes, then)
    review = reviewing.open_submission(store, daniel, submission, now - timedelta(days=2))
    feedback = Feedback(FEEDBACK, "", review.revision)
    reviewing.release(store, daniel, submission, feedback, now - timedelta(days=1))
    _set(store, daniel, enrolment, "cognitive-behavioural-triangle", now - timedelta(days=1))
    keep_a_plan(store, idris, daniel, enrolment, hopes, now)
    messages.write(store, daniel, idris, enrolment, now)


def _set(store: Store, practitioner: Viewer, enrolment_id: UUID, slug: str, then: datetime) -> UUID:
    with store.reading() as tx:
        versions = library.newest_versions(tx)
        due = appointments.appointments(tx, enrolment_id)[0]
    version = next(each for each in versions if each.activity.id == slug)
    card = Card(
        why="So that we can build our next session on what your week was really like.",
        minutes=version.activity.minutes,
        when_where="One evening after supper, at the table rather than in bed.",
        in_the_way="Being tired. A short answer is better than none.",
    )
    work_id = uuid4()
    due_before = Due(work_id, str(due.id), card)
    setting.set_work(store, practitioner, enrolment_id, version.id, due_before, then, unapproved_too=True)
    return work_id


def _answer(store: Store, who: Viewer, work_id: UUID, answers: Mapping[str, Form], then: datetime) -> None:
    for prompt_id, form in answers.items():
        working.send_answer(store, who, work_id, Typed(prompt_id, 0, 0, "demo", form), "answered", then)


def _talk(store: Store, who: Viewer, work_id: UUID, prompt_id: str, then: datetime) -> None:
    working.send_answer(store, who, work_id, Typed(prompt_id, 0, 0, "demo", {}), "talk", then)


def _type(store: Store, who: Viewer, work_id: UUID, prompt_id: str, text: str, then: datetime) -> None:
    working.save_draft(store, who, work_id, Typed(prompt_id, 0, 0, "demo", {"answer": [text]}), then)


def _submit(store: Store, who: Viewer, work_id: UUID, then: datetime) -> UUID:
    with store.reading() as tx:
        revision = work.find(tx, who, work_id).revision
    return working.submit(store, who, work_id, revision, then)


def _daniel_has_raised_a_concern(cast: People, daniel: Viewer, now: datetime) -> None:
    """On the working day before, in the afternoon."""
    day = now.astimezone(LONDON).date() - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    with cast.store.reading() as tx:
        (idris,) = appointments.caseload(tx, daniel, now)
    then = datetime.combine(day, time(15, 10), LONDON)
    safeguarding.raise_concern(cast.store, daniel, idris.id, uuid4(), Sighting(LOW, "", "", ""), None, then)
