"""Test that a new practitioner needs a lead's approval and a second sign-in step."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.trips.browsers import BOTH_WAYS, Browsers, Way
from tests.trips.portal import Portal
from tests.trips.staff import Practitioner, Staff

PASSPHRASE = "nine lanterns on the old canal"


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_new_practitioner_is_approved_and_sets_up_a_second_step(
    alex: Staff, margaret: Staff, portal: Portal, browsers: Browsers, way: Way
) -> None:
    alex.presses("Add staff")
    alex.fills(Name="Nadia")
    alex.page.get_by_label("Practitioner").check()
    alex.presses("Add", exact=True)
    alex.reads("A lead approves it and hands over the joining code.", "waiting for a lead's approval")

    code = margaret.approves("Nadia", "lantern")
    nadia = Practitioner(portal, browsers.open(), "Nadia")
    nadia.joins(code, "lantern", PASSPHRASE)
    nadia.opens("/caseload")
    nadia.is_at("/second-factor")
    picture = nadia.page.get_by_role("img", name="A QR code for your authenticator app.")
    expect(picture.locator("svg.qr path")).to_be_visible()
    drawn = Image.open(io.BytesIO(picture.screenshot()))
    nadia.fills(Code="12345")
    nadia.presses("Continue")
    nadia.reads("This code isn't right.")
    secret, recovery_codes = nadia.sets_up_second_step()
    assert [f"secret={secret}" in each.text for each in zxingcpp.read_barcodes(drawn)] == [True]
    assert len(set(recovery_codes)) == 10
    nadia.presses("I've put my codes somewhere safe")
    nadia.is_at("/caseload")
    nadia.reads("No participants yet.")
    assert nadia.opens("/second-factor") == 404
    nadia.reads_nothing_of(secret, *recovery_codes)

    nadia.opens("/caseload")
    signs_in_with(nadia, recovery_codes[3])
    nadia.is_at("/caseload")
    signs_in_with(nadia, recovery_codes[3])
    nadia.reads("This code isn't right.")
    nadia.fills(Code=nadia.code(secret))
    nadia.presses("Continue")
    nadia.is_at("/caseload")


def signs_in_with(nadia: Practitioner, code: str) -> None:
    nadia.signs_out()
    nadia.fills(Sign_in_name="nadia", Passphrase=PASSPHRASE)
    nadia.presses("Sign in", exact=True)
    nadia.fills(Code=code)
    nadia.presses("Continue")
