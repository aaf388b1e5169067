"""What anybody does: open a page, press, read, sign in, leave."""

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
    """A browser's cookies of somebody who is signed in, and the time step of the last code that he gave."""

    cookies: Any
    last_step: int


class Person:
    """Somebody in front of a browser. What he presses, ticks and picks is counted; typing is not."""

    hands: Hands = Mouse()
    tongue = Tongue()
    """In which he finds what he presses, fills in and reads; it is written in English where it is asked for."""

    def __init__(self, portal: Portal, page: Page, name: str = "") -> None:
        self.portal = portal
        self.page = page
        self.name = name
        self.pressed = 0
        self.last_step = 0

    @property
    def account(self) -> dict[str, str]:
        """How he signs in."""
        return self.portal.accounts[self.name]

    @property
    def place(self) -> str:
        """The path of the page in front of him."""
        return urlsplit(self.page.url).path

    def opens(self, path: str) -> int:
        """Type an address; the status of the answer."""
        response = self.page.goto(path)
        assert response
        return response.status

    def presses(
        self, name: str | re.Pattern[str], within: Locator | None = None, exact: bool = False
    ) -> None:
        """Press the one button or link of this name."""
        place = within or self.page.locator("body")
        if isinstance(name, str):
            name = self.tongue.says(name)
        button = place.get_by_role("button", name=name, exact=exact)
        self.presses_this(button.or_(place.get_by_role("link", name=name, exact=exact)))

    def presses_this(self, target: Locator) -> None:
        """Press what no name alone leads to."""
        self.hands.press(target)
        self.pressed += 1

    def ticks(self, box: Locator) -> None:
        self.hands.tick(box)
        self.pressed += 1

    def picks(self, options: Locator, label: str) -> None:
        self.hands.pick(options, label)
        self.pressed += 1

    def presses_on(self, name: str, until: str) -> None:
        """Press the button of this name on page after page, none twice, until one reads so."""
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
        """Type into fields by their labels, ``_`` for a space: ``fills(Sign_in_name="sam")``."""
        for label, text in fields.items():
            named = self.tongue.label(re.compile("^" + label.replace("_", "[ -]")))
            self.hands.write(self.page.get_by_role("main").get_by_label(named), text)

    def reads(self, *words: str) -> None:
        """See all of these on the page."""
        for each in words:
            said = self.tongue.says(each)
            expect(self.page.get_by_text(said).filter(visible=True).first).to_be_visible()

    def reads_nothing_of(self, *words: str) -> None:
        """None of these is on the page, not even hidden in it."""
        content = self.page.content()
        assert not [each for each in words if each in content], f"on {self.place}"

    def is_at(self, path: str) -> None:
        """Stand on the page of this path, a regular expression."""
        expect(self.page).to_have_url(re.compile(rf"^{re.escape(self.portal.address)}{path}(?:[?#].*)?$"))
        self.page.wait_for_load_state()

    def signs_in(self) -> None:
        """Sign in and arrive."""
        self.opens("/sign-in")
        self.gives_passphrase()

    def comes_in(self, door: Door) -> None:
        """Be signed in already."""
        self.page.context.add_cookies(door.cookies)
        self.last_step = door.last_step
        self.opens("/")
        if self.place == "/sign-in":  # the clock was moved before he came
            self.gives_passphrase()

    def gives_passphrase(self) -> None:
        """Fill in the sign-in page in front of him; staff also the second step."""
        self.is_at("/sign-in")
        self.fills(Sign_in_name=self.account["sign_in_name"], Passphrase=self.account["passphrase"])
        self.presses("Sign in", exact=True)
        if "totp_secret" in self.account:
            self.is_at("/second-factor")
            self.fills(Code=self.code(self.account["totp_secret"]))
            self.presses("Continue")
        expect(self.page).not_to_have_url(re.compile("/sign-in|/second-factor"))

    def code(self, secret: str) -> str:
        """What his authenticator shows. It is never asked for the same code twice, so nobody waits."""
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
