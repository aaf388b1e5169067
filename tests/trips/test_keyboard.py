"""With the keyboard alone: both trips from the first page to the last, and the focus is seen at every stop."""

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import Browsers, Way
from tests.trips.demo import Demo
from tests.trips.hands import Keyboard
from tests.trips.path import Walker
from tests.trips.portal import Portal
from tests.trips.reading import everything
from tests.trips.staff import Practitioner
from tests.trips.test_main_trip import answers_first, answers_the_rest

TITLE = "Control continuum"
WAYS = [(Way(1280), Way(390))]
if everything():
    WAYS += [
        (Way(390), Way(1280)),
        (Way(390, javascript=False), Way(390, javascript=False)),
        (Way(320), Way(320)),
    ]


class Kit(Walker):
    """He stands at the beginning, with his slip."""

    hands = Keyboard()

    def goes_on(self, way: str) -> None:
        """The question that comes next has the focus."""
        super().goes_on(way)
        expect(self.page.locator("#now")).to_be_focused()


class Priya(Practitioner):
    hands = Keyboard()


@pytest.mark.parametrize(("hers", "his"), WAYS, ids=str)
def test_both_trips(portal: Portal, demo: Demo, browsers: Browsers, hers: Way, his: Way) -> None:
    priya = Priya(portal, browsers.open(hers), "Priya")
    priya.last_step = demo.doors["Priya"].last_step
    kit = Kit(portal, browsers.open(his), "Kit")
    slip = portal.accounts["Kit"]
    priya.signs_in()
    sets_from_the_board(priya)
    kit.joins(slip["joining_code"], slip["agreed_word"])
    kit.presses(f"Start {TITLE}")
    answers_first(kit)
    assert kit.pressed <= 9, "from the slip to the first answer"
    answers_the_rest(kit)
    kit.changes("when you felt more in control", "I walked to the bridge.")
    kit.checks()
    kit.submits()
    kit.presses("Back to the start page")
    kit.reads("There is nothing for you to do just now.")

    priya.presses("My caseload", within=priya.page.get_by_role("navigation", name="Main"))
    answers_from_the_board(priya)

    kit.page.reload()
    kit.presses(f"Read what Priya wrote {TITLE}")
    expect(kit.turn("when you felt more in control")).to_contain_text("A clear picture.")
    keeps_a_plan(kit)
    kit.presses("Get help")
    kit.reads("Nobody is told that you opened this page.")
    kit.leaves()


def sets_from_the_board(priya: Priya) -> None:
    """From the second step on."""
    priya.pressed = 0
    priya.presses("Set work for Kit")
    priya.presses(TITLE)
    priya.fills(Why="So that we see what moves you.")
    priya.presses("Set this work")
    priya.reads("The work is set.")
    assert priya.pressed <= 5, "from the second step to a piece that is set"


def answers_from_the_board(priya: Priya) -> None:
    """Read what is in, say something to it, release it, and look at the brief."""
    priya.presses(f"Read {TITLE}, Kit", within=priya.page.get_by_role("region", name="things to read"))
    priya.comments("when you felt more in control", "A clear picture.")
    priya.says_of_the_whole("You looked at this with care.")
    priya.releases()
    priya.presses("Kit", within=priya.page.get_by_role("main"), exact=True)
    priya.presses("Brief for the next meeting")
    priya.reads("Control continuum", "To talk about")


def keeps_a_plan(kit: Kit) -> None:
    """Build a part of it step by step, leave the rest for another day, and look at what helps today."""
    kit.presses(f"Home: {TITLE}")
    kit.presses("Build my plan step by step")
    kit.is_asked("Why do you want this change")
    kit.types("So that my family can rely on me.")
    kit.presses("Send answer")
    kit.is_asked("Is there anything else?")
    kit.presses("That is all for now")
    kit.presses("Back: My plan")
    kit.reads("So that my family can rely on me.")
    kit.presses("How am I today?")
    kit.presses_this(kit.page.get_by_role("link", name="Red stop now").first)
    kit.reads("Stop here for a moment, Kit.")
