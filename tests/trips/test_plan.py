"""Test making and reviewing a participant's plan on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.trips.browsers import Way
from tests.trips.sam_and_others import Participant

PHONE = [Way(390, javascript=True), Way(390, javascript=False)]
HELPLINE = "a[href='tel:+448081000900']"
DECIDED = "Put the phone in the kitchen drawer and go outside."


@pytest.mark.parametrize("way", PHONE, ids=str)
def test_an_answer_becomes_a_plan_item_that_links_back_to_the_answer(idris: Participant, way: Way) -> None:
    idris.takes_up("Hopes and fears", by="Read Daniel's feedback")
    idris.presses("Add to my plan: Who else would be safer")
    idris.reads("Why I am changing, and who it protects")
    idris.fills(What_your_plan_will_say="My family is safer.")
    idris.presses("Add it to my plan")
    idris.is_at("/my/work/[0-9a-f-]+")
    expect(idris.turn("Who else would be safer")).to_contain_text("Added to your plan.")
    idris.presses("Look at my plan")
    idris.presses("From one of your answers: My family is safer.")
    idris.is_at("/my/work/[0-9a-f-]+")
    expect(idris.turn("Who else would be safer")).to_be_in_viewport()

    idris.presses("Add this to my plan", within=idris.turn("What worries you"))
    idris.presses("Put it somewhere else in my plan")
    idris.presses("What makes my life good")
    idris.fills(What_your_plan_will_say="Finding words together.")
    idris.presses("Add it to my plan")
    idris.opens("/my/plan")
    idris.reads("Finding words together.", "From what Daniel said")


@pytest.mark.parametrize("way", PHONE, ids=str)
def test_a_plan_is_built_step_by_step(owen: Participant, way: Way) -> None:
    owen.presses("Build my plan step by step")
    owen.is_asked("How can you tell you're starting to slip?")
    owen.types("I stop answering my brother.")
    owen.presses("Save and add another")
    owen.is_asked("Is there anything else?")
    owen.types("I stay up late.")
    owen.presses("I need help now")
    owen.reads("We've saved what you typed.")
    expect(owen.page.locator(HELPLINE)).to_be_visible()
    owen.presses("Back to the same question")
    expect(owen.composer.get_by_role("textbox")).to_have_value("I stay up late.")
    owen.presses("Save and continue")
    owen.is_asked("How can you tell that it's time to stop?")
    expect(owen.turns).to_contain_text("I stay up late.")
    owen.presses("I'm not sure yet")
    owen.is_asked("What will you do first when you notice")
    owen.types("I go for a walk.")
    owen.presses("Save and continue")
    owen.presses("I'd rather talk about this in the session")
    owen.is_asked("Who can you turn to when things get hard?")
    owen.presses("I'm not sure yet")
    owen.reads("What you wrote is in your plan.", "I go for a walk.", "I stay up late.")
    owen.presses("If I slip: stop, tell, get help")
    owen.is_asked("If you slip, how do you stop")
    owen.opens("/my/plan")
    owen.reads("You and Priya can read this plan.", "Amber: slipping")


def test_a_plan_item_is_saved_as_a_draft_while_somebody_types(owen: Participant) -> None:
    owen.opens("/my/plan/build/good")
    owen.types("Walking far from here")
    expect(owen.save_state).to_have_text(re.compile(r"^\s*Saved \d\d:\d\d, but not in your plan yet\."))
    second = owen.opens_a_second_tab()
    expect(second.composer.get_by_role("textbox")).to_have_value("Walking far from here")
    second.types("Walking to the bridge")
    second.presses("Save and add another")
    second.is_asked("Is there anything else?")
    owen.types("Walking up the hill")
    owen.presses("Save and add another")
    owen.is_asked("Is there anything else?")
    owen.reads("Walking to the bridge", "Walking up the hill")


@pytest.mark.parametrize("way", PHONE, ids=str)
def test_a_participant_changes_a_suggestion_and_accepts_it(idris: Participant, way: Way) -> None:
    idris.presses("Read what Daniel suggests")
    idris.reads("Call the Helpline, even if you only want to hear a voice.")
    idris.fills(What_your_plan_will_say="Ring the Helpline.")
    idris.presses("Add it to my plan")
    idris.reads("Added to your plan.", "Ring the Helpline.", "Suggested by Daniel")
    idris.opens("/my/plan/today#red")
    idris.reads(DECIDED, "Ring the Helpline.")


@pytest.mark.parametrize("way", PHONE, ids=str)
def test_a_participant_reviews_their_plan_on_the_agreed_day(idris: Participant, way: Way) -> None:
    idris.portal.moves_on(days=2)
    idris.signs_in()
    idris.reads("It's time to look at your plan again, as you agreed.")
    idris.presses("Look at it again Your plan")
    idris.presses("Begin")
    idris.presses("Still true")
    idris.reads("I sleep well and eat with my brother.")
    idris.presses("Not any more")
    idris.reads("You took this out of your plan:", "I stay up late and skip meals.")
    idris.presses("Change", exact=True)
    idris.fills(What_your_plan_will_say="I stay up after twelve.")
    idris.presses("Save the change")
    idris.goes_home()
    idris.presses("Look at it again Your plan")  # Idris leaves the review and continues it later
    idris.presses_on("Still true", until="Is anything missing?")
    idris.page.get_by_label("Together with Daniel").check()
    idris.page.get_by_label("In three months").check()
    idris.presses("Keep this version")
    idris.reads(
        "We've saved this version of your plan with today's date.",
        "You'll look at your plan again on",
        "I stay up after twelve.",
    )
    idris.reads_nothing_of("I sleep well and eat with my brother.")
    idris.goes_home()
    idris.reads_nothing_of("It's time to look at your plan again")


@pytest.mark.parametrize("way", PHONE, ids=str)
def test_a_participant_can_open_the_plans_red_stage_with_one_press_on_the_start_page(
    idris: Participant, way: Way
) -> None:
    before = idris.pressed
    idris.presses("Red stop now")
    assert idris.pressed == before + 1
    expect(idris.page.get_by_role("heading", level=1)).to_have_text("Do this first, Idris.")
    expect(idris.page.get_by_text(DECIDED)).to_be_in_viewport()
    for number in ("tel:+441632960123", "tel:+448081000900", "tel:999", "tel:116123"):
        expect(idris.page.locator(f"a[href='{number}']").filter(visible=True)).to_have_count(1)
    idris.reads("Nobody is told that you opened this page.")
    idris.page.get_by_role("link", name="Amber slipping").filter(visible=True).click()
    expect(idris.page.get_by_role("heading", level=1)).to_have_text("Do this now, Idris.")
    idris.opens("/my/plan/today")
    expect(idris.page.get_by_role("heading", level=1)).to_have_text("How are you today?")


@pytest.mark.parametrize("way", PHONE, ids=str)
def test_help_opened_while_typing_shows_the_first_step_of_the_plan(idris: Participant, way: Way) -> None:
    idris.takes_up("Cognitive behavioural triangle", by="Start")
    box = idris.composer.get_by_role("textbox").first
    box.fill("Half of a")
    idris.presses("I need help now")
    expect(idris.page.get_by_text(DECIDED)).to_be_in_viewport()
    expect(idris.page.locator(HELPLINE)).to_be_visible()
    idris.presses("Back to the same question")
    expect(idris.composer.get_by_role("textbox").first).to_have_value("Half of a")


@pytest.mark.parametrize("way", PHONE, ids=str)
def test_a_removed_plan_item_can_be_put_back(idris: Participant, way: Way) -> None:
    idris.opens("/my/plan")
    idris.presses("Take out: Walking by the river")
    idris.reads("You took this out of your plan:")
    idris.presses("Put it back")
    expect(idris.page.get_by_role("link", name="Change: Walking by the river")).to_be_visible()
