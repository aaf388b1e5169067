"""Test the second step with a passkey, and with a one-time code."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.trips.browsers import Way
from tests.trips.people import Person
from tests.trips.reading import is_readable, look_at
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

WAY_IN = "/account/signing-in"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def proves_it_if_asked(somebody: Person) -> None:
    """Enter the passphrase again if the page asks for it.

    The page asks for the passphrase ten minutes after signing in.
    """
    if somebody.place == "/confirm":
        somebody.fills(Passphrase=somebody.account["passphrase"])
        if "totp_secret" in somebody.account:
            somebody.fills(Code=somebody.code(somebody.account["totp_secret"]))
        somebody.presses("Continue")


def test_a_practitioner_adds_a_passkey_and_signs_in_with_the_passkey(priya: Practitioner) -> None:
    device = priya.page.context.new_cdp_session(priya.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    priya.opens(WAY_IN)
    priya.presses("Add a passkey")
    proves_it_if_asked(priya)
    is_readable(priya.page)
    priya.fills(What_would_you_like_to_call_this_passkey="Work phone")
    priya.presses("Add the passkey")
    priya.reads("Passkey added.", "Work phone", "You haven't used this passkey yet.")
    is_readable(priya.page)

    priya.signs_out()
    priya.fills(Sign_in_name="priya", Passphrase=priya.account["passphrase"])
    priya.presses("Sign in", exact=True)
    priya.is_at("/second-factor")
    is_readable(priya.page)
    priya.presses("Use a passkey")
    priya.is_at("/caseload")
    priya.opens(WAY_IN)
    priya.reads("Last used on")

    device.send("WebAuthn.disable")  # from here on, the browser has no device with the passkey
    priya.signs_out()
    priya.gives_passphrase()  # a one-time code still works after a passkey was added


def test_a_participant_adds_a_one_time_code_without_javascript(enter: Callable[..., Any]) -> None:
    sam: Participant = enter(Participant, "Sam", Way(390, javascript=False))
    sam.opens(WAY_IN)
    sam.presses("Set up a one-time code")
    proves_it_if_asked(sam)
    sam.reads("Think about who else can see your phone.")
    sam.presses("Show me the key")
    secret = sam.page.locator(".key").inner_text().replace(" ", "")
    sam.fills(Code=sam.code(secret))
    sam.presses("Continue")
    sam.reads("Your recovery codes")
    sam.presses("I've put my codes somewhere safe")
    sam.reads("You've set up one-time codes.")

    sam.signs_out()
    sam.fills(Sign_in_name="sam", Passphrase=sam.account["passphrase"])
    sam.presses("Sign in", exact=True)
    sam.is_at("/second-factor")
    sam.fills(Code=sam.code(secret))
    sam.presses("Continue")
    sam.is_at("/my/")
    sam.opens(f"{WAY_IN}/passkeys/new")
    proves_it_if_asked(sam)
    sam.reads("A passkey needs JavaScript")
    expect(sam.page.get_by_role("button", name="Add the passkey")).to_have_count(0)


def test_somebody_who_lost_their_passphrase_chooses_a_new_passphrase(
    priya: Practitioner, enter: Callable[..., Any]
) -> None:
    sam: Participant = enter(Participant, "Sam", Way(390))
    look_at(sam, ["/account/signing-in"])
    priya.opens_page_of("Sam")
    priya.presses("Help Sam sign in again")
    proves_it_if_asked(priya)
    is_readable(priya.page)
    priya.fills(Agreed_word="harbour")
    priya.presses("Make a slip")
    code = priya.page.locator(".slip .code").inner_text()
    other = Participant(sam.portal, sam.page.context.new_page(), "Sam")
    other.opens("/join")
    other.fills(Joining_code=code, Agreed_word="harbour")
    other.presses("Continue")
    other.reads("Choose a new passphrase. Your old passphrase will stop working.")
    is_readable(other.page)
    other.fills(Sign_in_name="samuel", Passphrase="green bicycle behind the bakery")
    other.presses("Sign in with these details")
    other.is_at("/my/")
