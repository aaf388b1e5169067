"""Use pages with a mouse and keyboard, or with the keyboard alone."""

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
"""A script that reports whether the focused control is hidden, or has no visible focus outline.

The focus must be visible at or around the focused control.
"""
STOP = f"""(target) => {{
  const stop = document.activeElement
  return {{ there: stop === target, faults: ({STOPPED})(stop) }}
}}"""
"""A script that returns whether the target element has the focus.

The script also returns any faults in how the focus is shown.
"""


class Hands(Protocol):
    """The interface of classes that use a page's controls by mouse or keyboard."""

    def press(self, target: Locator) -> None:
        """Press a button, a link or the heading of a folded section."""

    def tick(self, box: Locator) -> None:
        """Choose a radio button or a checkbox."""

    def write(self, field: Locator, text: str) -> None:
        """Replace the text of a field."""

    def pick(self, options: Locator, label: str) -> None:
        """Choose one option from a list."""


class Mouse:
    """Use controls with a mouse, and the keyboard only for typing."""

    def press(self, target: Locator) -> None:
        target.click()

    def tick(self, box: Locator) -> None:
        box.check()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def pick(self, options: Locator, label: str) -> None:
        options.select_option(label=label)


class Keyboard:
    """Operate controls by keyboard alone, and check that the focus is always visible."""

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
        )  # Tab stops only once in a group of radio buttons, at the chosen one
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
        """Move through the options one by one.

        On a busy machine, the browser may miss letters typed to choose from a drop-down list.
        """
        self.reach(options)
        options.page.keyboard.press("Home")
        chosen = options.locator("option:checked")
        for _ in range(options.locator("option").count()):
            if (chosen.text_content() or "").strip().startswith(label):
                return
            options.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no option {label}")

    def reach(self, target: Locator, by: str = "Tab") -> None:
        """Move the focus to the target, forwards with Tab or backwards with Shift+Tab."""
        target.page.wait_for_load_state()  # the focus isn't drawn before the stylesheet has loaded
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
    """Return whether this element has the focus, and any visible faults."""
    told = place.evaluate(STOP)
    return told["there"], told["faults"]
