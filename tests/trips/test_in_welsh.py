"""A participant in Welsh: from the slip to what his practitioner reads, without JavaScript, and pages that fit."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from companion.content import in_each_language, starter_activities
from companion.translations import messages
from tests.trips.browsers import Browsers, Way
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.reading import look_at
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

PASSPHRASE = "green bicycle behind the bakery"
STAYED = "Bod yfory yn ddiwrnod newydd."
cy = messages("cy").gettext
WORK = {
    each.language: each
    for each in in_each_language(starter_activities())
    if each.id == "looking-back-on-a-session"
}


class InWelsh(Participant):
    """Somebody who looks for the Welsh name of everything."""

    def clicks(self, english: str) -> None:
        self.presses(cy(english), exact=True)


@pytest.mark.parametrize("way", [Way(390, javascript=False)], ids=str)
def test_from_the_slip_to_the_submission(
    portal: Portal, browsers: Browsers, priya: Practitioner, way: Way
) -> None:
    priya.sets(WORK["en"].title, "Kit", "To look back")
    kit = InWelsh(portal, browsers.open(), "Kit")
    kit.opens("/join")
    kit.presses("Cymraeg")
    kit.reads(cy("Join"))
    kit.page.get_by_label(cy("Joining code")).fill(kit.account["joining_code"])
    kit.page.get_by_label(cy("Agreed word")).fill(kit.account["agreed_word"])
    kit.clicks("Continue")
    kit.clicks("I have read this")
    kit.page.get_by_label(cy("Sign-in name")).fill("kit")
    kit.page.get_by_label(cy("Passphrase")).fill(PASSPHRASE)
    kit.clicks("Join")
    kit.is_at("/my/")
    expect(kit.page.locator("html")).to_have_attribute("lang", "cy")

    kit.presses(re.compile(re.escape(cy("Start"))), within=kit.page.get_by_role("article"))
    kit.is_at("/my/work/[0-9a-f-]+")
    kit.reads(
        cy("This piece of work is in %(language)s.") % {"language": "Saesneg"}
    )  # it was set before he joined
    expect(kit.page.locator("#now .ask p[lang=en]")).to_be_visible()
    kit.composer.get_by_role("textbox").fill(STAYED)
    kit.clicks("Send answer")
    expect(kit.save_state).to_contain_text(cy("All saved. Your practitioner has not seen it yet."))
    while not kit.page.get_by_role("link", name=cy("Check your answers")).count():
        kit.clicks("I'd rather talk about this in the session")
    kit.clicks("Check your answers")
    kit.clicks("Submit to my practitioner")
    kit.is_at("/my/work/[0-9a-f-]+/receipt")
    expect(kit.page.locator("html")).to_have_attribute("lang", "cy")
    priya.takes_up(WORK["en"].title, "Kit")
    priya.reads(STAYED)

    kit.opens("/account")
    kit.presses("English", within=kit.page.get_by_role("contentinfo"))
    kit.reads("My account")


def test_what_is_set_for_him_is_in_welsh_and_fits_a_narrow_screen(
    enter: Callable[..., Any], daniel: Practitioner
) -> None:
    emyr: Person = enter(InWelsh, "Emyr")
    emyr.opens("/my/")
    emyr.presses(re.compile(re.escape(cy("Carry on"))))
    expect(emyr.page.locator("h1")).not_to_contain_text("Hopes")
    here = emyr.place
    look_at(emyr, ["/my/", here, "/my/plan", "/my/plan/today", "/my/messages", "/account", "/cy/help"])
    daniel.takes_up(WORK["cy"].title, "Emyr")
    ask = WORK["cy"].prompts[0].ask
    expect(daniel.page.locator("p[lang=cy]").filter(has_text=ask)).to_be_visible()
    look_at(daniel, [daniel.place])
