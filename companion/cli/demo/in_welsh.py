"""A demo participant who uses Companion in Welsh."""

from datetime import datetime, timedelta

from companion.cli.demo.acts import answer, set_work, submit
from companion.cli.demo.people import People, a_session, at_hour
from companion.domain.forms import Form
from companion.domain.people import Viewer
from companion.domain.work.work import Card
from companion.services.act import Actor

LOOKED_BACK: dict[str, Form] = {
    "stayed": {"answer": ["Bod y dewis yn dechrau yn gynt nag oeddwn i'n meddwl."]},
    "how-useful": {"answer": ["8"]},
    "not-followed": {"answer": ["nothing"]},
    "afterwards": {"answer": ["hopeful", "tired"]},
    "come-back-to": {"answer": ["Beth i'w wneud ar nosweithiau Gwener"]},
    "do-now": {"answer": ["Gadael y ffôn yn y gegin a mynd am dro cyn swper."]},
}
HOPED: dict[str, Form] = {
    "hopes": {"answer": ["Cysgu'n well", "Bod yn rhywun y gall fy nheulu ddibynnu arno"]}
}


def welsh_card(minutes: int) -> Card:
    """Return a card in Welsh, in which Daniel says why he set the work and how long it takes."""
    return Card(
        why="Er mwyn i ni adeiladu'r sesiwn nesaf ar sut oedd eich wythnos mewn gwirionedd.",
        minutes=minutes,
    )


def uses_welsh(cast: People, daniel: Viewer, now: datetime) -> None:
    """Add Emyr, who joined in Welsh, and set work for him in Welsh."""
    store, session = cast.store, a_session(at_hour(now, 5, 11), 1)
    enrolment, emyr = cast.participant(
        daniel, "Emyr", "a red kite over the chapel roof", session, language="cy"
    )
    looked = set_work(
        Actor(store, daniel, now - timedelta(days=4)), enrolment, "looking-back-on-a-session", welsh_card
    )
    answer(Actor(store, emyr, now - timedelta(days=2)), looked, LOOKED_BACK)
    submit(Actor(store, emyr, now - timedelta(days=2, minutes=-9)), looked)
    hopes = set_work(Actor(store, daniel, now - timedelta(days=1)), enrolment, "hopes-and-fears", welsh_card)
    answer(Actor(store, emyr, now - timedelta(hours=17)), hopes, HOPED)
