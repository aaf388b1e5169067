"""Add messages, notes and a practitioner's absence to the demo."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from companion.domain.people import Viewer
from companion.domain.time.london import LONDON
from companion.services.act import Actor
from companion.services.meetings import absence
from companion.services.meetings.absence import AbsenceForm
from companion.services.messages import notes, threads
from companion.services.messages.threads import MessageForm
from companion.store.base import Store

ASKED = "Is it all right if I bring my notebook on Thursday?"
ANSWERED = "Yes, please do. We can look at it together for the first ten minutes."
THANKED = "Thank you. I will."
WAITING = "I couldn't get to the second part this week. Shall I still send what I have?"
NOTED = "Came on time. Talks more easily after a walk. Begin with the evenings next time."


def write(store: Store, practitioner: Viewer, participant: Viewer, enrolment_id: UUID, now: datetime) -> None:
    """Add a short exchange of messages that have been read, and a practitioner's note."""
    for days, who, text in ((5, participant, ASKED), (4, practitioner, ANSWERED), (3, participant, THANKED)):
        then = now - timedelta(days=days)
        place = None if who == participant else enrolment_id
        threads.open_thread(Actor(store, who, then), place, None)
        threads.send(Actor(store, who, then), place, uuid4(), MessageForm(0, "demo", {"words": [text]}))
    threads.open_thread(Actor(store, practitioner, now - timedelta(days=2)), enrolment_id, None)
    notes.add_note(Actor(store, practitioner, now - timedelta(days=4)), enrolment_id, uuid4(), NOTED)


def ask(store: Store, participant: Viewer, now: datetime) -> None:
    """Add a participant's question that nobody has read yet."""
    threads.send(Actor(store, participant, now), None, uuid4(), MessageForm(0, "demo", {"words": [WAITING]}))


def goes_away(store: Store, practitioner: Viewer, cover: Viewer, now: datetime) -> None:
    """Add a week's absence in a month's time, with a practitioner to cover."""
    first = now.astimezone(LONDON).date() + timedelta(days=30)
    last, by = first + timedelta(days=6), str(cover.account_id)
    absence.add(
        Actor(store, practitioner, now), uuid4(), AbsenceForm(first.isoformat(), last.isoformat(), by)
    )
