"""Test a whole programme by moving the clock forward.

The programme has five sessions, an additional session and two reviews.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from companion.domain.meetings.absence import Away
from companion.domain.meetings.recurrence import by_rhythm
from companion.domain.time.london import LONDON
from tests.trips.browsers import Browsers, Way
from tests.trips.path import Deliverer, Walker
from tests.trips.portal import Portal
from tests.trips.reading import is_readable
from tests.trips.staff import Staff

PHONE = Way(390, javascript=False)
LENGTH = timedelta(hours=2, minutes=5)
FIRST_QUESTIONS = "Questions for my practitioner"
LEFT = "Hopes and fears"
COVERED = {
    2: "Offence pattern: important stages in life",
    3: "Cyberhex",
    4: "Criminal justice system",
    5: "Disclosure",
}
"""The topic covered in each session."""


@pytest.fixture
def priya(enter: Callable[..., Deliverer]) -> Deliverer:
    return enter(Deliverer, "Priya")


def test_a_participant_completes_a_whole_programme_with_two_practitioners(
    priya: Deliverer, enter: Callable[..., Any], browsers: Browsers, portal: Portal
) -> None:
    robin = Walker(portal, browsers.open(), "Robin")
    sessions = is_found_suitable(priya, robin)
    first_session(priya, robin, sessions[0])
    another_session(priya, robin, 2, sessions[1])
    another_session(priya, robin, 3, sessions[2], then_ask=False)

    page = priya.place
    priya.hands_over("Daniel", "I am away for three months.")
    assert priya.opens(page) == 404
    daniel = enter(Deliverer, "Daniel")
    robin = Walker(portal, browsers.open(PHONE), "Robin")  # from here on the participant uses a phone
    robin.signs_in()
    robin.reads("You now work with Daniel.", "You'll next see Daniel on")
    robin.signs_out()
    daniel.opens_page_of("Robin")
    a_question_is_answered(daniel, robin, 3)
    a_lead_looks(enter(Staff, "Margaret"), daniel, robin)
    another_session(daniel, robin, 4, sessions[3])
    another_session(daniel, robin, 5, sessions[4], then_ask=False)

    one_more_for_what_is_left(daniel, robin, sessions[-1] + timedelta(days=7))
    says_how_it_was(daniel, robin)
    reviews_until_it_is_closed(daniel, robin)


def is_found_suitable(priya: Deliverer, robin: Walker) -> list[datetime]:
    """Refer a participant, hold the first meeting, and have the participant join.

    Return the times at which the five sessions begin.
    """
    away = week_away(priya.portal.now.astimezone(LONDON).date())
    code = priya.refers("Robin", "harbour")
    met = at(18, priya.portal.now.date() + timedelta(days=2))
    priya.opens_page_of("Robin")
    priya.reads("referred")
    priya.books("Initial meeting", met)
    priya.portal.moves_to(met + LENGTH)
    priya.signs_in()
    priya.opens_page_of("Robin")
    priya.reads("initial meeting")
    priya.notes_that_he_came()
    priya.takes_step("Suitable")
    priya.takes_step("In the programme")
    first = at(14, met.date() + timedelta(days=8))
    priya.plans_sessions("Robin", first.date(), many=5)
    robin.joins(code, "harbour")
    robin.reads("Priya hasn't set any work yet.", "You'll next see Priya on")
    return [each.at.replace(tzinfo=LONDON) for each in by_rhythm(first, 7, 5, [away])]


def week_away(loaded: date) -> Away:
    """Return Priya's week of absence in the demo."""
    first = loaded + timedelta(days=30)
    return Away(uuid4(), uuid4(), first, first + timedelta(days=6))


def first_session(priya: Deliverer, robin: Walker, meeting: datetime) -> None:
    """Hold the first session, from setting the work to recording the agreement."""
    priya.sets(FIRST_QUESTIONS, "Robin", "So that we begin with what matters to you.")
    robin.does(FIRST_QUESTIONS, "What happens at a review meeting?", "", "")
    priya.portal.moves_to(meeting - timedelta(minutes=10))
    priya.signs_in()
    priya.opens_page_of("Robin")
    priya.opens_brief("What happens at a review meeting?", "Not sure yet")
    priya.portal.moves_to(meeting + LENGTH)
    priya.signs_in()
    priya.opens_page_of("Robin")
    priya.notes_that_he_came("You write down what was good in week 1.")
    priya.marks({"Introduction": "Covered", LEFT: "Needs more time"})
    a_question_is_answered(priya, robin, 1)


def another_session(
    practitioner: Deliverer, robin: Walker, number: int, meeting: datetime, *, then_ask: bool = True
) -> None:
    """Hold another session and record it.

    If ``then_ask`` is true, also ask Robin a question. The answer must appear in the brief.
    """
    practitioner.portal.moves_to(meeting + LENGTH)
    practitioner.signs_in()
    practitioner.opens_page_of("Robin")
    practitioner.notes_that_he_came(f"You write down what was good in week {number}.")
    practitioner.marks({COVERED[number]: "Covered"})
    if then_ask:
        a_question_is_answered(practitioner, robin, number)


def a_question_is_answered(practitioner: Deliverer, robin: Walker, number: int) -> None:
    practitioner.asks(f"What went well after session {number}?", "We begin with it next time.")
    robin.signs_in()
    robin.reads(f"You write down what was good in week {number}.")
    said = f"In week {number} I called my sister."
    robin.does(f"Questions from {practitioner.name}", said)
    practitioner.opens_brief(said)


def a_lead_looks(margaret: Staff, daniel: Deliverer, robin: Walker) -> None:
    """Use lead access to open a record, and give a reason that the practitioner can read. On a phone, check
    that the participant can see who opened the record.
    """
    daniel.opens_page_of("Robin")
    reference, why = daniel.page.locator("h1 .ref").inner_text(), "To see how we answer."
    margaret.opens("/lead/looks")
    margaret.fills(Reference=reference, Your_reason=why)
    margaret.page.get_by_label("To review how the service works").check()
    margaret.presses("Open", exact=True)
    margaret.reads("Robin", "Daniel works with this participant.")
    margaret.page.get_by_role("link", name=re.compile("^Read ")).first.click()
    margaret.reads("In week 3 I called my sister.", "The practitioner can see that you have access, and why.")
    is_readable(margaret.page)
    daniel.opens_page_of("Robin")
    daniel.reads("Lead access to this record", why)
    robin.opens("/account")
    robin.presses("Who has read what")
    robin.reads("Margaret (the service's lead) opened your record to check how the service works.")
    robin.reads("Daniel (your practitioner) read your answers", "We may withhold some records")
    robin.reads_nothing_of(why)


def one_more_for_what_is_left(daniel: Deliverer, robin: Walker, meeting: datetime) -> None:
    """Hold an additional session, and review the plan together."""
    daniel.reads("One needs more time.")
    daniel.books("Additional session", meeting)
    robin.signs_in()
    robin.writes_plan(
        {
            "Amber: slipping": "I stay up late.",
            "Red: stop now": "I lie about my evening.",
        }
    )
    daniel.portal.moves_to(meeting + LENGTH)
    daniel.signs_in()
    daniel.opens_page_of("Robin")
    daniel.reads("Additional session")
    daniel.notes_that_he_came("You bring your plan to every review.")
    daniel.marks({LEFT: "Covered"})
    daniel.looks_at_plan_together(meeting.date() + timedelta(days=28), "I stay up late.")


def says_how_it_was(daniel: Deliverer, robin: Walker) -> None:
    """Complete the programme, and have the participant submit an evaluation."""
    daniel.takes_step("Completed")
    robin.signs_in()
    robin.reads("You've come to the end of the sessions.", "You bring your plan to every review.")
    robin.presses("See the questions")
    robin.page.get_by_label("What could the programme do better?").fill("A longer break at noon.")
    robin.presses("Check my answers")
    robin.presses("Send my answers")
    robin.reads("Thank you for your answers")
    daniel.opens_page_of("Robin")
    daniel.reads_nothing_of("A longer break at noon.")


def reviews_until_it_is_closed(daniel: Deliverer, robin: Walker) -> None:
    """Hold two review meetings and close the enrolment.

    The participant reads which pages stay open, and until when.
    """
    daniel.takes_step("In reviews")
    start = daniel.portal.now.date()
    reviews = [at(14, start + timedelta(days=days)) for days in (28, 91)]
    for meeting in reviews:
        daniel.books("Review meeting", meeting)
    for meeting in reviews:
        daniel.portal.moves_to(meeting + LENGTH)
        daniel.signs_in()
        daniel.opens_page_of("Robin")
        daniel.notes_that_he_came()
        again = meeting.date() + timedelta(days=91)
        daniel.looks_at_plan_together(again, "I stay up late.")
    daniel.takes_step("Closed", "Both reviews were held.")
    daniel.goes_to_board()
    daniel.reads_nothing_of("Robin")
    robin.signs_in()
    robin.reads(
        "Your time with the programme is over.",
        "you can open your plan and what we wrote to you,",
        "after that day you can still open the help page.",
    )
    robin.presses("Look at my plan")
    robin.reads("I stay up late.")


def at(hour: int, day: date) -> datetime:
    return datetime.combine(day, time(hour), LONDON)
