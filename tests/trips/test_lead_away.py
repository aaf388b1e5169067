"""Test who is told about concerns while the lead and the practitioner are away."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from companion.domain.time.london import LONDON
from tests.trips.browsers import Browsers
from tests.trips.portal import Portal
from tests.trips.reading import is_readable
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner, Staff
from tests.trips.test_concerns import WORDS, a_friday_and_the_monday, becomes_a_lead, opens_it, sees

NOT_TAKEN = "was told that the concern hadn't been assigned in time"


def test_concerns_go_to_the_covering_lead_while_the_lead_is_away(
    sam: Participant,
    priya: Practitioner,
    alex: Staff,
    margaret: Staff,
    portal: Portal,
    browsers: Browsers,
    enter: Callable[..., Any],
) -> None:
    daniel: Practitioner = enter(Practitioner, "Daniel")
    ruth = becomes_a_lead("Ruth", alex, margaret, browsers)
    friday, monday = a_friday_and_the_monday(portal.now)
    tuesday = monday + timedelta(days=1)
    the_lead_is_away(margaret, friday + timedelta(days=1), monday)
    priya.opens("/away")
    priya.is_away(monday, tuesday, "Daniel")
    is_readable(priya.page)

    goes_to(portal, friday, time(19, 40))
    tells(sam, monday, tuesday)
    goes_to(portal, friday, time(19, 50))
    # on Friday neither Margaret nor Priya is away
    assert sorted(told(ruth)) == ["Margaret was told", "Priya was told"]
    sees(ruth, "Assigned to Margaret")

    goes_to(portal, friday + timedelta(days=1), time(0, 1))
    assert told(ruth)[2:] == ["Ruth was told"]
    sees(ruth, "Assigned to you", "as cover")

    goes_to(portal, monday, time(8))
    sam.signs_in()
    sam.opens("/my/messages")
    sam.reads("Priya is away until", f"Daniel, another practitioner, will read your message by {tuesday:%A}")
    daniel.signs_in()
    daniel.goes_to_board()
    daniel.reads("Messages while Priya is away")

    goes_to(portal, monday, time(12, 0, 5))
    assert told(ruth)[3:] == [f"Ruth {NOT_TAKEN}"]
    goes_to(portal, monday, time(14, 0, 5))
    # every lead who isn't away has already been told
    assert len(told(ruth)) == 4
    sees(ruth, "Assigned to every lead")

    goes_to(portal, tuesday, time(0, 1))  # on Tuesday Margaret is no longer away
    assert sorted(told(margaret)[4:]) == [f"Margaret {NOT_TAKEN}", f"Ruth {NOT_TAKEN}"]
    goes_to(portal, tuesday, time(12, 0, 5))  # at noon on Tuesday the second deadline has passed
    assert sorted(told(margaret)[6:]) == [f"Margaret {NOT_TAKEN}", f"Ruth {NOT_TAKEN}"]
    for _ in range(2):
        portal.run("reminders")
    assert len(told(margaret)) == 8
    margaret.presses("Assign to me")
    margaret.reads("Assigned to you.")


def goes_to(portal: Portal, day: date, clock: time) -> None:
    """Move the clock to this time, and run the reminders command."""
    portal.moves_to(datetime.combine(day, clock, LONDON))
    portal.run("reminders")


def the_lead_is_away(margaret: Staff, first: date, last: date) -> None:
    margaret.opens("/lead/concerns/rules")
    margaret.page.get_by_label("Cover", exact=True).select_option(label="Ruth")
    margaret.fills(First_day_away=f"{first}", Last_day_away=f"{last}")
    margaret.presses("Save rules")
    margaret.reads("Rules saved.", "Ruth covers.")


def tells(sam: Participant, monday: date, tuesday: date) -> None:
    """Report a concern. Check that the form and the confirmation say who will read the concern.

    The form and the confirmation must say when Priya returns. Margaret must not be named.
    """
    sam.signs_in()
    sam.opens("/my/tell")
    named = (
        "Ruth will read what you tell us.",
        f"By Monday {monday.day} {monday:%B}, 12 noon, Ruth will deal with what you tell us.",
        f"Priya is away until Tuesday {tuesday.day} {tuesday:%B} and can read this after that day.",
    )
    sam.reads(*named)
    sam.reads_nothing_of("Margaret")
    is_readable(sam.page)
    sam.fills(What_would_you_like_to_tell_us=WORDS)
    sam.presses("Send it now")
    sam.reads("Thank you. It's been sent.", *named)
    is_readable(sam.page)
    sam.reads_nothing_of("Margaret")


def told(lead: Staff) -> list[str]:
    """Return, in page order, the sentences on the concern's page that say who was told."""
    sees(lead, "From a participant")
    opens_it(lead)
    lead.reads("Raised by Sam")
    steps = lead.page.get_by_role("region", name="What happened").get_by_role("listitem").all_inner_texts()
    lines = [re.sub(r"\s+", " ", each) for each in steps]
    return [found[0] for each in lines if (found := re.match(rf"\w+ (?:{NOT_TAKEN}|was told)", each))]
