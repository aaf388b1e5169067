"""Test joining with the code on a joining slip and a word agreed in person."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import BOTH_WAYS, Browsers, Way
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

REFUSED = "The joining code and the agreed word don't match."
PASSPHRASE = "green bicycle behind the bakery"


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_participant_joins_with_a_joining_code_and_the_agreed_word(
    priya: Practitioner, portal: Portal, browsers: Browsers, way: Way
) -> None:
    day = (portal.now + timedelta(days=9)).date()
    # all of Priya's other appointments are earlier in the day
    code = priya.adds("Robin", "Harbour", day, "19:00")
    priya.goes_to_board()
    priya.reads("Robin", "Hasn't signed in yet")

    robin = Participant(portal, browsers.open(), "Robin")
    robin.opens("/sign-in")
    robin.presses("Join with a code")
    robin.fills(Joining_code=code, Agreed_word="haystack")
    robin.presses("Continue")
    robin.reads(REFUSED)

    shows_slip(robin, code.lower().replace("-", " "), "  harbour ")
    robin.reads("Hello Robin")
    robin.presses("I've read this")
    robin.fills(Sign_in_name="robin", Passphrase="short")
    robin.presses("Join", exact=True)
    robin.reads("Please make your passphrase longer.")
    expect(robin.page.get_by_label("Sign-in name")).to_have_value("robin")
    robin.fills(Passphrase=PASSPHRASE)
    robin.presses("Join", exact=True)
    robin.is_at("/my/")
    robin.reads("Hello Robin.", "Priya hasn't set any work yet.", f"{day:%A} {day.day} {day:%B}")

    robin.signs_out()
    robin.fills(Sign_in_name="Robin", Passphrase=PASSPHRASE)
    robin.presses("Sign in", exact=True)
    robin.is_at("/my/")

    priya.opens_page_of("Robin")
    expect(priya.page.get_by_text("hasn't signed in yet")).to_have_count(0)


def test_a_joining_code_lets_only_one_person_join(portal: Portal, browsers: Browsers) -> None:
    kit, somebody_else = Participant(portal, browsers.open(), "Kit"), Person(portal, browsers.open())
    slip = kit.account["joining_code"], kit.account["agreed_word"]
    for each in (kit, somebody_else):  # both people have entered the code before either of them joins
        shows_slip(each, *slip)
        each.presses("I've read this")
    kit.fills(Sign_in_name="kit", Passphrase=PASSPHRASE)
    kit.presses("Join", exact=True)
    kit.is_at("/my/")

    somebody_else.fills(Sign_in_name="not-kit", Passphrase="another bench under the clock")
    somebody_else.presses("Join", exact=True)
    somebody_else.reads(REFUSED)
    shows_slip(somebody_else, *slip)
    somebody_else.reads(REFUSED)
    somebody_else.opens("/my/")
    somebody_else.is_at("/sign-in")


def test_a_joining_code_expires_after_seven_days(portal: Portal, stranger: Person) -> None:
    kit = portal.accounts["Kit"]
    portal.moves_on(days=7)
    shows_slip(stranger, kit["joining_code"], kit["agreed_word"])
    stranger.reads(REFUSED)


def shows_slip(person: Person, code: str, word: str) -> None:
    person.opens("/join")
    person.fills(Joining_code=code, Agreed_word=word)
    person.presses("Continue")
