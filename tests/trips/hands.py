"""How somebody presses and types: with a mouse, or only the keyboard."""

from typing import Protocol

from playwright.sync_api import ElementHandle, Locator

MOST_STOPS = 200
FAR_AWAY = "Tab never leads to {}"
STOPPED = """(stop) => {
  const drawn = ({ opacity, outlineStyle, outlineWidth, outlineColor }) =>
    opacity === "1" && outlineStyle === "solid" && parseFloat(outlineWidth) >= 2 && !outlineColor.endsWith(" 0)")
  const sticks = (on) =>
    !!on && (["fixed", "sticky"].includes(getComputedStyle(on).position) || sticks(on.parentElement))
  const at = (x, y) => document.elementFromPoint(x, y)
  const its = (on) => !!on && (stop.contains(on) || on.contains(stop) || on.closest("label")?.control === stop)
  const lines = [...stop.getClientRects()].filter((box) => box.width > 4 && box.height > 4)
  const whole = ({ left, right, top, bottom }) => its(at((left + right) / 2, (top + bottom) / 2))
    && [at(left + 2, top + 2), at(right - 2, top + 2), at(left + 2, bottom - 2), at(right - 2, bottom - 2)]
      .every((on) => its(on) || (on && !sticks(on)))
  const marks = [stop, stop.nextElementSibling, stop.closest(".sheet")]
  const faults = []
  if (stop !== document.body) {
    if (!lines.length || !lines.every(whole)) faults.push("is hidden, in part at least")
    if (!marks.some((mark) => mark && drawn(getComputedStyle(mark)))) faults.push("is not drawn")
  }
  return faults.length ? [`${faults.join(" and ")}: ${stop.outerHTML.slice(0, 150)}`] : []
}"""
"""What is wrong with the focus: it must be visible. Nothing covers it, and it is drawn at the control, at what
represents it, or around its sheet.
"""
STOP = f"""(target) => {{
  const stop = document.activeElement
  return {{ there: stop === target, faults: ({STOPPED})(stop) }}
}}"""
"""Whether the focus has reached the target, and what is wrong with it."""


class Hands(Protocol):
    """Finds controls, each subclass in its own way."""

    def press(self, target: Locator) -> None:
        """Press a button, a link or a summary."""

    def tick(self, box: Locator) -> None:
        """A radio button or a checkbox."""

    def write(self, field: Locator, text: str) -> None:
        """Replace a field's text."""

    def pick(self, options: Locator, label: str) -> None:
        """One of a list."""


class Mouse:
    """A mouse, with a keyboard for words."""

    def press(self, target: Locator) -> None:
        target.click()

    def tick(self, box: Locator) -> None:
        box.check()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def pick(self, options: Locator, label: str) -> None:
        options.select_option(label=label)


class Keyboard:
    """Only a keyboard. At every stop on the way the focus is visible."""

    def press(self, target: Locator) -> None:
        self.reach(target)
        target.page.keyboard.press("Enter")

    def tick(self, box: Locator) -> None:
        if box.get_attribute("type") == "checkbox":
            self.reach(box)
            box.page.keyboard.press("Space")
            return
        group = box.page.locator(
            f"[name='{box.get_attribute('name')}']"
        )  # one stop for the group, at the chosen one
        chosen = group.and_(box.page.locator(":checked"))
        self.reach(chosen if chosen.count() else group.first)
        box.page.keyboard.press("Space")
        while not box.is_checked():
            box.page.keyboard.press("ArrowRight")

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        field.page.keyboard.press("ControlOrMeta+a")
        field.page.keyboard.press("Delete")
        field.page.keyboard.type(text)

    def pick(self, options: Locator, label: str) -> None:
        self.reach(options)
        options.page.keyboard.type(label)

    def reach(self, target: Locator, by: str = "Tab") -> None:
        """Go there with Tab, or back with Shift+Tab."""
        target.page.wait_for_load_state()  # before its style sheet has loaded, no focus is drawn
        place = target.element_handle()
        at_once, _ = stands(place)
        for _ in range(0 if at_once else MOST_STOPS):
            target.page.keyboard.press(by)
            there, faults = stands(place)
            assert not faults, f"the focus {faults[0]}"
            if there:
                return
        assert at_once, FAR_AWAY.format(target)


def stands(place: ElementHandle) -> tuple[bool, list[str]]:
    """Return whether the focus is there, and what is wrong with it."""
    told = place.evaluate(STOP)
    return told["there"], told["faults"]
