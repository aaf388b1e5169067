"""Test joining on a phone with a QR code and a suggested passphrase."""

import io
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from companion.content import passphrase_words
from tests.trips.browsers import Browsers, Way
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.reading import look_at
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner
from tests.trips.tongues import Tongue

WITH_SCRIPTS = Way(360)
PHONES = [WITH_SCRIPTS, Way(360, javascript=False), Way(360, language="cy")]
REFUSED = "The joining code and the agreed word don't match."
CODE = "K7QD-M2XT-9RWA"
NO_CODES = [
    "<img src=x onerror=alert(1)>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "javascript:alert(1)",
    f"{CODE}<b>",
    f"{CODE}\u0300",
    f"{CODE}%00",
    CODE.lower(),
    "A" * 10_000,
    f"{CODE}#{CODE}",
    "main",
]


def scans(page: Page) -> str:
    """Return the text that a phone's camera reads from the joining slip on this page."""
    picture = page.get_by_role("img", name="A QR code for a phone's camera.").screenshot()
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    return found.text


def asked(page: Page) -> list[str]:
    """Return a list that collects the URLs of this page's later requests."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    return addresses


@pytest.mark.parametrize("way", PHONES, ids=str)
def test_a_participant_joins_on_a_phone_with_a_scanned_joining_slip(
    priya: Practitioner, portal: Portal, browsers: Browsers, way: Way
) -> None:
    code = priya.adds("Robin", "Harbour", (portal.now + timedelta(days=9)).date(), "19:00")
    scanned = scans(priya.page)
    assert scanned == f"{portal.address}/join#{code}"

    robin = Participant(portal, browsers.open(), "Robin")
    robin.tongue = Tongue(way.language)
    requests = asked(robin.page)
    robin.opens(scanned)
    field = robin.page.locator("#code")
    if way.javascript:
        expect(field).to_have_value(code)
        expect(robin.page.locator("#word")).to_be_focused()
        robin.reads(
            "We've filled in the code from your slip. Now type the word you agreed with the person who "
            "gave you the slip."
        )
        assert robin.page.url == f"{portal.address}/join"
    else:
        expect(field).to_have_value("")
        expect(robin.page.locator("#scanned")).to_be_hidden()
        robin.fills(Joining_code=code)
    robin.fills(Agreed_word="harbour")
    robin.presses("Continue")
    robin.reads("I've read this")
    assert robin.page.url == f"{portal.address}/join/statement"
    robin.presses("I've read this")

    robin.fills(Sign_in_name="robin", Passphrase="half of one")
    robin.presses("Suggest a passphrase")
    robin.reads("A passphrase for you")
    expect(robin.page.get_by_role("alert")).to_be_focused()
    assert robin.page.url == f"{portal.address}/join/account"
    first = robin.page.locator("p.code").inner_text()
    robin.presses("Suggest another")
    expect(robin.page.locator("p.code")).not_to_have_text(first)
    drawn = robin.page.locator("p.code").inner_text()
    assert {*drawn.split()} <= {*passphrase_words(way.language)}
    expect(robin.page.locator("#sign_in_name")).to_have_value("robin")
    expect(robin.page.locator("#passphrase")).to_have_value(drawn)
    expect(robin.page.locator("#passphrase")).to_have_attribute("type", "password")
    robin.presses("Join", exact=True)
    robin.is_at("/my/")
    robin.reads_nothing_of(drawn)

    robin.signs_out()
    robin.opens("/sign-in")
    pastes(robin, drawn)
    robin.fills(Sign_in_name="robin")
    robin.presses("Sign in", exact=True)
    robin.is_at("/my/")
    told = "\n".join([*requests, portal.said()])
    assert [
        each for each in (code, drawn, drawn.replace(" ", "+"), drawn.replace(" ", "%20")) if each in told
    ] == []


def pastes(robin: Person, text: str) -> None:
    """Paste this text into the passphrase field, as from a password manager."""
    robin.page.locator("#sign_in_name").fill(text)
    robin.page.locator("#sign_in_name").press("ControlOrMeta+A")
    robin.page.locator("#sign_in_name").press("ControlOrMeta+X")
    robin.page.locator("#passphrase").press("ControlOrMeta+V")
    expect(robin.page.locator("#passphrase")).to_have_value(text)


@pytest.mark.parametrize("way", [WITH_SCRIPTS], ids=str)
def test_an_invalid_scanned_code_is_refused_in_the_same_way_as_an_invalid_typed_code(
    portal: Portal, stranger: Person, browsers: Browsers, way: Way
) -> None:
    kit = portal.accounts["Kit"]
    first = Participant(portal, browsers.open(), "Kit")
    first.opens(f"/join#{kit['joining_code']}")
    first.fills(Agreed_word=kit["agreed_word"])
    first.presses("Continue")
    first.presses("I've read this")
    first.fills(Sign_in_name="kit")
    first.presses("Suggest a passphrase")
    first.presses("Join", exact=True)
    first.is_at("/my/")
    for code in (kit["joining_code"], CODE):  # the second code belongs to another installation
        stranger.opens("/sign-in")
        stranger.opens(f"/join#{code}")
        stranger.fills(Agreed_word=kit["agreed_word"])
        stranger.presses("Continue")
        stranger.reads(REFUSED, "Your practitioner can give you a new joining code.")
        expect(stranger.page.locator("#code")).to_have_value(code)
        assert stranger.page.url == f"{portal.address}/join"


@pytest.mark.parametrize("way", [WITH_SCRIPTS], ids=str)
def test_only_joining_codes_are_read_after_the_hash_sign_of_a_url(
    portal: Portal, stranger: Person, way: Way
) -> None:
    for each in NO_CODES:
        stranger.opens("/sign-in")
        stranger.opens(f"/join#{each}")
        expect(stranger.page.locator("#code")).to_have_value("")
        expect(stranger.page.locator("#scanned")).to_be_hidden()
    stranger.fills(Joining_code="typed by hand")
    # links to a field that needs changing also have something after the hash sign
    stranger.page.evaluate("location.hash = '#word'")
    expect(stranger.page.locator("#code")).to_have_value("typed by hand")
    stranger.page.evaluate(f"location.hash = '#{CODE}'")  # people can also scan a code while the page is open
    expect(stranger.page.locator("#code")).to_have_value(CODE)
    assert stranger.page.url == f"{portal.address}/join"


@pytest.mark.parametrize("way", [WITH_SCRIPTS], ids=str)
def test_changing_the_language_keeps_the_scanned_joining_code(
    portal: Portal, stranger: Person, way: Way
) -> None:
    requests = asked(stranger.page)
    stranger.opens(f"/join#{CODE}")
    for language in ("Cymraeg", "English"):
        stranger.presses(language)
        stranger.reads(language)
        expect(stranger.page.locator("#word")).to_be_focused()
        expect(stranger.page.locator("#code")).to_have_value(CODE)
        assert stranger.page.url == f"{portal.address}/join"
    assert CODE not in "".join(requests) + portal.said()


def test_a_joining_slip_is_printed_in_black_and_white_on_a_separate_sheet(
    priya: Practitioner, portal: Portal
) -> None:
    code = priya.adds("Robin", "Harbour", (portal.now + timedelta(days=9)).date(), "19:00")
    look_at(priya, [])
    priya.page.emulate_media(media="print", color_scheme="dark")
    assert scans(priya.page) == f"{portal.address}/join#{code}"
    picture = Image.open(io.BytesIO(priya.page.locator("svg.qr").screenshot())).convert("L")
    quiet = 4 * 4  # the quiet zone is four modules wide, and each module has four pixels
    for edge in ((0, 0, picture.width, quiet), (0, 0, quiet, picture.height)):
        assert picture.crop(edge).getextrema() == (255, 255)
    assert picture.getextrema() == (0, 255) and picture.width >= 38 * 96 / 25.4, "at least 38 mm"
    printed = priya.page.locator("body").inner_text()
    assert (
        code in printed and "Then type the word you agreed with the person who gave you this slip." in printed
    )
    assert [each for each in ("Companion", "Robin", "Priya", "Harbour", "Go to") if each in printed] == []
    assert priya.page.pdf(format="A4").count(b"/Type /Page\n") == 1
