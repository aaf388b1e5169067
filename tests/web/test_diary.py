"""Test that an open diary accepts one entry a day."""

import re
from types import SimpleNamespace
from uuid import UUID

import pytest

from companion.domain.activities.conversation import Conversation
from tests.cast import Cast
from tests.fixtures import Clock
from tests.visitor import Page

LINE = "I walked to the bridge."
GETS_IN_THE_WAY = "What made it hard to fill in more days?"
SAVED = "We've saved what you added."


@pytest.fixture
def diary(cast: Cast) -> UUID:
    """Return the id of Sam's diary. Today is Tuesday, and the diary is due on Thursday."""
    work_id = cast.priya.sets(cast.sam, "urge-and-choice-diary")
    cast.sam.answers(work_id, "time-of-day", "evening")
    return work_id


def adds(enter: SimpleNamespace, diary: UUID, day: str = "", line: str = LINE, **more: str) -> Page:
    """Send the diary's form with one more entry."""
    address = f"/my/work/{diary}"
    page = enter.sam.get(address)
    chosen = re.search(r'name="noted-on" value="([^"]+)"[^>]* checked', page.text)
    fields: dict[str, object] = {
        name: re.findall(rf'name="{name}" value="([^"]*)"', page.text)
        for name in ("prompt", "seen", "draft_seen", "on", "numbers", "said")
    }
    new = {f"number-{number}": "3" for number in (1, 2, 3)} | {"line": line} if line else {}
    noted_on = day or (chosen[1] if chosen else "")
    fields |= {"tab": "one", "beat": "0", "noted-on": noted_on, **new, **more}
    sent: Page = enter.sam.post(f"{address}/answers", fields, of=address)
    return sent


def test_after_saving_a_diary_entry_a_participant_can_add_an_entry_for_another_day(
    enter: SimpleNamespace, diary: UUID, cast: Cast, clock: Clock
) -> None:
    assert SAVED not in enter.sam.get(f"/my/work/{diary}")
    page = adds(enter, diary)
    assert SAVED in page
    assert (
        "One day so far" in page and "Come back each day until Thursday 26 November and add an entry." in page
    )
    assert GETS_IN_THE_WAY not in page and "Question 2" in page
    assert re.search(r'value="2026-11-23" checked', page.text), "yesterday has no entry yet"
    clock.forward(hours=11)
    enter.sam.sign_in(cast, cast.sam)
    page = enter.sam.get(f"/my/work/{diary}")
    assert re.search(r'value="2026-11-25"[^>]* checked', page.text) and "One day so far" in page
    assert "2 days so far" in adds(enter, diary)


def test_a_diary_entry_about_a_hard_day_offers_help_at_once(enter: SimpleNamespace, diary: UUID) -> None:
    hard = "Which adult or service could you talk to today?"
    page = adds(enter, diary)  # this entry rates control as 3
    assert hard in page and "I need help now" in page and "999" in page and "Come back each day until" in page
    assert hard in enter.sam.get(f"/my/work/{diary}")
    page = adds(enter, diary, line="", finished="yes")
    assert hard in page and "Question 3" in page


def test_finishing_a_diary_leads_to_the_next_question(enter: SimpleNamespace, diary: UUID) -> None:
    adds(enter, diary)
    assert enter.sam.get(f"/my/work/{diary}/check").path == f"/my/work/{diary}"
    page = adds(enter, diary, line="", finished="yes")
    assert "Question 3" in page and "You said:" in page and LINE in page
    changed = enter.sam.get(f"/my/work/{diary}?change=days")
    assert "Changing this answer" in changed and 'name="finished" value="yes"' in changed.text


def test_a_diary_is_finished_automatically_on_the_day_of_the_session(
    enter: SimpleNamespace, diary: UUID, cast: Cast, clock: Clock
) -> None:
    clock.forward(days=2)
    assert "Question 3" in adds(enter, diary)


def test_a_diary_accepts_entries_only_for_today_and_yesterday(enter: SimpleNamespace, diary: UUID) -> None:
    for day in ("2026-11-25", "2026-11-22"):
        page = adds(enter, diary, day)
        assert page.status == 422 and "Choose today or yesterday." in page and LINE in page


def test_the_response_to_saving_a_diary_entry_does_not_contain_earlier_answers(
    enter: SimpleNamespace, diary: UUID
) -> None:
    adds(enter, diary)
    address = f"/my/work/{diary}"
    page = enter.sam.get(address)
    assert page.text.count('class="turn"') == 1
    fields = {name: page.field(name) for name in ("prompt", "seen", "on", "numbers", "said", "csrf_token")}
    fields |= {f"number-{number}": "5" for number in (1, 2, 3)} | {
        "noted-on": "2026-11-23",
        "draft_seen": "0",
    }
    reply = enter.sam.client.post(f"{address}/answers", data=fields, headers={"X-Fragment": "turns"})
    assert reply.status_code == 200 and "2 days so far" in reply.text and 'class="turn"' not in reply.text


def test_a_submitted_diary_is_complete_even_if_an_older_version_of_companion_saved_it(
    cast: Cast, diary: UUID
) -> None:
    form = {f"number-{number}": ["3"] for number in (1, 2, 3)}
    cast.sam.sends(diary, "days", {**form, "noted-on": ["2026-11-24"], "finished": ["yes"]})
    cast.sam.finishes(diary)
    review = cast.priya.reads(cast.sam.submits(diary))
    of_before = {"days": review.submission.answers["days"]}
    of_before["days"].value[-1].pop("last")  # older versions of Companion didn't store this field
    whole = Conversation(review.work.activity, {**review.submission.answers, **of_before})
    assert whole.next_prompt is None and len(whole.turns) > 2


def filled(page: Page) -> list[str]:
    """Return the diary's row of days, with an asterisk after days that have an entry."""
    drawn = page.text[page.text.index('<form class="composer"') :]
    marks = [tag == "circle" for tag in re.findall(r'<(circle|rect) [^>]*r[x]?="8"', drawn)]
    days = re.findall(r'<text[^>]*y="40"[^>]*>(\d+)</text>', drawn)
    return [f"{day}*" if mark else day for day, mark in zip(days, marks, strict=True)]


def test_the_week_shown_above_the_diary_form_marks_the_days_with_entries(
    enter: SimpleNamespace, diary: UUID, cast: Cast, clock: Clock
) -> None:
    address = f"/my/work/{diary}"
    assert filled(enter.sam.get(address)) == ["23", "24", "25", "26", "27", "28", "29"]
    assert filled(adds(enter, diary)) == ["24*", "25", "26", "27", "28", "29", "30"]
    assert filled(adds(enter, diary))[:3] == ["23*", "24*", "25"]  # this entry is for the day before
    clock.forward(hours=11)
    enter.sam.sign_in(cast, cast.sam)
    assert filled(adds(enter, diary))[:4] == ["23*", "24*", "25*", "26"]
    assert "Day 3" not in enter.sam.get(address) and "in a row" not in enter.sam.get(
        address
    )  # the page doesn't count consecutive days
