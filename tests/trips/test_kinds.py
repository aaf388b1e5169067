"""Test answering every kind of question on a phone's screen.

One test uses only a keyboard and a screen reader, and another test runs without JavaScript. The
practitioner's page must show every answer.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, expect

from companion.config import Settings
from companion.domain.forms import Form
from companion.store.operations.open_databases import open_store
from tests.domain.activities.answers.samples import FAR_TOO_LONG, HOSTILE, every_kind, samples
from tests.trips.browsers import Way
from tests.trips.demo import Portals
from tests.trips.eyes_and_ears import FIELDS, Ears, is_all_in_sight, listens, looks_right, spoken
from tests.trips.hands import Keyboard
from tests.trips.kinds import hold_every_kind
from tests.trips.people import Person
from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

SAMPLES = samples()
TITLE = every_kind().title
ASKS = [sample.ask for sample in SAMPLES.values()]
NEW = ("header", "#now", ".composer")
"""The parts of the page that change with each question."""


@pytest.fixture(scope="module")
def portal(portals: Portals) -> Iterator[Portal]:
    """Yield one portal with an activity that has every kind of question."""
    with contextmanager(portals.lend)() as lent:
        home = {"COMPANION_MODE": "demo", "COMPANION_HOME": str(lent.home)}
        store = open_store(Settings.from_environment(home))
        hold_every_kind(store, lent.now)
        store.close()
        yield lent


@pytest.fixture
def priya(enter: Callable[..., Practitioner]) -> Practitioner:
    """Return Priya, who uses a desktop screen."""
    return enter(Practitioner, "Priya", Way(1280))


@pytest.mark.parametrize("way", [Way(360)], ids=str)
def test_every_kind_of_question_can_be_answered_with_only_the_keyboard(
    priya: Practitioner, sam: Participant, way: Way
) -> None:
    takes_up_every_kind(priya, sam)
    listens(sam.page)
    for number, sample in enumerate(SAMPLES.values(), 1):
        sam.is_asked(sample.ask)
        hears_the_question(sam, number)
        looks_right(sam.page, *NEW)
        answers_by_key(sam, {})
        is_refused(sam, sample.empty)
        heard = Ears(sam.page).at_the_focus()
        assert (heard.role, heard.description) == ("alert", sample.ask) and sample.empty in heard.name
        looks_right(sam.page, *NEW)
        spoken(sam.page)
        answers_by_key(sam, sample.form)
        if sample.then:
            ends_it = sam.composer.get_by_role("button", name=sample.then)
            expect(ends_it).to_be_visible()
            assert Ears(sam.page).at_the_focus().name == f"We've saved what you added. {sample.ask}"
            by_key(sam, ends_it, "Enter")
        expect(sam.turns).to_have_count(number)
        expect(sam.page.locator("#now")).to_be_focused()
        assert spoken(sam.page)[-1:] == [
            "focus: now" + (" before what goes" if number < len(SAMPLES) else "")
        ]
        heard = Ears(sam.page).at_the_focus()
        assert heard.name.startswith("You said:") and heard.name.endswith(("?", ".")), heard
    hears_everything(sam)
    looks_right(sam.page)
    by_key(sam, sam.turns.get_by_role("link", name="Change").first, tab="Shift+Tab")
    by_key(sam, sam.page.get_by_role("link", name="Check your answers"), "Enter")
    sam.is_at("/my/work/[0-9a-f-]+/check")
    hears_everything(sam)
    looks_right(sam.page)
    by_key(sam, sam.page.get_by_role("button", name="Send to Priya"), "Enter")
    sam.is_at("/my/work/[0-9a-f-]+/receipt")
    priya.takes_up(TITLE, "Sam")
    hears_everything(priya)
    looks_right(priya.page)


@pytest.mark.parametrize("way", [Way(360, javascript=False)], ids=str)
def test_every_kind_of_question_can_be_answered_without_javascript(
    priya: Practitioner, owen: Participant, way: Way
) -> None:
    takes_up_every_kind(priya, owen)
    for number, sample in enumerate(SAMPLES.values()):
        owen.is_asked(sample.ask)
        for form, sentence in (
            ({}, sample.empty),
            (sample.filled(HOSTILE, last=FAR_TOO_LONG), sample.wrong),
        ):
            answers(owen, form)
            is_refused(owen, sentence)
            keeps(owen, form)
            is_all_in_sight(owen.page)
            expect(owen.turns).to_have_count(number)
        if sample.own_words and len(sample.form) > 1:
            owen.presses(re.compile(sample.wrong), within=owen.composer)
            expect(owen.composer.locator("[aria-invalid=true]")).to_be_focused()
        answers(owen, sample.filled(HOSTILE))
        if sample.then:
            with owen.page.expect_event("load"):
                owen.presses(sample.then)
        if sample.own_words:
            typed = sum(texts.count(HOSTILE) for texts in sample.filled(HOSTILE).values())
            assert Ears(owen.page).named("StaticText").count(HOSTILE) == typed
            is_all_in_sight(owen.page)
            with owen.page.expect_event("load"):
                owen.turn(sample.ask).get_by_role("link", name="Change").click()
            if sample.then:
                owen.composer.get_by_text("Today, ").click()
        else:
            is_refused(owen, sample.wrong)
            keeps(owen, sample.filled(HOSTILE))
        answers(owen, sample.form)
        expect(owen.turns).to_have_count(number + 1)
    hears_everything(owen)
    is_all_in_sight(owen.page)
    owen.checks()
    owen.submits()


def takes_up_every_kind(priya: Practitioner, somebody: Participant) -> None:
    """Set the activity for the participant, and open the work on a phone."""
    priya.sets(TITLE, somebody.name, why="So that every kind is tried.")
    somebody.page.set_viewport_size({"width": 360, "height": 740})
    somebody.takes_up(TITLE, by="Start")


def hears_the_question(person: Participant, number: int) -> None:
    """Check that the question is read out after all earlier questions. Check that screen readers don't
    announce the question a second time from a live region.

    Check that questions that have already been answered have no form fields.
    """
    ears = Ears(person.page)
    log = ears.the("log")
    # the focused element's name contains the answer
    assert log.traits.get("live", "off") == "off"
    held = ears.inside(log)
    *before, now = (each.name for each in held if each.role == "article")
    # only the current question has a name
    assert not any(before) and now.endswith(ASKS[number - 1])
    assert len(before) == number - 1
    ears.hears(*ASKS[:number])
    assert [each.name for each in held if each.role == "heading"] == [f"Question {number} of {len(ASKS)}"]
    assert not [each for each in held if each.role in FIELDS]
    assert ears.alike() == []


def is_refused(person: Participant, sentence: str) -> None:
    """Check that the error message is visible, and is read out with its field."""
    expect(person.composer.locator("[id$='-wrong']").first).to_contain_text(sentence)
    expect(person.composer.get_by_text(sentence).first).to_be_in_viewport()
    assert Ears(person.page).told_at_a_field(sentence)


def hears_everything(person: Person) -> None:
    """Check that every question is read out with its answer, in order."""
    Ears(person.page).hears(*(words for each in SAMPLES.values() for words in (each.ask, *each.said)))


def controls(person: Participant, form: Form) -> list[tuple[Locator, str, str]]:
    """For each field of ``form``, return the control on the page, its type and the text to enter."""
    found: list[tuple[Locator, str, str]] = []
    places = Counter[str]()
    all_of_them = person.composer.locator("input:not([type=hidden]), textarea, select")
    told = all_of_them.evaluate_all(
        "(all) => all.map((one) => [one.name, one.type, one.value, [...(one.options ?? [])].map((each) => each.value)])"
    )
    for place, (name, how, value, offered) in enumerate(told):
        control, texts = all_of_them.nth(place), form.get(name, ())
        if how not in ("radio", "checkbox"):
            typed = texts[places[name] :][:1]
            found += [(control, how, text) for text in typed if how != "select-one" or text in offered]
            places[name] += 1
        elif value in texts:
            found.append((control, how, value))
    return found


def answers(person: Participant, form: Form) -> None:
    """Fill in and send the answer.

    If the answer isn't among the page's options, add the answer as an option.
    """
    if form and not controls(person, form):
        offered = person.composer.locator("[name=answer]").first
        offered.evaluate(
            "(control, text) => { control.add?.(new Option(text)); control.value = text }", form["answer"][0]
        )
    for control, how, text in controls(person, form):
        if not control.is_visible():
            control.locator("xpath=ancestor::details/summary").click()
        if how in ("radio", "checkbox"):
            control.check()
        elif how == "select-one":
            control.select_option(text)
        else:
            control.fill(text)
    with person.page.expect_event("load"):
        person.presses("Save and continue")


def keeps(person: Participant, form: Form) -> None:
    """Check that the controls still contain everything that was typed and chosen."""
    for control, how, text in controls(person, form):
        if how in ("radio", "checkbox"):
            expect(control).to_be_checked()
        else:
            expect(control).to_have_value(text)


def answers_by_key(person: Participant, form: Form) -> None:
    press = person.page.keyboard.press
    for control, how, text in controls(person, form):
        if not control.is_visible():
            by_key(person, control.locator("xpath=ancestor::details/summary"), "Enter")
        if how == "radio":
            name = control.get_attribute("name")
            by_key(person, person.composer.locator(f"[name='{name}']").first, "Space")
            while not control.is_checked():
                press("ArrowRight")
        elif how == "checkbox":
            by_key(person, control, "Space")
        else:
            by_key(person, control)
            while how == "select-one" and control.input_value() != text:
                press("ArrowDown")
            if how != "select-one":
                person.page.keyboard.type(text)
    by_key(person, person.composer.get_by_role("button", name="Save and continue"), "Enter")


def by_key(person: Person, target: Locator, *keys: str, tab: str = "Tab") -> None:
    """Move the focus to the target, and press these keys."""
    Keyboard().reach(target, tab)
    for key in keys:
        person.page.keyboard.press(key)
