"""Test browsers that are a few years old, by removing newer features from Chromium."""

import pytest
from playwright.sync_api import Route, expect

from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner
from tests.trips.test_leaving import presses_shift_three_times
from tests.trips.test_second_step import DEVICE, WAY_IN, proves_it_if_asked

TITLE = "A week of choices"
WORDS = "That it was only one evening."
SAFARI_15_4 = ("AbortSignal.timeout", "HTMLFormElement.prototype.requestSubmit")
SAFARI_15_0 = (*SAFARI_15_4, "SubmitEvent.prototype.submitter")


@pytest.fixture(params=[SAFARI_15_4, SAFARI_15_0], ids=["like Safari 15.4", "like Safari 15.0"])
def older(owen: Participant, request: pytest.FixtureRequest) -> Participant:
    """Return Owen in a browser without the features that the given version of Safari lacks."""
    owen.page.context.add_init_script("".join(f"delete {each};" for each in request.param))
    owen.takes_up(TITLE, by="Carry on")
    return owen


def test_an_older_browser_saves_typed_answers(older: Participant) -> None:
    older.types(WORDS)
    older.saves()
    older.goes_on("Save and continue")
    older.said("What did you tell yourself", WORDS)
    older.types("Leave the room")
    older.presses("I need help now")
    older.reads("Let's stop here for a moment.")


def test_an_older_browser_can_open_help_during_a_save(older: Participant) -> None:
    def hold(route: Route) -> None:
        reply = route.fetch()
        older.page.get_by_role("button", name="I need help now").click(no_wait_after=True)
        route.fulfill(response=reply)

    older.page.route("**/draft", hold, times=1)
    older.types(WORDS)
    older.reads("Let's stop here for a moment.")


def test_an_older_browser_keeps_text_typed_just_before_leaving(older: Participant) -> None:
    older.types(WORDS)
    older.leaves()
    older.signs_in()
    older.takes_up(TITLE, by="Carry on")
    expect(older.composer.get_by_role("textbox")).to_have_value(WORDS)
    older.types("Leave the room")
    presses_shift_three_times(older)


def test_an_older_browser_accepts_a_one_time_code_instead_of_a_passkey(
    priya: Practitioner,
) -> None:
    device = priya.page.context.new_cdp_session(priya.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    priya.opens(f"{WAY_IN}/passkeys/new")
    proves_it_if_asked(priya)
    priya.fills(What_would_you_like_to_call_this_passkey="Work phone")
    priya.presses("Add the passkey")
    priya.reads("Passkey added.")

    device.send("WebAuthn.disable")  # from here on, the browser has no device with a passkey
    priya.page.context.add_init_script("delete SubmitEvent.prototype.submitter;")
    priya.signs_out()
    priya.gives_passphrase()
