"""Test that a very long brief is readable. Test that the brief prints on two sheets without the participant's
name.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserType, Page
from sqlalchemy import select

from companion.cli.demo.topics import arrange
from companion.config import Settings
from companion.domain.activities.activity import from_plain
from companion.domain.people import Role
from companion.domain.programme.topics import Placed
from companion.services.act import Actor
from companion.services.messages import notes
from companion.services.plan import items
from companion.services.work import paper
from companion.services.work.paper import PaperForm
from companion.store import people
from companion.store.activities import activities
from companion.store.base import Store
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings.appointments import AppointmentRow
from companion.store.operations.open_databases import open_store
from tests.browser import FONTS, launch_arguments
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.people import Participant, Staff
from tests.trips.portal import Portal
from tests.trips.reading import is_readable
from tests.trips.staff import Practitioner
from tests.trips.test_plan_shared import sheets

WORDS = "I walked to the bridge and back, and then I wrote down what was good about it. "
TIMELINES, TEXTS = 12, 188


MUCH = {
    "format": 1,
    "id": "very-much",
    "title": "Very much to say",
    "minutes": 60,
    "introduction": "Take your time.",
    "prompts": [
        *({"id": f"stages-{n}", "kind": "timeline", "ask": f"Which walks? {n}"} for n in range(TIMELINES)),
        *({"id": f"text-{n}", "kind": "long_text", "ask": f"What was it like? {n}"} for n in range(TEXTS)),
    ],
}
"""An activity with two hundred questions.

Even two hundred answers must fit on two sheets.
"""
STAGES = {
    "when": ["Last spring", "In June", "In autumn"] * 2,
    "what": [WORDS * 2] * 6,
    "felt": ["Windy and good."] * 6,
}


class OfTheDemo(Cast):
    """Priya and Owen from the demo."""

    def __init__(self, store: Store, portal: Portal) -> None:
        self.store = store
        self._portal = portal
        with store.reading() as tx:
            found = {
                people.name(tx, row): people.viewer(tx, row)
                for role in (Role.PRACTITIONER, Role.PARTICIPANT)
                for row in people.accounts(tx, role)
            }
            query = select(Enrolment.id).where(Enrolment.participant_id == found["Owen"].account_id)
            enrolment_id = tx.scalars(query).one()
        self.hers = Staff(self, found["Priya"], "priya", "")
        self.his = Participant(self, found["Owen"], "owen", "", enrolment_id=enrolment_id)

    @property
    def now(self) -> datetime:
        return self._portal.now

    def missed(self, days: int) -> None:
        """Add a session that Owen missed this many days ago."""
        row = AppointmentRow(id=uuid4(), enrolment_id=self.his.enrolment_id, kind="session", minutes=120)
        row.starts_at, row.site, row.revision, row.attendance = (
            self.now - timedelta(days=days),
            "epsom",
            2,
            "missed",
        )
        with by_hand(self.store) as tx:
            tx.add(row)
            tx.commit()


@pytest.fixture
def priya(priya: Practitioner) -> Practitioner:
    """Return the practitioner Priya, whose participant Owen has written a lot and missed two sessions."""
    home = {"COMPANION_MODE": "demo", "COMPANION_HOME": str(priya.portal.home), "COMPANION_CHEAP_HASHES": "1"}
    store = open_store(Settings.from_environment(home))
    everybody = OfTheDemo(store, priya.portal)
    hers, his = everybody.hers, everybody.his
    with store.writing(everybody.now) as tx:
        activities.add_version(tx, from_plain(MUCH))
        tx.commit()
    met = everybody.met(his.enrolment_id, days=9)
    notes.agree(Actor(store, hers.viewer, everybody.now), met, WORDS * 9, 0)
    everybody.missed(5)
    everybody.missed(2)
    said: dict[str, Sequence[str]] = {f"text-{n}": [f"{WORDS}\n\n" * 8] for n in range(TEXTS)}
    piece = hers.sets(his, "very-much")
    for n in range(TIMELINES):
        his.sends(piece, f"stages-{n}", STAGES)
    his.finishes(piece, said)
    his.submits(piece)
    for slug in ("a-week-of-choices", "hopes-and-fears", "warning-signs", "my-brakes"):
        piece = hers.sets(his, slug)
        while prompt := his.work(piece).conversation.next_prompt:
            his.answers(piece, prompt.id, way="not_sure" if "s" in prompt.id else "talk")
        his.submits(piece)
    for slug in ("both-sides-of-a-choice", "people-who-help", "what-i-needed"):
        day = everybody.now.date().isoformat()
        piece = hers.sets(his, slug)
        paper.mark_done(
            Actor(store, hers.viewer, everybody.now),
            his.enrolment_id,
            piece,
            uuid4(),
            PaperForm(day, WORDS * 9),
        )
    for _ in range(12):
        his.writes(WORDS * 9)
        hers.notes_on(his, WORDS * 20)
        rows = [(WORDS, "", "red")] * 3
        items.add(Actor(store, his.viewer, everybody.now), uuid4(), "first", rows, None)
    topic_marks = ("hopes-and-fears", "grooming-typologies", "cyberhex", "victim-empathy", "disclosure")
    wanted = {topic: Placed("wants_more") for topic in topic_marks}
    arrange(everybody.store, hers.viewer, his.enrolment_id, everybody.now, wanted)
    hers.raises(his, "He sounded low.")
    store.close()
    return priya


def printed_with(fonts: str, page: Page, browser_type: BrowserType, folder: Path) -> int:
    """Print the page with these fonts, and return the number of sheets."""
    browser = browser_type.launch(**launch_arguments(fonts))
    again = browser.new_context(storage_state=page.context.storage_state()).new_page()
    again.goto(page.url)
    again.emulate_media(media="print", color_scheme="light")
    count = sheets(again, "A4", folder)
    browser.close()
    return count


def test_a_very_long_brief_prints_on_two_sheets_and_omits_the_participants_name(
    priya: Practitioner, browser_type: BrowserType, tmp_path: Path
) -> None:
    priya.opens_page_of("Owen")
    priya.presses("Brief for the next meeting")
    priya.reads("Very much to say", "Since you last met", "One concern is open.", "Last time you agreed")
    page = priya.page
    is_readable(page)
    page.emulate_media(media="print", color_scheme="light")
    for fonts in FONTS:
        assert printed_with(fonts, page, browser_type, tmp_path) <= 2, fonts
    on_sheet = page.locator("body").inner_text()
    assert "Owen" not in on_sheet and re.search(r"^[A-Z]\d-\d{3}", on_sheet.strip())
    assert re.search(r"There are \d+ more answers on screen\.", on_sheet)
    assert "Open the messages" not in on_sheet
