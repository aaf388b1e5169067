"""Two demo participants at the end of the programme."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from companion.cli.demo.acts import answer, give_feedback, set_work, submit
from companion.cli.demo.pathway import INITIAL, book, book_weekly, walk, was_there
from companion.cli.demo.people import People, a_meeting, at_hour
from companion.cli.demo.plan import write_plan
from companion.cli.demo.topics import cover_all
from companion.domain.enrolments.pathway import AppointmentKind, PathwayState
from companion.domain.forms import Form
from companion.domain.people import Viewer
from companion.domain.time.london import LONDON
from companion.services.act import Actor
from companion.services.plan import reviews
from companion.services.records import corrections, erasure
from companion.services.work import submissions
from companion.store.base import Store
from companion.store.plan import plan

HOPED: dict[str, Form] = {
    "hopes": {"answer": ["To sleep better", "To be at ease with my family"]},
    "why-it-matters": {"answer": ["I want mornings in which I have nothing to hide."]},
    "who-gains": {"answer": ["My family, and people I will never meet."]},
    "fears": {"answer": ["That I say too little"]},
    "how-strong": {"answer": ["6"]},
    "what-helps": {"answer": ["go-slowly"]},
    "to-say": {"answer": ["Mornings are the best time for me."]},
}
FEEDBACK = {"fears": "You have said a lot already.", "": "Thank you. We begin with the mornings."}
KEPT = (
    ("why", "So that nobody is harmed, and I can look at myself.", "", ""),
    ("signs", "I stay indoors all weekend.", "", "amber"),
    ("people", "My brother", "He calls on Sundays", ""),
    ("good", "The allotment, whenever it is dry.", "", ""),
    ("first", "Go out to the allotment, and call my brother from there.", "", "amber"),
)
"""The items of a short relapse-prevention plan.

Each item: plan part id, wording, details, stage.
"""
AGREED = (
    "You keep a note of the mornings that went well.",
    "You tell your brother what you need from him.",
    "We look at your plan together in our first review meeting.",
)
TO_COME_BACK = "You bring your plan to the first review meeting, with what you changed in it."


def have_come_to_the_end(cast: People, priya: Viewer, now: datetime) -> None:
    """Add Graham, who can give an evaluation, and Hugh, who has two review meetings."""
    store = cast.store
    enrolment, graham = _came_every_week(cast, priya, "Graham", "green apples in a wooden bowl", 56, now)
    hopes = set_work(Actor(store, priya, now - timedelta(days=53)), enrolment, "hopes-and-fears")
    _hand_in(store, graham, priya, hopes, now - timedelta(days=50))
    was_there(store, priya, enrolment, now, *AGREED)
    cover_all(store, priya, enrolment, now - timedelta(days=16))
    write_plan(store, graham, KEPT, now - timedelta(days=17))
    walk(store, priya, enrolment, [(2, PathwayState.COMPLETED, "")], now)

    enrolment, hugh = _came_every_week(cast, priya, "Hugh", "a slow boat under the bridges", 140, now)
    write_plan(store, hugh, KEPT, now - timedelta(days=101))
    extra = at_hour(now, -89, 13)
    book(Actor(store, priya, extra - timedelta(days=9)), enrolment, AppointmentKind.ADDITIONAL_SESSION, extra)
    was_there(store, priya, enrolment, now, *AGREED, TO_COME_BACK)
    cover_all(store, priya, enrolment, extra + timedelta(hours=3))
    first, second = at_hour(now, 10, 11), at_hour(now, 101, 11)
    _look_at_it_together(store, priya, enrolment, first, extra + timedelta(hours=2))
    walk(store, priya, enrolment, [(85, PathwayState.COMPLETED, ""), (80, PathwayState.REVIEWS, "")], now)
    for meeting in (first, second):
        book(
            Actor(store, priya, now - timedelta(days=80)), enrolment, AppointmentKind.REVIEW_MEETING, meeting
        )
    wrong = "It says that I come from the north site. I always came to Epsom."
    corrections.ask(
        Actor(store, hugh, now - timedelta(days=4)), uuid4(), wrong, "Epsom, from the first session on."
    )
    erasure.ask_for_erasure(Actor(store, hugh, now - timedelta(days=3)))


def _came_every_week(
    cast: People, priya: Viewer, name: str, passphrase: str, days: int, now: datetime
) -> tuple[UUID, Viewer]:
    """Add a participant whose initial meeting was ``days`` days ago, and book five weekly sessions. Return
    the enrolment's id, and the participant's ``Viewer``.
    """
    met = at_hour(now, -days, 13)
    booked = a_meeting(INITIAL, met)
    enrolment, himself = cast.participant(priya, name, passphrase, booked, met - timedelta(days=3))
    walk(
        cast.store,
        priya,
        enrolment,
        [(days - 5, PathwayState.SUITABLE, ""), (days - 7, PathwayState.IN_PROGRAMME, "")],
        now,
    )
    begins = at_hour(now, 9 - days, 13)
    book_weekly(Actor(cast.store, priya, begins - timedelta(days=6)), enrolment, begins, 5)
    return enrolment, himself


def _hand_in(store: Store, who: Viewer, priya: Viewer, work_id: UUID, then: datetime) -> None:
    answer(Actor(store, who, then), work_id, HOPED)
    submission = submit(Actor(store, who, then), work_id)
    opened = then + timedelta(days=1)
    released = opened + timedelta(hours=1)
    give_feedback(Actor(store, priya, opened), submission, FEEDBACK, released)
    submissions.see_feedback(Actor(store, who, released + timedelta(hours=6)), submission)


def _look_at_it_together(
    store: Store, priya: Viewer, enrolment_id: UUID, again: datetime, then: datetime
) -> None:
    with store.reading() as tx:
        seen = plan.plan_of(tx, enrolment_id).number
    day = again.astimezone(LONDON).date().isoformat()
    reviews.reviewed_together(Actor(store, priya, then), enrolment_id, seen, day)
