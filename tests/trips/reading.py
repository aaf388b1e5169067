"""Whether a page can be read: axe, and nothing to scroll sideways, wide and narrow, light and dark.

Axe takes long: pages meet it narrow and light, or wide and dark, in turns; with ``--full`` in every width and scheme.
"""

import os
from collections.abc import Iterable, Iterator
from itertools import cycle
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.trips.people import Person

Scheme = Literal["light", "dark"]
WIDTHS = (320, 390, 1280)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
TURNS: Iterator[tuple[int, Scheme]] = cycle([(320, "light"), (1280, "dark")])
AXE = """async () => {
  // axe fails on a document that the new width or scheme is still being laid out for
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  const found = await axe.run(document, { resultTypes: ["violations"], elementRef: false })
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 150)).join(" | ")}`)
}"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? []
  : [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
      .map((e) => `wider than ${innerWidth}: ${e.outerHTML.slice(0, 150)}`)"""


def everything() -> bool:
    """Whether the tests run with ``--full``."""
    return "COMPANION_TEST_FULL" in os.environ


def is_readable(page: Page) -> None:
    """Look at the page in front of him."""
    page.bring_to_front()  # one behind another is drawn once a second
    page.wait_for_load_state("load")
    page.evaluate(Axe().axe_script)
    faults: list[str] = []
    turn = next(TURNS)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            if everything() or (width, scheme) == turn:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                faults += [f"{width}px, {scheme}: {fault}" for fault in page.evaluate(AXE)]
        faults += page.evaluate(TOO_WIDE)
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def look_at(person: Person, paths: Iterable[str]) -> None:
    for path in paths:
        person.opens(path)
        is_readable(person.page)
