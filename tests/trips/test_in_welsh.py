"""Test a participant's pages in Welsh.

In Welsh too, ``test_keyboard.py`` tests everything that a participant does.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from companion.content import in_each_language, starter_activities
from tests.trips.browsers import Browsers, Way
from tests.trips.path import Walker
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.reading import look_at
from tests.trips.staff import Practitioner
from tests.trips.tongues import Tongue

CYMRAEG = Tongue("cy")
STAYED = "Bod yfory yn ddiwrnod newydd."
WORK = {
    each.language: each
    for each in in_each_language(starter_activities())
    if each.id == "looking-back-on-a-session"
}


class InWelsh(Walker):
    tongue = CYMRAEG


@pytest.mark.parametrize("way", [Way(390, javascript=False)], ids=str)
def test_a_participant_chooses_welsh_before_joining_and_english_later(
    portal: Portal, browsers: Browsers, priya: Practitioner, way: Way
) -> None:
    priya.sets(WORK["en"].title, "Kit", "To look back")
    kit = InWelsh(portal, browsers.open(), "Kit")
    kit.opens("/join")
    kit.presses("Cymraeg")
    kit.reads("Join")
    slip = portal.accounts["Kit"]
    kit.joins(slip["joining_code"], slip["agreed_word"])
    expect(kit.page.locator("html")).to_have_attribute("lang", "cy")

    kit.presses("Start", within=kit.page.get_by_role("article"))
    kit.reads("This work is in Saesneg.")  # the work was set before the participant joined
    expect(kit.page.locator("#now .ask p[lang=en]")).to_be_visible()
    kit.answers(STAYED)
    expect(kit.save_state).to_contain_text(CYMRAEG.says("All saved. Priya hasn't seen it yet."))

    kit.opens("/account")
    kit.presses("English", within=kit.page.get_by_role("contentinfo"))
    kit.tongue = Tongue()
    kit.reads("My account")


def test_work_in_welsh_fits_a_narrow_screen(enter: Callable[..., Any], daniel: Practitioner) -> None:
    emyr: Person = enter(InWelsh, "Emyr")
    emyr.opens("/my/")
    emyr.presses(re.compile(re.escape(CYMRAEG.says("Carry on"))))
    expect(emyr.page.locator("h1")).not_to_contain_text("Hopes")
    here = emyr.place
    look_at(
        emyr,
        ["/my/", here, "/my/so-far", "/my/plan", "/my/plan/today", "/my/messages", "/account", "/cy/help"],
    )
    daniel.takes_up(WORK["cy"].title, "Emyr")
    ask = WORK["cy"].prompts[0].ask
    expect(daniel.page.locator("p[lang=cy]").filter(has_text=ask)).to_be_visible()
    look_at(daniel, [daniel.place])
