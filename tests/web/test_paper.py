"""Test the sheets on which participants can do their work on paper. Test that work done on paper counts as
done.
"""

import re
from types import SimpleNamespace

import pytest
from flask import Flask

from companion.content import starter_activities
from companion.domain.activities.answers import kinds
from tests.cast import Cast
from tests.domain.activities.answers.kinds import prompt
from tests.visitor import Page


def place(cast: Cast, piece: object) -> str:
    return f"/participants/{cast.sam.enrolment_id}/work/{piece}"


def sheets(cast: Cast, enter: SimpleNamespace, slug: str) -> Page:
    shown: Page = enter.priya.get(f"{place(cast, cast.priya.sets(cast.sam, slug))}/sheets")
    return shown


def test_every_starter_activitys_blank_sheets_have_all_questions(cast: Cast, enter: SimpleNamespace) -> None:
    for activity in starter_activities():
        shown = sheets(cast, enter, activity.id)
        assert len(set(re.findall(r'aria-label="Question (\d+)"', shown.text))) == len(activity.prompts)
        head, body = shown.text.split("</head>")
        assert activity.title not in head and "sheets-reference" in body
        printed = body.split('<article class="sheets">')[1].split("</article>")[0]
        assert not re.search(r"\bSam\b|<(input|textarea|button|select|form)\b", printed)
        free = sum(each.free_text for each in activity.prompts)
        assert printed.count("sheets-confide") >= free
        assert printed.count("ways-on") >= len(activity.prompts)


def test_printed_sheets_do_not_reveal_their_subject(cast: Cast, enter: SimpleNamespace) -> None:
    shown = sheets(cast, enter, "a-week-of-choices").text
    cover, printed = shown.split('<section class="sheets-cover"')[1].split('<article class="sheets">')
    assert "remove this page" in cover and "sexual detail" in cover and "call 999" in cover
    assert not re.search("sexual|images", printed.split("</article>")[0])
    first = printed.split("<ul>")[1]
    assert first.index("If a child is in danger now, call 999.") < first.index("Write as much or as little")


def test_branches_are_printed_on_the_sheets_as_instructions(cast: Cast, enter: SimpleNamespace) -> None:
    shown = sheets(cast, enter, "a-week-of-choices")
    assert (
        "If your answer is at most 3, continue with question 2. Otherwise continue with question 3." in shown
    )
    assert (
        "If your answer is “Yes, more than one” or “Yes, one”, continue with question 6. "
        "Otherwise continue with question 9." in shown
    )
    assert "Stop It Now" not in shown.text.split('<article class="sheets">')[1]


def test_sheets_are_in_the_participants_language(cast: Cast, enter: SimpleNamespace) -> None:
    enter.sam.post("/language", {"language": "cy", "page": "/account"}, of="/account")
    shown = sheets(cast, enter, "a-week-of-choices").text
    screen, printed = shown.split('<article class="sheets">')
    assert "Blank sheets" in screen and "To print them" in screen and 'lang="cy"' in printed
    for words in (
        "Cyn i chi ddechrau",
        "Os mai eich ateb yw hyd at 3, ewch ymlaen i gwestiwn 2.",
        "Y Samariaid",
    ):
        assert words in printed
    assert not re.search(
        r"Before you begin|continue with|Write as much|Sign out</button", printed.split("</article>")[0]
    )
    assert "Sign out" in printed.split("</article>")[1]


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_question_can_be_answered_by_hand(kind: str, app: Flask) -> None:
    example = prompt(kind, **kinds()[kind].example.settings)
    with app.test_request_context("/"):
        blank = str(app.jinja_env.get_template(f"answers/{kind}.html").module.on_paper(example))
    assert re.search(r'class="(ruled|ticks|ring|blanks|fill|frame|chain|blank)', blank)


def test_every_page_shows_work_done_on_paper_as_done(cast: Cast, enter: SimpleNamespace) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(piece, "the-week", "6")
    paper = f"{place(cast, piece)}/paper"
    offered = enter.priya.get(f"/participants/{cast.sam.enrolment_id}")
    assert "Print as blank sheets" in offered and paper in offered.text
    done = enter.priya.post(paper, {"day": "2026-11-24", "kept": "Two pages about his week."})
    assert "done on paper" in done and "Submitted on paper on Tuesday 24 November" in done
    assert "Nothing set yet" not in enter.priya.get("/caseload")
    home = enter.sam.get("/my/")
    assert "You did this work on paper and brought it in on Tuesday 24 November." in home
    assert "Carry on" not in home and "There's nothing for you to do just now." in home
    work = enter.sam.get(f"/my/work/{piece}")
    assert "You did this work on paper" in work and "Save and continue" not in work
    assert "Two pages about his week." not in work
    form = {"prompt": "glad-of", "seen": "0", "draft_seen": "0", "tab": "one", "answer": "A walk"}
    late = enter.sam.post(f"/my/work/{piece}/answers", form, of="/my/")
    assert late.status == 409 and "we've kept what you typed before." in late and "A walk" in late


def test_recording_work_done_on_paper_in_a_second_window_shows_both_texts(
    cast: Cast, enter: SimpleNamespace
) -> None:
    paper = f"{place(cast, cast.priya.sets(cast.sam, 'hopes-and-fears'))}/paper"
    first = {"day": "2026-11-24", "kept": "The first text"}
    assert enter.priya.post(paper, first).status == 200
    second = enter.priya.post(paper, {"day": "2026-11-24", "kept": "The second text"})
    assert second.status == 409 and "The first text" in second and "The second text" in second


def test_undoing_the_record_of_work_done_on_paper_reopens_the_work(
    cast: Cast, enter: SimpleNamespace
) -> None:
    piece = cast.priya.sets(cast.sam, "hopes-and-fears")
    paper = f"{place(cast, piece)}/paper"
    shown = enter.priya.post(paper, {"day": "2026-11-24", "kept": "Two pages"})
    record = enter.priya.get(paper).field("record")
    back = enter.priya.post(f"{paper}/removal", {"record": record}, of=paper)
    assert shown.status == 200 and "open again" in back and "Two pages" in back
    assert "Start" in enter.sam.get("/my/")


def test_work_can_be_printed_as_soon_as_it_is_set(cast: Cast, enter: SimpleNamespace) -> None:
    questions = f"/participants/{cast.sam.enrolment_id}/work/questions"
    due = re.search(r'<option value="([0-9a-f-]{36})"', enter.priya.get(questions).text)
    assert due
    form = {"questions": "How was it?", "why": "To look back", "minutes": "10", "due": due[1]}
    once = enter.priya.get(questions).field("once")
    shown = enter.priya.post(questions, {**form, "once": once})
    assert "They can do it on paper." in shown and "/sheets" in shown.text
