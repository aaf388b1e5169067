"""Check what people see on a page and what screen readers speak.

The screen reader's view is the browser's accessibility tree, in reading order.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.trips.reading import AXE, SCHEMES, everything

FAULTS = """() => {
  const faults = [], plain = (text) => text.replace(/[\\s…]/g, "").toLowerCase()
  const beyond = (box, frame, slack) => box.x < frame.x - slack || box.y < frame.y - slack
    || box.x + box.width > frame.x + frame.width + slack || box.y + box.height > frame.y + frame.height + slack
  const over = (a, b) => Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 3
    && Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 3
  const page = {x: 0, y: -1e6, width: innerWidth, height: 2e6}
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page can be scrolled sideways")
  for (const e of document.querySelectorAll("svg, .said, .said :not(.vh, .spoken, .spoken *)"))
    if (beyond(e.getBoundingClientRect(), page, 1)) faults.push(`beyond the page: ${e.outerHTML.slice(0, 150)}`)
  for (const svg of document.querySelectorAll(".said svg")) {
    const said = svg.closest(".said").cloneNode(true), boxes = []
    const say = (fault) => faults.push(`picture of “${svg.closest(".said").innerText.slice(0, 60)}”: ${fault}`)
    for (const e of said.querySelectorAll("[aria-hidden=true]")) e.remove()
    if (said.querySelector("svg")) say("a screen reader comes upon it")
    for (const text of svg.querySelectorAll("text")) {
      const words = text.textContent, box = text.getBBox(), frame = text.closest(".box")?.querySelector("rect")
      if (!/^\\d*$/.test(words) && !plain(said.textContent).includes(plain(words))) say(`“${words}” is not beside it`)
      if (beyond(box, frame ? frame.getBBox() : svg.viewBox.baseVal, 2)) say(`“${words}” runs out`)
      if (boxes.some((other) => over(box, other))) say(`“${words}” lies on other words`)
      if (text.getBoundingClientRect().height < 12) say(`“${words}” is too small`)
      boxes.push(box)
    }
  }
  return faults
}"""
"""A script that finds visual faults, such as overlapping words."""
TURNS = cycle(SCHEMES)
LISTEN = """() => {
  window.spoken = []
  const live = "[aria-live], [role=status], [role=alert], [role=log]"
  const hears = new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      const around = (target.nodeType === 3 ? target.parentElement : target).closest(live)
      const words = [...addedNodes].map((node) => node.textContent).join(" ").trim()
      if (words && around?.isConnected && around.ariaLive !== "off") spoken.push("live: " + words)
    }
  })
  hears.observe(document, { childList: true, characterData: true, subtree: true })
  addEventListener("focusin", ({ target }) => {
    const before = document.querySelectorAll("form.composer").length > 1 ? " before what goes" : ""
    spoken.push("focus: " + (target.id || target.name || target.tagName) + before)
  })
  addEventListener("focusout", ({ relatedTarget }) => relatedTarget ?? spoken.push("focus: nowhere"))
}"""
"""A script that records everything that makes a screen reader speak."""
FIELDS = ("textbox", "radio", "checkbox", "combobox")
GROUPS = ("group", "radiogroup")


def listens(page: Page) -> None:
    """Start recording the text that a screen reader would speak."""
    page.evaluate(LISTEN)


def spoken(page: Page) -> list[str]:
    """Return the text that a screen reader would have spoken since the last call."""
    said: list[str] = page.evaluate("spoken.splice(0)")
    return said


def is_all_in_sight(page: Page) -> None:
    """Check that the whole page is visible, including every answer and every picture."""
    page.wait_for_load_state()
    faults = page.evaluate(FAULTS)
    assert not faults, faults


def looks_right(page: Page, *new: str) -> None:
    """Check that everything on the page is visible, and that axe finds no fault.

    Check dark mode and light mode in turn, one per call. If ``new`` names parts of the page, axe checks only
    those parts. With ``--full``, axe checks the whole page in light and in dark mode.
    """
    is_all_in_sight(page)
    page.bring_to_front()  # the browser draws pages in the background only once a second
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    faults = []
    for scheme in SCHEMES if everything() else [next(TURNS)]:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        parts = () if everything() else new
        faults += [f"{scheme}: {fault}" for fault in page.evaluate(AXE, list(parts))]
    assert not faults, "\n".join(faults)


@dataclass(frozen=True)
class Thing:
    """An element as a screen reader announces it.

    ``around`` lists the elements that contain this element, outermost first.
    """

    role: str
    name: str
    description: str
    traits: dict[str, Any]
    around: tuple["Thing", ...]


class Ears:
    """All elements currently on a page, in reading order."""

    def __init__(self, page: Page) -> None:
        page.wait_for_load_state()
        session = page.context.new_cdp_session(page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        session.detach()
        self.things = list(_things(nodes[0], {node["nodeId"]: node for node in nodes}, ()))

    def named(self, *roles: str) -> list[str]:
        """Return the names of all elements with these roles."""
        return [thing.name for thing in self.things if thing.role in roles]

    def the(self, role: str) -> Thing:
        (thing,) = (thing for thing in self.things if thing.role == role)
        return thing

    def inside(self, outer: Thing) -> list[Thing]:
        return [thing for thing in self.things if outer in thing.around]

    def at_the_focus(self) -> Thing:
        """Return the innermost focused element."""
        return [thing for thing in self.things if thing.traits.get("focused")][-1]

    def hears(self, *words: str) -> None:
        """Check that a screen reader reads out these words, in this order."""
        text, here = " ".join(" ".join(self.named("StaticText")).split()), 0
        for each in words:
            found = text.find(each, here)
            assert found >= 0, f"“{each}” is not read out after “…{text[here - 60 : here]}”"
            here = found + len(each)

    def alike(self) -> list[Any]:
        """Return the fields without an accessible name, and those with the same name as another in their
        group.
        """
        fields = Counter(
            (*(each.name for each in thing.around if each.role in GROUPS), thing.name)
            for thing in self.things
            if thing.role in FIELDS
        )
        return [names for names, many in fields.items() if many > 1 or not names[-1]]

    def told_at_a_field(self, sentence: str) -> bool:
        """Return whether the description of a field or group contains this sentence."""
        return any(sentence in thing.description for thing in self.things if thing.role in FIELDS + GROUPS)


def _things(node: Any, nodes: dict[str, Any], around: Sequence[Thing]) -> Iterator[Thing]:
    if not node.get("ignored"):
        traits = {each["name"]: each["value"].get("value") for each in node.get("properties", ())}
        told = [str(node.get(each, {}).get("value", "")) for each in ("role", "name", "description")]
        thing = Thing(*told, traits, tuple(around))
        yield thing
        around = (*around, thing)
    for child in node.get("childIds", ()):
        if child in nodes:
            yield from _things(nodes[child], nodes, around)
