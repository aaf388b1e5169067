"""Take the pictures in the README and the documents from the running demo.

To take the pictures, run ``python -m tests.pictures FOLDER``. Each run loads the demo afresh, with
the same time on its clock and the same participant references. As a result, every run takes exactly the same
picture of a page that hasn't changed.
"""

import base64
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import launch_arguments
from tests.tools.programs import find_browser
from tests.trips.demo import load_demo
from tests.trips.people import Door
from tests.trips.portal import Portal
from tests.trips.reading import Scheme
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

BEGINS = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
LARGEST = 60_000
"""The maximum size of a picture in bytes, for quick loading on a phone."""
QUALITIES = (85, 75, 65, 55, 45, 35)
SAME_REFERENCES = """() => {
  const met = []
  for (const reference of document.querySelectorAll(".ref")) {
    const drawn = reference.textContent
    if (!met.includes(drawn)) met.push(drawn)
    reference.textContent = `K7-${1401 + met.indexOf(drawn)}`
  }
}"""


@dataclass(frozen=True)
class Picture:
    """A page to take a picture of, and the person who opens the page.

    ``width`` and ``height`` are the size of the window in CSS pixels. ``sharp`` is the number of device
    pixels per CSS pixel.
    """

    name: str
    who: str
    goes: Callable[[Participant | Practitioner], None]
    width: int = 390
    height: int = 780
    scheme: Scheme = "light"
    sharp: float = 1.5


def home(sam: Participant | Practitioner) -> None:
    sam.opens("/my/")


def conversation(owen: Participant | Practitioner) -> None:
    assert isinstance(owen, Participant)
    owen.takes_up("A week of choices", by="Carry on")
    owen.page.evaluate("scrollBy(0, -110)")  # scroll up a little, so that the last answer is visible too


def red(idris: Participant | Practitioner) -> None:
    idris.opens("/my/plan/today#red")


def board(priya: Participant | Practitioner) -> None:
    priya.opens("/caseload")


def brief(priya: Participant | Practitioner) -> None:
    board(priya)
    priya.presses("Brief for Sam")
    priya.is_at("/participants/[0-9a-f-]+/brief")


def help_page(stranger: Participant | Practitioner) -> None:
    stranger.opens("/help")


PICTURES = [
    Picture("home", "Sam", home),
    Picture("conversation", "Owen", conversation),
    Picture("conversation-dark", "Owen", conversation, scheme="dark"),
    Picture("plan-red", "Idris", red),
    Picture("help", "", help_page),
    Picture("board", "Priya", board, 1280, 860, sharp=1),
    Picture("brief", "Priya", brief, 1280, 860, sharp=1),
]


def take(picture: Picture, browser: Browser, portal: Portal, doors: dict[str, Door]) -> bytes:
    """Return the picture as WebP, in the best quality that fits into ``LARGEST`` bytes."""
    context = browser.new_context(
        base_url=portal.address,
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=picture.sharp,
        color_scheme=picture.scheme,
        reduced_motion="reduce",
    )
    kind = Practitioner if picture.who == "Priya" else Participant
    somebody = kind(portal, context.new_page(), picture.who)
    if picture.who:
        somebody.comes_in(doors[picture.who])
    picture.goes(somebody)
    somebody.page.wait_for_load_state()
    somebody.page.evaluate(SAME_REFERENCES)
    taken = next(shot for quality in QUALITIES if len(shot := encoded(somebody.page, quality)) <= LARGEST)
    context.close()
    return taken


def encoded(page: Page, quality: int) -> bytes:
    """Return the window's contents as WebP.

    Playwright's own screenshot function can't write WebP, so this function asks the browser directly for the
    picture.
    """
    session = page.context.new_cdp_session(page)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
    session.detach()
    return base64.b64decode(shot["data"])


def main(folder: Path) -> None:
    """Take all screenshots for the documentation, and save them in this folder."""
    os.environ["CHROMIUM"] = find_browser()
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments())
        portal = Portal(Path(home), "http://localhost/weather")
        # set the clock after migrating, because a migration's duration varies
        portal.run("migrate")
        portal.moved = BEGINS - datetime.now(UTC)
        doors = load_demo(portal, browser).doors
        portal.start()
        for picture in PICTURES:
            file = folder / f"{picture.name}.webp"
            file.write_bytes(take(picture, browser, portal, doors))
            print(f"  {file.name}  {file.stat().st_size:,} bytes", flush=True)
        browser.close()
        portal.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
