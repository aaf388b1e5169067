"""With the keyboard alone: every place that Tab leads to is seen, and the work gets done."""

from playwright.sync_api import Locator, expect

from tests.trips.sam_and_others import Participant

SEEN = """(element) => {
  const box = element.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2
  const top = document.elementFromPoint(x, y)
  return !!top && (element.contains(top) || top.contains(element) || top.closest("label")?.control === element)
}"""


def tabs_to(person: Participant, target: Locator) -> None:
    """Press Tab until the focus is there, and see it there."""
    expect(target).to_have_count(1)
    for _ in range(60):
        if target.evaluate("(element) => element === document.activeElement"):
            assert target.evaluate(SEEN), "the focus is hidden"
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"Tab never leads to {target}")


def presses_by_key(person: Participant, role: str, name: str, key: str = "Enter") -> None:
    """Go to a button or link with Tab and press it."""
    tabs_to(person, person.page.get_by_role(role, name=name))  # type: ignore[arg-type]  # any role
    person.page.keyboard.press(key)


def test_work_is_answered_and_handed_in_by_keyboard(owen: Participant) -> None:
    owen.goes_home()
    presses_by_key(owen, "link", "Start Control continuum")

    owen.is_asked("How much control did you feel over what you did online?")
    tabs_to(owen, owen.composer.get_by_role("radio").first)
    for _ in range(4):
        owen.page.keyboard.press("ArrowRight")
    expect(owen.composer.get_by_role("radio", name="4")).to_be_checked()
    presses_by_key(owen, "button", "Send answer")

    owen.is_asked("when you felt more in control")
    expect(owen.page.locator("#now")).to_be_focused()
    tabs_to(owen, owen.composer.get_by_role("textbox"))
    owen.page.keyboard.type("I went for a walk.")
    presses_by_key(owen, "button", "Send answer", "Space")

    owen.is_asked("when you felt less in control")
    presses_by_key(owen, "button", "I'm not sure yet", "Space")
    owen.is_asked("What tells you that your control is slipping?")
    tabs_to(owen, owen.composer.get_by_label("Line 1"))
    owen.page.keyboard.type("Tired")
    owen.page.keyboard.press("Enter")

    owen.is_asked("What has helped you to get some control back")
    tabs_to(owen, owen.composer.get_by_role("checkbox", name="Going outside"))
    owen.page.keyboard.press("Space")
    presses_by_key(owen, "button", "Send answer")
    owen.is_asked("What is one small thing")
    presses_by_key(owen, "button", "I'd rather talk about this in the session")

    presses_by_key(owen, "link", "Check your answers")
    owen.is_at("/my/work/[0-9a-f-]+/check")
    presses_by_key(owen, "button", "Submit to my practitioner")
    owen.is_at("/my/work/[0-9a-f-]+/receipt")
    owen.opens(owen.place.removesuffix("/receipt"))
    owen.said("How much control did you feel", "4")
    owen.said("What tells you that your control is slipping?", "Tired")
    owen.said("What has helped you to get some control back", "Going outside")
