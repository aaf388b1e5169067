"""Create the demo's history. The demo's participants are at different stages of their work and of the
pathway.
"""

from datetime import datetime, time, timedelta
from uuid import uuid4

from companion.cli.demo import messages
from companion.cli.demo.acts import answer, give_feedback, set_work, submit, talk, type_half
from companion.cli.demo.ending import have_come_to_the_end
from companion.cli.demo.figures import keep_figures
from companion.cli.demo.group import meet_as_a_group
from companion.cli.demo.in_welsh import uses_welsh
from companion.cli.demo.pathway import stand_along_the_path
from companion.cli.demo.people import People, a_session, at_hour
from companion.cli.demo.plan import keep_a_plan
from companion.cli.demo.topics import hand_in_on_paper, mark_topics
from companion.domain.forms import Form
from companion.domain.people import Role, Viewer
from companion.domain.time.london import LONDON
from companion.domain.time.working_days import is_working_day
from companion.services.act import Actor
from companion.services.concerns import report
from companion.services.concerns.report import Sighting
from companion.store.meetings import appointments

WALKED: dict[str, Form] = {
    "the-week": {"answer": ["6"]},
    "glad-of": {"answer": ["I walked instead of going online", "I called my sister back"]},
    "made-possible": {"answer": ["planned", "company"]},
    "harder": {"answer": ["one"]},
    "around-you": {"answer": ["tired", "alone"]},
}
"""Answers to the first questions in *A week of choices*."""
WALKED_ON: dict[str, Form] = {
    "told-yourself": {"answer": ["That nobody would notice whether I was there or not."]},
    "next-time": {
        "answer": ["Put the phone in the kitchen drawer first.\n\nThen walk to the shop and back."]
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
"""The demo's feedback, keyed by question id. For feedback on all the answers together, the question id is
empty.
"""
LOW = (
    "Idris sounded very low on the phone today. He has hardly slept this week.\n\n"
    "He told me his sister is with him, and that he'd call the Samaritans if it got worse."
)


def tell(cast: People, now: datetime) -> None:
    """Create the demo's people and their work so far."""
    priya = cast.staff(Role.PRACTITIONER, "Priya", "three slow trains to the coast")
    daniel = cast.staff(Role.PRACTITIONER, "Daniel", "a kettle under the window sill")
    cast.staff(Role.LEAD, "Margaret", "seven grey stones in the garden")
    cast.staff(Role.ADMINISTRATOR, "Alex", "paper boats on a rainy sunday")
    _sam_has_handed_in(cast, priya, now)
    _owen_is_in_the_middle(cast, priya, now)
    _idris_has_feedback_to_read(cast, daniel, now)
    cast.about_to_join(priya, "Kit", a_session(at_hour(now, 7, 13)), now)
    _daniel_has_raised_a_concern(cast, daniel, now)
    stand_along_the_path(cast, priya, now)
    have_come_to_the_end(cast, priya, now)
    meet_as_a_group(cast, priya, now)
    uses_welsh(cast, daniel, now)
    messages.goes_away(cast.store, priya, daniel, now)
    keep_figures(cast.store, now)


def _sam_has_handed_in(cast: People, priya: Viewer, now: datetime) -> None:
    store, evening = cast.store, now - timedelta(days=1, hours=3)
    session = a_session(at_hour(now, 1, 14))
    enrolment, sam = cast.participant(priya, "Sam", "orange tents along the river", session)
    choices = set_work(Actor(store, priya, now - timedelta(days=6)), enrolment, "a-week-of-choices")
    answer(Actor(store, sam, evening), choices, WALKED)
    talk(Actor(store, sam, evening), choices, "told-yourself")
    answer(Actor(store, sam, evening), choices, {k: WALKED_ON[k] for k in ("next-time", "next-week")})
    submit(Actor(store, sam, evening + timedelta(minutes=12)), choices)
    set_work(Actor(store, priya, now - timedelta(days=2)), enrolment, "warning-signs")
    mark_topics(store, priya, enrolment, now - timedelta(days=5))


def _owen_is_in_the_middle(cast: People, priya: Viewer, now: datetime) -> None:
    store, then = cast.store, now - timedelta(hours=20)
    enrolment, owen = cast.participant(
        priya, "Owen", "old maps and a cup of tea", a_session(at_hour(now, 4, 10))
    )
    middle = set_work(Actor(store, priya, now - timedelta(days=3)), enrolment, "a-week-of-choices")
    answer(Actor(store, owen, then), middle, WALKED)
    type_half(Actor(store, owen, then), middle, "told-yourself", "I told myself that it was only")
    set_work(Actor(store, priya, now - timedelta(days=1)), enrolment, "control-continuum")
    prepared = set_work(
        Actor(store, priya, now - timedelta(days=9)), enrolment, "preparing-for-the-first-session"
    )
    hand_in_on_paper(store, priya, enrolment, prepared, now - timedelta(days=2))
    messages.ask(store, owen, then)


def _idris_has_feedback_to_read(cast: People, daniel: Viewer, now: datetime) -> None:
    store, then = cast.store, now - timedelta(days=4)
    session = a_session(at_hour(now, 6, 16), 1)
    enrolment, idris = cast.participant(daniel, "Idris", "quiet bench by the station", session)
    hopes = set_work(Actor(store, daniel, now - timedelta(days=8)), enrolment, "hopes-and-fears")
    answer(Actor(store, idris, then), hopes, HOPED)
    talk(Actor(store, idris, then), hopes, "to-say")
    submission = submit(Actor(store, idris, then), hopes)
    give_feedback(
        Actor(store, daniel, now - timedelta(days=2)), submission, FEEDBACK, now - timedelta(days=1)
    )
    set_work(Actor(store, daniel, now - timedelta(days=1)), enrolment, "cognitive-behavioural-triangle")
    keep_a_plan(Actor(store, idris, now), daniel, enrolment, hopes)
    messages.write(store, daniel, idris, enrolment, now)


def _daniel_has_raised_a_concern(cast: People, daniel: Viewer, now: datetime) -> None:
    """Raise a concern about Idris on the afternoon of the last working day before today."""
    day = now.astimezone(LONDON).date() - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    with cast.store.reading() as tx:
        (idris,) = appointments.caseload(tx, daniel, now)
    then = datetime.combine(day, time(15, 10), LONDON)
    report.raise_concern(Actor(cast.store, daniel, then), idris.id, uuid4(), Sighting(LOW, "", "", ""), None)
