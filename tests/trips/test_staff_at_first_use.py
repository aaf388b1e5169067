"""A new practitioner: added by the administrator, approved by the lead, and never without a second step."""

import re

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import BOTH_WAYS, Browsers, Way
from tests.trips.portal import Portal
from tests.trips.staff import Practitioner, Staff, code_on_slip

PASSPHRASE = "nine lanterns on the old canal"


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_a_new_practitioner_comes_in(
    alex: Staff, margaret: Staff, portal: Portal, browsers: Browsers, way: Way
) -> None:
    alex.presses("Add a member of staff")
    alex.fills(Name="Nadia")
    alex.page.get_by_label("Practitioner").check()
    alex.presses("Add", exact=True)
    alex.reads("A lead approves it and hands over the joining code.", "waits for a lead's approval")

    margaret.opens("/lead/staff")
    row = margaret.page.get_by_role("row", name="Nadia")
    row.get_by_role("textbox").fill("lantern")
    margaret.presses(re.compile("^Approve"), within=row)

    nadia = Practitioner(portal, browsers.open(), "Nadia")
    joins(nadia, code_on_slip(margaret), "lantern")
    nadia.opens("/caseload")
    nadia.is_at("/second-factor")
    secret, recovery_codes = sets_up_second_step(nadia)
    nadia.presses("I have kept them")
    nadia.is_at("/caseload")
    nadia.reads("Nobody is here yet.")
    assert nadia.opens("/second-factor") == 404
    nadia.reads_nothing_of(secret, *recovery_codes)

    nadia.opens("/caseload")
    signs_in_with(nadia, recovery_codes[3])
    nadia.is_at("/caseload")
    signs_in_with(nadia, recovery_codes[3])
    nadia.reads("This code is not right.")
    nadia.fills(Code=nadia.code(secret))
    nadia.presses("Continue")
    nadia.is_at("/caseload")


def joins(nadia: Practitioner, code: str, word: str) -> None:
    nadia.opens("/join")
    nadia.fills(Joining_code=code, Agreed_word=word)
    nadia.presses("Continue")
    nadia.presses("I have read this")
    nadia.fills(Sign_in_name="nadia", Passphrase=PASSPHRASE)
    nadia.presses("Join", exact=True)
    nadia.is_at("/second-factor")


def sets_up_second_step(nadia: Practitioner) -> tuple[str, list[str]]:
    """Key and recovery codes, each shown only this once; the picture is drawn, not loaded."""
    picture = nadia.page.get_by_role("img", name="A picture for your authenticator app.")
    expect(picture.locator("svg.qr path")).to_be_visible()
    secret = nadia.page.locator(".key").inner_text().replace(" ", "")
    wrong = "000000" if nadia.code(secret) != "000000" else "111111"
    nadia.fills(Code=wrong)
    nadia.presses("Continue")
    nadia.reads("This code is not right.")
    assert nadia.page.locator(".key").inner_text().replace(" ", "") == secret
    nadia.fills(Code=nadia.code(secret))
    nadia.presses("Continue")
    nadia.reads("Your recovery codes")
    recovery_codes = nadia.page.get_by_role("main").get_by_role("listitem").all_inner_texts()
    assert len(set(recovery_codes)) == 10
    return secret, recovery_codes


def signs_in_with(nadia: Practitioner, code: str) -> None:
    nadia.signs_out()
    nadia.fills(Sign_in_name="nadia", Passphrase=PASSPHRASE)
    nadia.presses("Sign in", exact=True)
    nadia.fills(Code=code)
    nadia.presses("Continue")
