"""Test that practitioners and participants can do everything with only the keyboard. The focus must always be
visible.

The tests run with and without JavaScript, in English and Welsh. With ``--full``, the tests try every
combination of language and JavaScript setting.
"""

from itertools import cycle, product

import pytest
from playwright.sync_api import expect

from companion.translations import ENGLISH
from tests.trips.browsers import Browsers, Way
from tests.trips.demo import Demo
from tests.trips.hands import Keyboard
from tests.trips.path import Walker
from tests.trips.portal import Portal
from tests.trips.reading import everything
from tests.trips.staff import Practitioner
from tests.trips.test_main_trip import answers_first, answers_the_rest
from tests.trips.tongues import Tongue

TITLE = "Control continuum"
WAYS = [(Way(1280), Way(390)), (Way(1280, javascript=False), Way(390, javascript=False, language="cy"))]
EVERY_WAY = [
    (Way(her_width, her_script), Way(his_width, his_script, language))
    for (her_script, his_script, language), (her_width, his_width) in zip(
        product((True, False), (True, False), (ENGLISH, "cy")),
        cycle([(1280, 390), (390, 1280), (320, 320)]),
        strict=False,
    )
]


class Kit(Walker):
    """Kit, who hasn't joined yet and uses only the keyboard."""

    hands = Keyboard()

    def goes_on(self, way: str) -> None:
        """Finish the current question, and check that the next question has the keyboard focus."""
        super().goes_on(way)
        expect(self.page.locator("#now")).to_be_focused()


class Priya(Practitioner):
    hands = Keyboard()


@pytest.mark.parametrize(("hers", "his"), EVERY_WAY if everything() else WAYS, ids=str)
def test_everything_can_be_done_with_only_the_keyboard(
    portal: Portal, demo: Demo, browsers: Browsers, hers: Way, his: Way
) -> None:
    priya = Priya(portal, browsers.open(hers), "Priya")
    priya.last_step = demo.doors["Priya"].last_step
    kit = Kit(portal, browsers.open(his), "Kit")
    kit.tongue = Tongue(his.language)
    slip = portal.accounts["Kit"]
    priya.signs_in()
    if his.language == ENGLISH:
        sets_from_the_board(priya)
    kit.joins(slip["joining_code"], slip["agreed_word"])
    if his.language != ENGLISH:  # the language is known only after the participant has joined
        sets_from_the_board(
            priya, "Kit uses Companion in Welsh. If there's a version in that language, they'll get it."
        )
        kit.presses("Companion")
    kit.presses(f"Start {TITLE}")
    answers_first(kit)
    assert kit.pressed <= 9, "from the slip to the first answer"
    answers_the_rest(kit)
    kit.changes("when you felt more in control", "I walked to the bridge.")
    kit.checks()
    kit.submits()
    kit.presses("Back to the start page")
    kit.reads(f"You've sent “{kit.tongue.says(TITLE)}”.")

    priya.presses("My caseload", within=priya.page.get_by_role("navigation", name="Main"))
    answers_from_the_board(priya, kit.tongue)

    kit.presses("Companion")
    kit.presses(f"Read Priya's feedback {TITLE}")
    expect(kit.turn("when you felt more in control")).to_contain_text("A clear picture.")
    keeps_a_plan(kit)
    kit.presses("Get help")
    kit.reads(
        "Nobody is told that you opened this page. We don't count or record visits to this page. "
        "People will only know that you need help if you call, text, chat or send a message."
    )
    kit.leaves()


def sets_from_the_board(priya: Priya, *told: str) -> None:
    """Set work for Kit from the caseload page. Check that the page for choosing an activity contains these
    words.
    """
    priya.pressed = 0
    priya.presses("Set work for Kit")
    priya.reads(*told)
    priya.presses(TITLE)
    priya.fills(Why="So that we see what moves you.")
    priya.presses("Set this work")
    priya.reads("Work set.")
    assert priya.pressed <= 5, "from the second step to a piece that is set"


def answers_from_the_board(priya: Priya, his: Tongue) -> None:
    """Read a submission, add a comment, send feedback and open the brief."""
    title = his.says(TITLE)
    priya.presses(f"Read {title}, Kit", within=priya.page.get_by_role("region", name="to do"))
    priya.comments(his.says("when you felt more in control"), "A clear picture.")
    priya.says_of_the_whole("You looked at this with care.")
    priya.releases()
    priya.presses("Kit", within=priya.page.get_by_role("main"), exact=True)
    priya.presses("Brief for the next meeting")
    priya.reads(title, "To talk about")


def keeps_a_plan(kit: Kit) -> None:
    """Fill in a part of the plan, and then open *How am I today?*."""
    kit.presses(f"Home: {TITLE}")
    kit.presses("Build my plan step by step")
    kit.is_asked("How can you tell you're starting to slip?")
    kit.types("I stay up late.")
    kit.presses("Save and continue")
    kit.is_asked("Red: stop now")
    kit.presses("Back: My plan")
    kit.reads("I stay up late.")
    kit.presses("How am I today?")
    kit.presses_this(kit.page.get_by_role("link", name=kit.tongue.says("Red stop now")).first)
    kit.reads("Stop here for a moment, Kit.")
