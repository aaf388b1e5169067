"""Test that staff can see why each question was asked. Test that staff can see where each answer leads."""

import re
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, render_template_string

from companion.domain.activities.activity import Activity, from_plain
from companion.domain.activities.answers import Condition, kinds
from companion.domain.authoring.flowchart import paths
from companion.store.activities import activities
from tests.cast import Cast
from tests.domain.activities.answers.kinds import prompt
from tests.visitor import Page

ENDS = {"low_label": "Hard", "high_label": "Easy"}
OPTIONS = [{"id": "rain", "label": "The rain"}, {"id": "dark", "label": "The dark"}]
LAST = {"id": "last", "kind": "short_text", "ask": "What will you do tomorrow?"}
BETWEEN = {"id": "between", "kind": "short_text", "ask": "What was it like?"}


def question(name: str, kind: str, ask: str, *branches: dict[str, Any], **settings: Any) -> dict[str, Any]:
    return {"id": name, "kind": kind, "ask": ask, "branches": list(branches), **settings}


def walk(*prompts: dict[str, Any]) -> Activity:
    return from_plain(
        {
            "format": 1,
            "id": "made-up",
            "title": "A walk",
            "minutes": 5,
            "introduction": "This looks at one walk.",
            "prompts": list(prompts),
        }
    )


def takes_in(cast: Cast, *prompts: dict[str, Any]) -> str:
    """Add an activity with these prompts to the library, and return the activity's id."""
    activity = walk(*prompts)
    with cast.store.writing(cast.now) as tx:
        activities.add_version(tx, activity)
        tx.commit()
    return activity.id


def reads(enter: SimpleNamespace, cast: Cast, piece: UUID) -> Page:
    """Submit Sam's work, and return Priya's page for reading the submission."""
    return enter.priya.get(f"/submissions/{cast.sam.submits(piece)}")


def reasons(page: Page) -> dict[str, str]:
    """Return why the page asks each question, keyed by the question's wording."""
    found = {}
    for turn in re.findall(r'<section class="turn[ "].+?<div class="said', page.text, re.DOTALL):
        ask, _, rest = re.sub(r"<q[^>]*>|</q>", "'", turn).partition("</div>")
        found[words(ask[ask.index('class="ask"') - 5 :])] = words(rest.removesuffix('<div class="said'))
    return found


def words(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).replace("&#39;", "'").split())


YES_TO = {
    "one_choice": {"options": OPTIONS},
    "several_choices": {"options": OPTIONS},
    "scale": ENDS,
}


@pytest.mark.parametrize(
    ("kind", "when", "said", "because"),
    [
        (
            "scale",
            {"way": "not_sure"},
            "not_sure",
            "the participant's answer to “How was it?” was: “I'm not sure yet”.",
        ),
        (
            "list",
            {"way": "talk"},
            "talk",
            "the participant's answer to “How was it?” was: “I'd rather talk about this in the session”.",
        ),
        ("scale", {"way": "answered"}, ["2"], "the participant answered “How was it?”."),
        (
            "one_choice",
            {"one_of": ["rain"]},
            ["rain"],
            "the participant's answer to “How was it?” was: “The rain”.",
        ),
        (
            "one_choice",
            {"one_of": ["rain", "dark"]},
            ["dark"],
            "the participant's answer to “How was it?” was: “The rain” or “The dark”.",
        ),
        (
            "several_choices",
            {"one_of": ["rain"], "at_least": 2},
            ["rain", "dark"],
            "the participant's answer to “How was it?” was: “The rain” and 2 or more choices.",
        ),
        ("yes_no", {"one_of": ["no"]}, ["no"], "the participant's answer to “How was it?” was: No."),
        ("scale", {"at_least": 7}, ["8"], "the participant's answer to “How was it?” was: 7 or more."),
        ("scale", {"at_most": 3}, ["3"], "the participant's answer to “How was it?” was: at most 3."),
        (
            "scale",
            {"at_least": 3, "at_most": 7},
            ["5"],
            "the participant's answer to “How was it?” was: from 3 to 7.",
        ),
        ("list", {"at_most": 1}, ["fog"], "the participant's answer to “How was it?” was: at most 1 item."),
    ],
)
def test_a_practitioner_sees_which_answer_led_to_a_question(
    enter: SimpleNamespace, cast: Cast, kind: str, when: dict[str, Any], said: Any, because: str
) -> None:
    first = question("first", kind, "How was it?", {"to": "last", "when": when}, **YES_TO.get(kind, {}))
    piece = cast.priya.sets(cast.sam, takes_in(cast, first, BETWEEN, LAST))
    if isinstance(said, str):
        cast.sam.answers(piece, "first", way=said)
    else:
        cast.sam.answers(piece, "first", *said)
    cast.sam.finishes(piece)
    assert reasons(reads(enter, cast, piece)) == {
        "How was it?": "",
        "What will you do tomorrow?": f"This question was asked because {because}",
    }


def test_a_practitioner_sees_which_earlier_answer_led_to_a_question(
    enter: SimpleNamespace, cast: Cast
) -> None:
    branch = {"to": "last", "when": {"prompt": "first", "at_least": 7}}
    slug = takes_in(
        cast,
        question("first", "scale", "How was it?", **ENDS),
        question("second", "short_text", "What did you see?", branch),
        BETWEEN,
        LAST,
    )
    piece = cast.priya.sets(cast.sam, slug)
    cast.sam.finishes(piece, {"first": ["9"], "second": ["A bridge"]})
    assert reasons(reads(enter, cast, piece)) == {
        "How was it?": "",
        "What did you see?": "",
        "What will you do tomorrow?": "This question was asked because the participant's answer to “How "
        "was it?” was: 7 or more.",
    }


def test_the_reason_for_a_question_about_a_list_item_names_the_item(
    enter: SimpleNamespace, cast: Cast
) -> None:
    slug = takes_in(
        cast,
        question("hopes", "list", "What do you hope for?"),
        question(
            "near", "yes_no", "Is it near?", {"to": "how", "when": {"one_of": ["yes"]}}, for_each="hopes"
        ),
        question("why", "short_text", "What is in the way?", for_each="hopes"),
        question("how", "short_text", "What comes first?", for_each="hopes"),
        question("last", "short_text", "What will you do tomorrow?", recall="hopes"),
    )
    piece = cast.priya.sets(cast.sam, slug)
    cast.sam.answers(piece, "hopes", "A job", "<b>Rest</b>")
    for answer in ("yes", "I write", "no", "Noise", "I ask"):
        asked = cast.sam.work(piece).conversation.open
        assert asked
        cast.sam.answers(piece, asked.prompt.id, answer)
    cast.sam.finishes(piece)
    assert reasons(reads(enter, cast, piece)) == {
        "What do you hope for?": "",
        "About: 'A job' Is it near?": "",
        "About: 'A job' What comes first?": "This question was asked because of what the participant said "
        "about 'A job' in answer to “Is it near?”: Yes.",
        "About: '&lt;b&gt;Rest&lt;/b&gt;' Is it near?": "",
        "About: '&lt;b&gt;Rest&lt;/b&gt;' What is in the way?": "This question was asked because of what "
        "the participant said about '&lt;b&gt;Rest&lt;/b&gt;' in answer to “Is it near?”.",
        "About: '&lt;b&gt;Rest&lt;/b&gt;' What comes first?": "",
        "What will you do tomorrow?": "Above this question, the participant saw their earlier answer to "
        "“What do you hope for?”.",
    }


def said_of_paths(app: Flask, activity: Activity) -> list[str]:
    """Describe an activity's paths in words: one text per question and per branch."""
    source = '{% from "activities/_paths.html" import paths %}{{ paths(drawn, link) }}'
    with app.test_request_context("/"):
        page = render_template_string(source, drawn=paths(activity), link=lambda name: f"#{name}")
    text = re.sub(r"<svg.+</svg>", "", page, flags=re.DOTALL)
    return [words(line) for line in re.split(r"<li[^>]*>|</ol>|<ul>", text) if words(line)]


def test_an_author_can_read_where_each_question_leads(app: Flask) -> None:
    activity = walk(
        question("first", "list", "What did you see?", {"to": "end", "when": {"way": "talk"}}),
        question(
            "near", "scale", "How near?", {"to": "next", "when": {"at_least": 7}}, for_each="first", **ENDS
        ),
        question("why", "short_text", "Why?", {"to": "end", "when": {"way": "not_sure"}}, for_each="first"),
        question(
            "out",
            "steps",
            "What came then?",
            {"to": "last", "when": {"one_of": ["out"]}},
            {"to": "last", "when": {"prompt": "first", "at_least": 3, "at_most": 5}},
        ),
        BETWEEN,
        {**LAST, "recall": "first", "branches": [{"to": "end"}]},
    )
    assert said_of_paths(app, activity) == [
        "What did you see?",
        "If the answer is “I'd rather talk about this in the session”: to the end.",
        "Otherwise: on to question 2.",
        "How near?",
        "Asked for each item in question 1, or skipped if there are none.",
        "If the answer is 7 or more: on to the next item, and after the last one to question 4.",
        "Otherwise: on to question 3.",
        "Why?",
        "Asked for each item in question 1, or skipped if there are none.",
        "If the answer is “I'm not sure yet”: to the end, skipping the remaining items.",
        "Otherwise: on to the next item, and after the last one to question 4.",
        "What came then?",
        "If the answer is one with a place to step out: to question 6.",
        "If the answer to question 1 is from 3 to 5 items: to question 6.",
        "Otherwise: on to question 5.",
        "What was it like?",
        "Then: on to question 6.",
        "What will you do tomorrow?",
        "Shows the answer to question 1 above it.",
        "Then: on to the end.",
        "The end.",
    ]


def test_an_author_can_read_which_branches_lead_nowhere(app: Flask) -> None:
    first = question(
        "first",
        "short_text",
        "What did you see?",
        {"to": "gone", "when": {"way": "talk"}},
        {"to": "first", "when": {"way": "answered"}},
        {"to": "next", "when": {"prompt": "gone", "one_of": ["rain"]}},
        {"to": "end"},
        {"to": "last", "when": {"way": "not_sure"}},
    )
    assert said_of_paths(app, walk(first, {**LAST, "for_each": "gone"})) == [
        "What did you see?",
        "If the answer is “I'd rather talk about this in the session”: to a question that doesn't exist.",
        "If the answer is anything except “not sure yet” or “rather talk”: back to question 1, "
        "which isn't possible.",
        "If the answer to a question that doesn't exist is “rain”: on to the next item, "
        "but this question isn't asked for each item.",
        "Otherwise: to the end.",
        "If the answer is “I'm not sure yet”: on to question 2. "
        "This is never reached, because the path before it is always taken.",
        "What will you do tomorrow?",
        "Never asked, because it's for each item in a question that doesn't exist.",
        "Then: on to the next item, and after the last one to the end.",
        "The end.",
    ]


def test_an_author_can_read_which_question_cannot_be_reached(app: Flask) -> None:
    told = said_of_paths(app, walk(question("first", "list", "What did you see?", {"to": "end"}), LAST))
    assert told[:4] == [
        "What did you see?",
        "Then: to the end.",
        "What will you do tomorrow?",
        "No path leads to this question.",
    ]


def test_links_in_an_activitys_flowchart_are_not_in_the_tab_order(app: Flask) -> None:
    source = '{% from "activities/_paths.html" import paths %}{{ paths(drawn, link) }}'
    with app.test_request_context("/"):
        page = render_template_string(
            source, drawn=paths(walk(BETWEEN, LAST)), link=lambda name: f"/questions/{name}"
        )
    picture = re.findall(r"<svg.+</svg>", page, re.DOTALL)[0]
    assert 'aria-hidden="true"' in picture
    for name in ("between", "last"):
        assert page.count(f'href="/questions/{name}"') == 2
        assert f'<a href="/questions/{name}" tabindex="-1"' in picture


@pytest.mark.parametrize("kind", kinds())
def test_conditions_are_described_in_the_words_of_the_options(app: Flask, kind: str) -> None:
    asked = prompt(kind, **kinds()[kind].example.settings)
    source = '{% from "components/conditions.html" import answer_is %}{{ answer_is(asked, condition) }}'
    with app.test_request_context("/"):
        for choice in asked.offers():
            said = render_template_string(source, asked=asked, condition=Condition(one_of=(choice,)))
            assert said and said != f"“{choice}”", choice
        unknown = render_template_string(source, asked=asked, condition=Condition(one_of=("gone", "<b>")))
    assert unknown == "“gone” or “&lt;b&gt;”"
