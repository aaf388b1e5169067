"""Actions that anybody can take in a browser."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Locator, Page, expect

from tests.trips.hands import Hands, Mouse
from tests.trips.portal import Portal
from tests.trips.tongues import Tongue

STEP_SECONDS = 30


@dataclass(frozen=True)
class Door:
    """A signed-in browser's cookies, and the 30-second slot of the last one-time code it used."""

    cookies: Any
    last_step: int


class Person:
    """A person with a browser. Presses, ticks and choices are counted, but not typing."""

    hands: Hands = Mouse()
    tongue = Tongue()
    """The language of everything that the person presses, fills in and reads.

    Write a page's text in English in the tests; ``tongue`` translates it.
    """

    def __init__(self, portal: Portal, page: Page, name: str = "") -> None:
        self.portal = portal
        self.page = page
        self.name = name
        self.pressed = 0
        self.filled = 0
        """The number of fields that the person has typed into or chosen from."""
        self.last_step = 0

    @property
    def account(self) -> dict[str, str]:
        """Return this person's sign-in details."""
        return self.portal.accounts[self.name]

    @property
    def place(self) -> str:
        """Return the current page's path."""
        return urlsplit(self.page.url).path

    def opens(self, path: str) -> int:
        """Open a URL, and return the response's status."""
        response = self.page.goto(path)
        assert response
        return response.status

    def presses(
        self, name: str | re.Pattern[str], within: Locator | None = None, exact: bool = False
    ) -> None:
        """Press the only button or link with this name."""
        place = within or self.page.locator("body")
        if isinstance(name, str):
            name = self.tongue.says(name)
        button = place.get_by_role("button", name=name, exact=exact)
        self.presses_this(button.or_(place.get_by_role("link", name=name, exact=exact)))

    def presses_this(self, target: Locator) -> None:
        """Press the element that this Playwright locator finds."""
        self.hands.press(target)
        self.pressed += 1

    def ticks(self, box: Locator) -> None:
        self.hands.tick(box)
        self.pressed += 1

    def picks(self, options: Locator, label: str) -> None:
        self.hands.pick(options, label)
        self.pressed += 1
        self.filled += 1

    def writes(self, field: Locator, text: str) -> None:
        self.hands.write(field, text)
        self.filled += 1

    def presses_on(self, name: str, until: str) -> None:
        """Press the button on page after page until these words appear."""
        button = self.page.get_by_role("button", name=self.tongue.says(name))
        end = self.page.get_by_text(self.tongue.says(until))
        while True:
            expect(button.or_(end).first).to_be_visible()
            self.page.wait_for_load_state()
            if end.count():
                return
            with self.page.expect_event("load"):
                self.presses(name)

    def fills(self, **fields: str) -> None:
        """Type into the fields with these labels, for example ``fills(Sign_in_name="sam")``."""
        for label, text in fields.items():
            named = self.tongue.label(re.compile("^" + label.replace("_", "[ -]")))
            self.writes(self.page.get_by_role("main").get_by_label(named), text)

    def reads(self, *words: str) -> None:
        """Check that all of these words are visible on the page."""
        for each in words:
            said = self.tongue.says(each)
            expect(self.page.get_by_text(said).filter(visible=True).first).to_be_visible()

    def reads_nothing_of(self, *words: str) -> None:
        """Check that none of these words is on the page, not even hidden."""
        content = self.page.content()
        assert not [each for each in words if each in content], f"on {self.place}"

    def is_at(self, path: str) -> None:
        """Check that the current path matches a regular expression."""
        expect(self.page).to_have_url(re.compile(rf"^{re.escape(self.portal.address)}{path}(?:[?#].*)?$"))
        self.page.wait_for_load_state()

    def signs_in(self) -> None:
        """Sign in, and arrive on the start page."""
        self.opens("/sign-in")
        self.gives_passphrase()

    def comes_in(self, door: Door) -> None:
        """Sign in with existing cookies."""
        self.page.context.add_cookies(door.cookies)
        self.last_step = door.last_step
        self.opens("/")
        # moving the clock has ended or locked the person's session
        if self.place == "/sign-in":
            self.gives_passphrase()

    def gives_passphrase(self) -> None:
        """Fill in the sign-in page and, for staff, the second step."""
        self.is_at("/sign-in")
        self.fills(Sign_in_name=self.account["sign_in_name"], Passphrase=self.account["passphrase"])
        self.presses("Sign in", exact=True)
        if "totp_secret" in self.account:
            self.is_at("/second-factor")
            self.fills(Code=self.code(self.account["totp_secret"]))
            self.presses("Continue")
        expect(self.page).not_to_have_url(re.compile("/sign-in|/second-factor"))

    def code(self, secret: str) -> str:
        """Return an unused one-time code from the authenticator.

        Companion also accepts the one-time code of the next half-minute.
        """
        now = int(self.portal.now.timestamp()) // STEP_SECONDS
        self.last_step = max(now, self.last_step + 1)
        assert self.last_step <= now + 1, "more codes in half a minute than there are"
        return pyotp.TOTP(secret).generate_otp(self.last_step)

    def signs_out(self) -> None:
        self.presses("Sign out")
        self.is_at("/sign-in")

    def leaves(self) -> None:
        self.presses("Leave this site")
        expect(self.page).to_have_url(self.portal.exit_url)
