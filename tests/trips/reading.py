"""Check that pages are readable, for example that no word is cut off.

By default, pages are checked alternately in a narrow window with light colours and in a wide window with dark
colours. With ``--full``, pages are checked at every width in every colour scheme. Forced colours, reduced
motion and text at twice the size are checked. A screen 1,280 pixels wide at 400% zoom has room for
320 pixels.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.trips.hands import STOPPED
from tests.trips.people import Person

Scheme = Literal["light", "dark"]
WIDTHS = (320, 390, 768, 1280)
FOR_AXE = (320, 768, 1280)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
ORDINARY = 16
"""Browsers' default font size, in pixels."""
TURNS: Iterator[tuple[int, Scheme]] = cycle([(320, "light"), (1280, "dark")])
AXE = """async (parts) => {
  // axe fails on a document that the new width or scheme is still being laid out for
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  const what = parts?.length ? { include: parts } : document
  const found = await axe.run(what, { resultTypes: ["violations"], elementRef: false })
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 150)).join(" | ")}`)
}"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? []
  : [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
      .map((e) => `wider than ${innerWidth}: ${e.outerHTML.slice(0, 150)}`)"""
CUT = """() => [...document.querySelectorAll("body *:not(svg *, textarea, input, select, option)")].filter((e) => {
  const style = getComputedStyle(e), clipped = /hidden|clip/.test(style.overflow)
  const words = clipped ? e.innerText : [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
  if (!words || !e.clientWidth || style.webkitLineClamp !== "none") return false
  if (e.closest(".vh, .spoken") || style.clipPath !== "none") return false
  return e.scrollWidth > e.clientWidth + 1 || (clipped && e.scrollHeight > e.clientHeight + 1)
}).map((e) => `cut to ${e.clientWidth}×${e.clientHeight}: ${e.outerHTML.slice(0, 150)}`)"""
"""A script that finds words that overflow or are cut off.

The header's title may be cut off.
"""
SMALL = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter((e) => {
  if (!e.checkVisibility({ visibilityProperty: true }) || e.closest(".vh, .skip, [aria-hidden=true]")) return false
  const inWords = e.matches("a, .as-link") && getComputedStyle(e).display === "inline"
  const box = (e.matches("[type=radio], [type=checkbox]") && e.closest("label") || e).getBoundingClientRect()
  const least = e.matches(".btn:not(.text), .ways button, .replies a, textarea, select, input") ? 44 : 24
  const across = e.matches("textarea, select, input:not([type=radio], [type=checkbox])") ? 40 : 24
  return !inWords && (box.width < across || box.height < least - .1)
}).map((e) => {
  const { width, height } = e.getBoundingClientRect()
  return `small, ${Math.round(width)}×${Math.round(height)}: ${e.outerHTML.slice(0, 150)}`
})"""
"""A script that finds controls that are too small.

Controls must be 24 pixels wide and high, except for links within text. Fields and buttons must be 44 pixels
high. Fields must be 40 pixels wide to show two digits.
"""
UNSEEN = f"""async () => {{
  const stopped = {STOPPED}, before = document.activeElement, faults = [], where = scrollY
  for (const stop of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")) {{
    if (stop.tabIndex >= 0) stop.focus()
    if (document.activeElement !== stop || !stopped(stop).length) continue
    stop.scrollIntoView({{ block: "nearest" }}) // a browser scrolls to the caret of a field alone, and not at once
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
    faults.push(...stopped(stop).map((fault) => `the focus ${{fault}}`))
  }}
  if (before === document.body) document.activeElement.blur()
  before.focus({{ preventScroll: true }})
  scrollTo(0, where)
  return faults
}}"""
"""A script that finds controls whose focus is invisible or covered."""
MOVES = """() => [...document.querySelectorAll("body *")].filter((e) => {
  const style = getComputedStyle(e)
  return style.animationName !== "none" || style.transitionDuration.split(", ").some((each) => parseFloat(each) > 0)
}).map((e) => `moves: ${e.outerHTML.slice(0, 150)}`)"""


FAINT = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number)
  const linear = (part) => part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
  const behind = (e) => {
    const colour = numbers(getComputedStyle(e).backgroundColor)
    return colour[3] === 0 && e.parentElement ? behind(e.parentElement) : colour
  }
  return [...document.querySelectorAll("body *:not(svg *)")].filter((e) => {
    if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) return false
    const both = [light(numbers(getComputedStyle(e).color)), light(behind(e))].sort((a, b) => b - a)
    return (both[0] + 0.05) / (both[1] + 0.05) < 4.5
  }).map((e) => `faint: ${e.outerHTML.slice(0, 150)}`)
}"""
"""A script that finds words with too little contrast in forced colours.

axe can't check contrast in forced colours.
"""


def everything() -> bool:
    return "COMPANION_TEST_FULL" in os.environ


def is_readable(page: Page) -> None:
    """Check that the current page is readable."""
    page.bring_to_front()  # the browser draws pages in the background only once a second
    page.wait_for_load_state("load")
    page.evaluate(Axe().axe_script)
    faults: list[str] = []
    turn = next(TURNS)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            if (width, scheme) == turn or (everything() and width in FOR_AXE):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                faults += [f"{width}px, {scheme}: {fault}" for fault in page.evaluate(AXE)]
                page.keyboard.press(
                    "F9"
                    # a browser shows the focus only after a key was pressed
                )
                faults += [f"{width}px, {fault}" for fault in page.evaluate(SMALL) + page.evaluate(UNSEEN)]
        faults += [f"{width}px, {fault}" for fault in page.evaluate(TOO_WIDE) + page.evaluate(CUT)]
    if everything():
        faults += _otherwise(page)
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def _otherwise(page: Page) -> list[str]:
    """Check the page with forced colours, with reduced motion and with large text, and return the faults."""
    faults = [str(fault) for fault in page.evaluate(MOVES)]
    page.emulate_media(forced_colors="active")
    faults += [f"forced colours: {fault}" for fault in page.evaluate(FAINT)]
    page.emulate_media(forced_colors="none")
    with _letters_of_twice_the_size(page):
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            faults += [f"200%, {fault}" for fault in page.evaluate(TOO_WIDE) + page.evaluate(CUT)]
    return faults


@contextmanager
def _letters_of_twice_the_size(page: Page) -> Iterator[None]:
    # detaching the session would remove the device with the passkey
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 2 * ORDINARY}})
    yield
    session.send("Page.setFontSizes", {"fontSizes": {"standard": ORDINARY}})


def look_at(person: Person, paths: Iterable[str]) -> None:
    for path in paths:
        person.opens(path)
        is_readable(person.page)
