"""Test planning when and where to do work, and how to deal with obstacles."""

import re
from types import SimpleNamespace
from uuid import UUID

import pytest

from tests.cast import Cast
from tests.fixtures import Clock
from tests.services.reminded import moves

TYPED = {
    "which_day": "2026-11-25",
    "part": "evening",
    "where": "At the <table>",
    "if_blocked": "I'll do one question.",
}


@pytest.fixture
def work(cast: Cast) -> UUID:
    return cast.priya.sets(cast.sam, "a-week-of-choices")


def form(browser: object, page: str, **typed: object) -> dict[str, object]:
    return {**TYPED, "seen": browser.get(page).field("seen"), **typed}  # type: ignore[attr-defined]


def test_the_start_page_shows_the_chosen_time_and_place_for_work(enter: SimpleNamespace, work: UUID) -> None:
    page = f"/my/work/{work}/when"
    assert f'href="{page}"' in enter.sam.get("/my/").text
    assert f'href="{page}"' in enter.sam.get(f"/my/work/{work}").text
    home = enter.sam.post(page, form(enter.sam, page))
    assert home.path == "/my/" and "You said: <b>tomorrow evening</b>." in home
    assert "At the <table>" in home and "I'll do one question." in home
    piece = enter.sam.get(f"/my/work/{work}")
    for words in ("You said: <b>tomorrow evening</b>.", "At the <table>", "I'll do one question."):
        assert words in piece
    again = enter.sam.get(page)
    assert 'value="evening" checked' in " ".join(again.text.split())


def test_the_practitioner_sees_the_chosen_time_and_place(
    cast: Cast, enter: SimpleNamespace, work: UUID
) -> None:
    theirs = f"/participants/{cast.sam.enrolment_id}"
    assert "Are you still together?" in enter.priya.get(f"{theirs}?set={work}")
    page = f"{theirs}/work/{work}/when"
    saved = enter.priya.post(page, form(enter.priya, page))
    assert saved.path == theirs and "We've saved the time and place for this work." in saved
    assert "Sam said: <b>tomorrow evening</b>." in saved and "At the <table>" not in saved
    assert "Are you still together?" not in enter.priya.get(f"{theirs}?set={work}")


def test_the_chosen_time_is_described_as_today_tomorrow_or_a_weekday(
    enter: SimpleNamespace, work: UUID
) -> None:
    page, said = f"/my/work/{work}/when", []
    for day in ("2026-11-24", "2026-11-25", "2026-11-26"):
        part = "evening" if day < "2026-11-26" else "morning"
        enter.sam.post(page, form(enter.sam, page, which_day=day, part=part))
        said += re.findall(r"You said: <b>([^<]+)</b>", enter.sam.get("/my/").text)
    assert said == ["this evening", "tomorrow evening", "Thursday morning"]
    enter.sam.post(page, form(enter.sam, page, which_day="2026-11-24"))
    kept = enter.sam.post("/my/held/download", {"form": "html"}, of="/my/held")
    assert "Tuesday 24 November" in kept and "this evening" not in kept


def test_advice_on_what_not_to_write_appears_only_beside_text_boxes(
    enter: SimpleNamespace, work: UUID
) -> None:
    """The text boxes and the advice are collapsed at first."""
    page = enter.sam.get(f"/my/work/{work}/when").text.partition("<main")[2].partition("</main>")[0]
    folded = re.search(r'<details class="quiet">.*?</details>', page, re.DOTALL)
    assert folded and all(words in folded[0] for words in ('name="where"', 'name="if_blocked"', "tel:999"))
    seen = page.replace(folded[0], "")
    assert "tel:999" not in seen and "leave out" not in seen and 'type="text"' not in seen
    shown, _, pressed = folded[0].partition('<details class="confide">')
    assert "Please leave out names." in shown and "sexual" not in shown and "sexual detail" in pressed
    typed = enter.sam.post(f"/my/work/{work}/when", form(enter.sam, f"/my/work/{work}/when", part=""))
    assert typed.status == 422 and '<details class="quiet" open>' in typed.text


def test_the_next_four_days_are_visible_and_later_days_are_collapsed(
    enter: SimpleNamespace, cast: Cast, work: UUID
) -> None:
    moves(cast, "2026-12-10")
    page = f"/my/work/{work}/when"
    days = enter.sam.get(page).text.partition("<main")[2]
    assert days.partition("<details")[0].count('name="which_day"') == 4
    assert days.count('name="which_day"') == 14 and "<details open>" not in days
    enter.sam.post(page, form(enter.sam, page, which_day="2026-12-01"))
    assert "<details open>" in enter.sam.get(page).text


def test_the_form_offers_no_part_of_the_day_after_the_meeting(
    enter: SimpleNamespace, cast: Cast, clock: Clock, work: UUID
) -> None:
    page = f"/my/work/{work}/when"
    enter.sam.post(page, form(enter.sam, page))
    moves(cast, "2026-11-25", "13:30")
    clock.forward(hours=20)  # 10 am on the day of the meeting
    enter.sam.comes_in(cast, cast.sam)
    offered = enter.sam.get(page).text
    assert 'value="2026-11-25"' in offered and 'value="2026-11-24"' not in offered
    assert (
        'value="morning"' in offered and 'value="afternoon"' in offered and 'value="evening"' not in offered
    )
    moves(cast, "2026-11-26", "08:00", seen=2)
    clock.forward(hours=21)  # 7 am on the day of the meeting
    enter.sam.comes_in(cast, cast.sam)
    nothing = enter.sam.get(page)
    assert "There's no time left for this work before the meeting." in nothing
    assert 'name="part"' not in nothing.text and 'name="take_out"' in nothing.text


def test_the_time_and_place_chosen_for_the_work_stay_visible_while_the_participant_answers(
    enter: SimpleNamespace, cast: Cast, work: UUID
) -> None:
    page = f"/my/work/{work}/when"
    enter.sam.post(page, form(enter.sam, page))
    cast.sam.answers(work, "the-week", "6")
    piece = enter.sam.get(f"/my/work/{work}").text.partition("<main")[2]
    shown = re.sub(r"<details.*?</details>", "", piece, flags=re.DOTALL)
    assert "You said: <b>tomorrow evening</b>." in shown and "I&#39;ll do one question." in shown


def test_choosing_a_time_and_place_can_be_skipped_with_one_press(enter: SimpleNamespace, work: UUID) -> None:
    assert f'<a href="/my/work/{work}">Skip this</a>' in enter.sam.get(f"/my/work/{work}/when").text


def test_an_invalid_time_for_work_stays_in_the_form(enter: SimpleNamespace, work: UUID) -> None:
    page = f"/my/work/{work}/when"
    amiss = enter.sam.post(page, form(enter.sam, page, which_day="2026-11-24", part="morning"))
    assert amiss.status == 422 and "That time has already passed. Please choose a later time." in amiss
    assert "At the &lt;table&gt;" in amiss.text and "I'll do one question." in amiss
    late = enter.sam.post(page, form(enter.sam, page, which_day="2026-11-26"))
    assert late.status == 422 and "That time is after your meeting. Please choose an earlier time." in late


def test_choosing_a_time_in_two_tabs_shows_the_saved_choice(enter: SimpleNamespace, work: UUID) -> None:
    page = f"/my/work/{work}/when"
    old = form(enter.sam, page, part="morning", where="In the park")
    enter.sam.post(page, form(enter.sam, page))
    conflict = enter.sam.post(page, old)
    assert conflict.status == 409 and "You said: <b>tomorrow evening</b>." in conflict
    assert "In the park" in conflict
    assert enter.sam.post(page, {**old, "seen": conflict.field("seen")}).path == "/my/"
    assert "You said: <b>tomorrow morning</b>." in enter.sam.get("/my/")


def test_a_time_that_the_practitioner_enters_for_the_participant_is_shown_as_the_participants_choice(
    enter: SimpleNamespace, cast: Cast, work: UUID
) -> None:
    his_page = f"/participants/{cast.sam.enrolment_id}"
    page = f"{his_page}/work/{work}/when"
    assert page in enter.priya.get(his_page).text
    assert page in enter.priya.get(f"{his_page}?set={work}").text.partition('class="columns"')[0]
    assert enter.priya.post(page, form(enter.priya, page)).path == his_page
    assert "You said: <b>tomorrow evening</b>." in enter.sam.get("/my/")
    brief = enter.priya.get(f"{his_page}/brief")
    assert "Sam said: <b>tomorrow evening</b>." in brief and "I'll do one question." in brief
    assert "I'll do one question." not in enter.priya.get(his_page)
    other = f"/participants/{cast.owen.enrolment_id}/work/{work}/when"
    assert enter.priya.get(other).status == enter.priya.post(other, TYPED, of=page).status == 404


def test_the_start_page_warns_if_the_session_now_comes_before_the_time_planned_for_the_work(
    enter: SimpleNamespace, cast: Cast, work: UUID
) -> None:
    page = f"/my/work/{work}/when"
    enter.sam.post(page, form(enter.sam, page))
    moves(cast, "2026-11-25", "10:00")
    home = enter.sam.get("/my/")
    assert (
        "You said: <b>tomorrow evening</b>. Your meeting is now earlier than the time you chose for this work."
        in " ".join(home.text.split())
    )
    assert "Choose another time" in home


def test_nobody_can_choose_when_to_do_work_that_has_already_been_sent(
    enter: SimpleNamespace, cast: Cast, work: UUID
) -> None:
    page = f"/my/work/{work}/when"
    enter.sam.post(page, form(enter.sam, page))
    cast.sam.finishes(work)
    cast.sam.submits(work)
    assert "You said: <b>tomorrow evening</b>." not in enter.sam.get("/my/")
    assert enter.sam.get(page).path == f"/my/work/{work}"
    assert enter.priya.get(f"/participants/{cast.sam.enrolment_id}/work/{work}/when").path.endswith(
        str(cast.sam.enrolment_id)
    )


def test_the_practitioner_is_not_asked_when_and_where_to_do_the_work(
    enter: SimpleNamespace, cast: Cast
) -> None:
    page = enter.priya.get(f"/participants/{cast.sam.enrolment_id}/work/questions")
    assert 'name="when_where"' not in page.text and 'name="in_the_way"' not in page.text
    older = cast.priya.sets(
        cast.sam, "warning-signs"
    )  # a setting card from an older version has these fields
    assert "At the table" in enter.sam.get(f"/my/work/{older}")
