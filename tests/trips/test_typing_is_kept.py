"""Test that typed text survives network failures, closed pages and a killed server."""

import re
import time

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from tests.trips.portal import Portal
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner

AWAY = "No connection: not saved yet. What you typed stays here while this page is open. Trying again."
NOT_SENT = re.compile("^No connection: not sent. What you typed stays here while this page is open.")
SAVED_NOT_SENT = re.compile(r"^Saved \d\d:\d\d, but not sent yet. Press the button again.")


def test_an_answer_typed_while_the_network_is_cut_is_saved_later(owen: Participant) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.types("That it was only")
    owen.saves()
    owen.page.context.set_offline(True)
    owen.types("That it was only one evening.")
    expect(owen.save_state).to_have_text(re.compile(r"^\s*Not saved yet\."))
    expect(owen.save_state).to_have_text(AWAY)
    owen.presses("Save and continue")
    expect(owen.save_state).to_have_text(NOT_SENT)
    expect(owen.composer.get_by_role("textbox")).to_have_value("That it was only one evening.")

    owen.page.context.set_offline(False)
    expect(owen.save_state).to_have_text(SAVED_NOT_SENT)
    owen.page.reload()
    expect(owen.composer.get_by_role("textbox")).to_have_value("That it was only one evening.")
    owen.answers("That it was only one evening.")


def test_an_answer_typed_before_the_scripts_have_loaded_is_saved(owen: Participant) -> None:
    """On a slow connection, scripts may load while somebody is typing.

    The answer must be saved without further typing.
    """
    owen.goes_home()
    slow: list[Route] = []
    owen.page.route("**/js/draft.*", lambda route: slow.append(route))
    owen.presses(re.compile("^Carry on"))
    owen.page.wait_for_url("**/my/work/*", wait_until="commit")
    owen.types("That it was only one evening.")
    assert slow
    for script in slow:
        script.continue_()
    owen.saves()


def test_feedback_typed_offline_is_saved_when_online_again(priya: Practitioner) -> None:
    priya.takes_up("A week of choices", "Sam")
    state = priya.page.locator(".save-state")
    priya.page.context.set_offline(True)
    priya.says_of_the_whole("Let us begin with the walk.")
    expect(state).to_have_text(AWAY)
    priya.page.context.set_offline(False)
    expect(state).to_have_text(re.compile(r"^Saved \d\d:\d\d\."))
    priya.page.reload()
    expect(priya.page.get_by_label("Overall comment")).to_have_value("Let us begin with the walk.")


def test_reloading_during_a_save_keeps_the_typed_answer(owen: Participant) -> None:
    """The reloaded page waits until the server has received the earlier save. The reloaded page doesn't say
    that another device changed the text.
    """
    owen.takes_up("A week of choices", by="Carry on")
    owen.types("Older.")
    owen.saves()
    comes_once_more_as_it_is(owen.page, "**/my/work/*")
    owen.types("Older and newer.")
    owen.page.on("dialog", reads_and_accepts)
    owen.page.reload()
    expect(owen.composer.get_by_role("textbox")).to_have_value("Older and newer.")
    expect(owen.composer).not_to_have_attribute("aria-busy", "true")
    owen.types("Older and newer, and more.")
    owen.saves()


def test_reloading_during_a_save_keeps_the_typed_feedback(priya: Practitioner) -> None:
    priya.takes_up("A week of choices", "Sam")
    state, box = priya.page.locator(".save-state"), priya.page.get_by_label("Overall comment")
    comes_once_more_as_it_is(priya.page, "**/submissions/*")
    priya.says_of_the_whole("Let us begin.")
    priya.page.on("dialog", reads_and_accepts)
    priya.page.reload()
    expect(box).to_have_value("Let us begin.")
    priya.says_of_the_whole("Let us begin with the walk.")
    expect(state).to_have_text(re.compile(r"^Saved \d\d:\d\d\."))


def comes_once_more_as_it_is(page: Page, address: str) -> None:
    """Save the page as it is now, and serve this copy at the next load."""
    now = page.request.get(page.url)
    page.route(address, lambda route: route.fulfill(response=now), times=1)


@pytest.mark.parametrize("how", ["reload", "home", "help", "sign out", "leave"])
def test_text_typed_just_before_leaving_the_page_is_kept(owen: Participant, how: str) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.page.on("dialog", reads_and_accepts)
    owen.types("Typed a moment ago.")
    if how == "reload":
        owen.page.reload()
    elif how == "home":
        owen.presses("Home: A week of choices")
        owen.is_at("/my/")
    elif how == "help":
        owen.presses("Get help")
        owen.is_at("/help")
    elif how == "sign out":
        owen.signs_out()
        owen.gives_passphrase()
    else:
        owen.leaves()
        owen.signs_in()
    if how != "reload":
        owen.takes_up("A week of choices", by="Carry on")
    expect(owen.composer.get_by_role("textbox")).to_have_value("Typed a moment ago.")
    if how == "reload":
        owen.types("And a little more.")
        owen.saves()


def reads_and_accepts(asked: Dialog) -> None:
    """Wait a third of a second, and then accept the dialog that asks whether to leave the page."""
    time.sleep(0.3)
    asked.accept()


def test_an_answer_typed_while_the_server_is_killed_is_saved_later(owen: Participant, portal: Portal) -> None:
    owen.takes_up("A week of choices", by="Carry on")
    owen.answers("That it was only one evening.")
    portal.kill()
    portal.start()
    owen.page.reload()
    owen.said("What did you tell yourself", "That it was only one evening.")

    owen.types("Leave the room")
    owen.saves()
    portal.kill()
    owen.types("Leave the room, then think.")
    expect(owen.save_state).to_have_text(AWAY)
    owen.presses("Save and continue")
    expect(owen.save_state).to_have_text(NOT_SENT)
    portal.start()
    expect(owen.save_state).to_have_text(SAVED_NOT_SENT)
    portal.kill()
    portal.start()
    owen.page.reload()
    expect(owen.composer.get_by_role("textbox")).to_have_value("Leave the room, then think.")
    owen.goes_on("Save and continue")
    owen.said("What did you tell yourself", "That it was only one evening.")


def test_sending_feedback_during_an_automatic_save_does_not_warn_about_another_window(
    priya: Practitioner,
) -> None:
    """The practitioner sends feedback before the response to the last save has arrived."""
    priya.takes_up("A week of choices", "Sam")

    def hold(route: Route) -> None:
        reply = route.fetch()
        priya.page.get_by_role("button", name="Send feedback", exact=True).click(no_wait_after=True)
        route.fulfill(response=reply)

    priya.page.route("**/feedback**", hold, times=1)
    priya.says_of_the_whole("Let us begin with the walk.")
    priya.reads("Feedback sent.")


def test_saving_feedback_again_after_a_lost_response_does_not_warn_about_another_window(
    priya: Practitioner,
) -> None:
    """The page automatically saves the feedback again after a lost response."""
    priya.takes_up("A week of choices", "Sam")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    priya.page.route("**/feedback**", lose, times=1)
    priya.says_of_the_whole("Let us begin with the walk.")
    state = priya.page.locator(".save-state")
    expect(state).to_have_text(AWAY)
    expect(state).to_have_text(re.compile(r"^Saved \d\d:\d\d\."))
