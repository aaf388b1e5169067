"""What is mistyped, missing or too much: a sentence where it happened, the text kept, nothing stored by halves."""

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from flask import Flask
from msgspec.structs import replace

from companion.cli.demo.people import a_session
from companion.domain.answers.short_text import ShortText
from companion.domain.answers.yes_no import YesNo
from companion.domain.authoring import About
from companion.domain.people import Role
from companion.domain.text import without_hidden
from companion.services import (
    approving,
    authoring,
    handling,
    plan_reviews,
    plan_sharing,
    planning,
    safeguarding,
    staffing,
)
from companion.services.authoring import Seen
from companion.services.enrolling import add_participant
from companion.services.safeguarding import Sighting
from companion.store import appointments, library, people
from companion.store.base import Store
from companion.store.library import Version
from companion.store.limits import LIMITS
from companion.store.passphrases import Hasher
from tests.cast import Cast
from tests.security.test_gates import stored
from tests.visitor import Page, Visitor

Fields = dict[str, str]
LONG = "What did you see " + "and hear " * 9 + "on the way?"
MEETING = {"kind": "session", "day": "2026-12-10", "time": "14:00", "site": "epsom"}
NOT_SHOWN = {
    *("word", "passphrase", "code", "kind", "site", "role", "due", "seen", "comment-no-such-prompt"),
    *("needs", "call-cost", "text-cost", "days", "nations", "bank-holidays", "confirmed"),
    *("number", "revision", "topic", "after", "when", "to", "otherwise", "prompt", "warning"),
    *("part", "stage", "shape", "lead", "cover", "together", "next_review"),
}
"""Secrets, what is chosen rather than typed, and what has no place on the page."""
REFUSING = ("audit_entries", "tries", "last_seen_at", "plan_drafts")
"""What a refusal may write."""

EMPTY, HIDDEN, CHOICES = (
    "There is nothing here yet.",
    "something in the text that cannot be shown",
    "not one of the choices",
)
DATE, TIME, WORD = "This is not a date.", "This is not a time.", "needs at least 3 characters"


def too_long(most: int) -> list[tuple[str, str]]:
    """Texts that are too long, and the sentence that says how long and how much."""
    return [
        (
            "x" * (most + 1),
            f"This can be {most:,} characters long. Yours has {most + 1:,}, which is one too many.",
        ),
        ("😀" * 20_000, f"Yours has 20,000, which is {20_000 - most:,} too many. Nothing is lost."),
    ]


def text(most: int, *, required: bool = True) -> list[tuple[str, str]]:
    """What no text may be."""
    nothing = [("", EMPTY), (" \n ", EMPTY), ("\u200f\u202e", EMPTY)] if required else []
    return [*nothing, *too_long(most), ("I walked\x00home", HIDDEN), ("I walked\x1bhome", HIDDEN)]


def line(most: int) -> list[tuple[str, str]]:
    return [*text(most), ("I walked\nhome", "This has to fit on one line.")]


def not_whole(least: int, most: int) -> list[tuple[str, str]]:
    """What is no whole number between these."""
    sentence = f"Please give a whole number from {least} to {most}."
    return [
        (number, sentence) for number in (*NO_NUMBERS, f"{most + 1}", *([f"{least - 1}"] if least else []))
    ]


NO_NUMBERS = ("-5", "1.5", "soon", "٣", "²", "9" * 5000)
WORDS = [*text(60), ("ab", WORD)]
DAYS = [
    *[
        (day, DATE)
        for day in ("", "yesterday", "2026-02-30", "2026-13-01", "10/12/2026", "0000-00-00", "٢٠٢٦-١٢-١٠")
    ],
    *[(day, "This has already passed.") for day in ("2026-11-23", "0001-01-01")],
    *[(day, "more than three years away") for day in ("2030-01-01", "9999-12-31")],
]
TIMES = [(time, TIME) for time in ("", "soon", "25:00", "14:60", "2 pm", "14:00+01:00", "-1:00")]
SITES = {"kind": [("", CHOICES), ("party", CHOICES)], "site": [("", CHOICES), ("elsewhere", CHOICES)]}
WRONG_CODE = "The joining code and the agreed word do not fit together."
WRONG_SIGN_IN = "The sign-in name and the passphrase do not fit together."


def not_empty(wrongs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """These, where nothing at all is right."""
    return [(wrong, sentence) for wrong, sentence in wrongs if sentence != EMPTY]


SEEN = {"number": "{number}", "revision": "{revision}"}
"""The version that a page of an activity shows."""
WALK = {"title": "A walk", "topic": "control-continuum", "minutes": "10", "introduction": "This is one walk."}
WALK_AMISS = {
    "title": line(300),
    "introduction": text(2000),
    "minutes": [(number, "whole number from 1 to 120") for number in ("", "0", "121", *NO_NUMBERS)],
    "topic": [("elsewhere", CHOICES)],
}
ASKED = {**SEEN, "ask": "How was it?", "help": "Take your time."}
ASKED_AMISS = {"ask": text(2000), "help": text(2000, required=False)}


SIGNPOST = {
    "number": "0",
    "name": "A quiet line",
    "name-cy": "Llinell dawel",
    "note": "For anybody.",
    "needs": "join",
    "call-shown": "0808 1000 900",
    "call-dial": "+448081000900",
    "call-option": "2",
    "call-cost": "free",
    "text-number": "85258",
    "text-keyword": "SHOUT",
    "text-cost": "free",
    "note-cy": "I bawb.",
    "web-address": "https://quiet.example/",
    "web-shown": "quiet.example",
    "web-label": "Chat",
    "web-label-cy": "Sgwrs",
    "when": "weekly",
    "days": "1-monday",
    "from": "09:00",
    "until": "17:00",
    "nations": "england",
    "bank-holidays": "closed",
    "confirmed": "yes",
}
SIGNPOST_AMISS = {
    **{name: line(200) for name in ("name", "web-label", "text-keyword")},
    **{name: not_empty(line(200)) for name in ("name-cy", "note", "note-cy", "web-label-cy")},
    "needs": [("", "Nothing is chosen yet."), ("elsewhere", "Nothing is chosen yet.")],
    "call-shown": [
        ("", EMPTY),
        ("call us", "This is not a telephone number."),
        ("999", "another number than"),
    ],
    "call-dial": [(dial, "cannot be dialled") for dial in ("0808", "08081000900", "+44 808 1", "٩٩٩")],
    "call-option": [(option, "a key of the telephone") for option in ("two", "٢", "9999")],
    "call-cost": [("dear", CHOICES)],
    "text-number": [(number, "cannot be dialled") for number in ("1", "soon", "0808 1000 900")],
    "web-address": [
        (address, "This is not a web address.")
        for address in (
            "http://quiet.example",
            "quiet.example",
            "javascript:x",
            "https://[",
            "https://a@b.example",
        )
    ],
    "when": [("", CHOICES), ("sometimes", CHOICES)],
    "days": [("", "Please choose the days"), ("1-moonday", "Please choose the days")],
    "from": [(time, TIME) for time in ("", "25:00", "9", "24:00", "٠٩:٠٠")]
    + [("17:00", "end before they begin")],
    "until": [(time, TIME) for time in ("", "25:00", "17:60")] + [("08:00", "end before they begin")],
    "nations": [("", "Nothing is chosen yet."), ("ireland", "Nothing is chosen yet.")],
    "bank-holidays": [("", CHOICES), ("party", CHOICES)],
    "confirmed": [("", CHOICES), ("perhaps", CHOICES)],
}
PART = {"title": "Sleep", "ask": "How do you sleep?", "help": "In bed by eleven."}
PART_AMISS = {"title": line(80), "ask": text(300), "help": text(300, required=False)}
NO_DAYS = [(day, DATE) for day in ("yesterday", "2026-02-30", "٢٠٢٦-١٢-١٠")]
PASSED = {"passed_to": "The duty team", "passed_day": "2026-11-24", "passed_time": "09:00"}
PASSED_AMISS = {
    "passed_to": line(200),
    "passed_day": [("", DATE), *NO_DAYS, ("2026-11-25", "This is still to come.")],
    "passed_time": [*TIMES, ("14:01", "This is still to come.")],
}
HOLIDAYS = {"away_from": "", "away_until": ""}
LIMITS_OF_CONCERNS = {"hour": "12", "take_days": "1", "finish_days": "1", "hours_until_all": "2"}
STAGES = [("", "Nothing is chosen yet."), ("blue", CHOICES)]


@dataclass(frozen=True)
class Form:
    """A form: who fills it in, where it stands, where it goes, what is right, and what is wrong with what."""

    who: str
    page: str
    action: str
    right: Fields
    wrong: dict[str, list[tuple[str, str]]]


FORMS = {
    "sign in": Form(
        "nobody",
        "/sign-in",
        "/sign-in",
        {"sign_in_name": "sam", "passphrase": "orange tents along the river"},
        {
            "sign_in_name": [
                (name, WRONG_SIGN_IN) for name in ("", "x", "s\x00am", "\u202esam", "x" * 20_000)
            ],
            "passphrase": [(text, WRONG_SIGN_IN) for text in ("", "\x00", "orange", "x" * 20_000)],
        },
    ),
    "second step": Form(
        "between",
        "/second-factor",
        "/second-factor",
        {"code": "000000"},
        {"code": [(code, "This code is not right.") for code in ("", "0", "٠٠٠٠٠٠", "\x00", "0" * 20_000)]},
    ),
    "joining": Form(
        "nobody",
        "/join",
        "/join",
        {"code": "ABCD-EFGH-JKMN", "word": "lighthouse"},
        {"code": [(code, WRONG_CODE) for code in ("", "ABCD", "\x00", "\u202eABCD", "A" * 20_000)]},
    ),
    "choosing how to sign in": Form(
        "joiner",
        "/join/account",
        "/join/account",
        {"sign_in_name": "kit", "passphrase": "green boots under the stairs"},
        {
            "sign_in_name": [*line(40), ("ab", WORD), ("sam", "Somebody has this sign-in name already.")],
            "passphrase": [
                ("", "needs at least 15 characters, and yours has 0."),
                ("x" * 14, "needs at least 15 characters, and yours has 14."),
                ("a boat \x00 on a green hill", HIDDEN),
                ("x" * 20_000, "at most 128 characters long, and yours has 20,000."),
                ("aaaaaaaaaaaaaaaa", "too easy to guess"),
            ],
        },
    ),
    "notices by e-mail": Form(
        "sam",
        "/account",
        "/account/notices",
        {"email": "sam@post.example"},
        {
            "email": [
                *[
                    (address, "This is not an e-mail address.")
                    for address in (
                        "sam",
                        "sam@",
                        "@post.example",
                        "sam@post",
                        "a b@post.example",
                        "sam@[::1",
                        "sam@post.example, owen@post.example",
                        "<sam@post.example>",
                        "s\u00e4m@post.example",
                    )
                ],
                *not_empty(line(254)),
            ]
        },
    ),
    "adding a participant": Form(
        "priya",
        "/caseload/new",
        "/caseload/new",
        {"name": "Robin", "word": "lighthouse", **MEETING},
        {"name": line(80), "word": WORDS, "day": DAYS, "time": TIMES, **SITES},
    ),
    "a new slip": Form("priya", "{kit}", "{kit}/invitation", {"word": "lighthouse"}, {"word": WORDS}),
    "adding an appointment": Form(
        "priya", "{sam}", "{sam}/appointments", MEETING, {"day": DAYS, "time": TIMES, **SITES}
    ),
    "moving an appointment": Form(
        "priya",
        "{move}",
        "{move}",
        {"day": "2026-12-10", "time": "14:00", "seen": "1"},
        {"day": DAYS, "time": TIMES},
    ),
    "setting work": Form(
        "priya",
        "{set}",
        "{set}",
        {
            "why": "To look back",
            "minutes": "15",
            "when_where": "At home",
            "in_the_way": "Tired",
            "due": "{due}",
        },
        {
            "why": text(1000),
            "when_where": text(1000, required=False),
            "in_the_way": text(1000, required=False),
            "minutes": [
                (minutes, "whole number from 1 to 240")
                for minutes in ("", "0", "241", "-5", "1.5", "soon", "٣", "²", "9" * 5000)
            ],
            "due": [("", CHOICES), ("soon", CHOICES), ("{others_due}", CHOICES)],
        },
    ),
    **{
        name: Form(
            "priya",
            "{review}",
            "{review}" + end,
            {"comment-hopes": "Well said", "comment-": "Thank you", "words": "Say more", "seen": "0"},
            {
                "comment-hopes": text(5000, required=False),
                "comment-": text(5000, required=False),
                "words": text(5000, required=end == "/return"),
                "comment-no-such-prompt": [("Hello there", "not part of this work")],
            },
        )
        for name, end in (("feedback", "/feedback"), ("releasing", "/release"), ("returning", "/return"))
    },
    "writing an activity": Form("priya", "/activities/new", "/activities/new", WALK, WALK_AMISS),
    "what an activity says of itself": Form("priya", "{walk}/about", "{walk}/about", WALK | SEEN, WALK_AMISS),
    "a question in words": Form(
        "priya",
        "{walk}/questions",
        "{walk}/questions",
        {**ASKED, "kind": "short_text", "after": "question-1", "most": "300"},
        {**ASKED_AMISS, "most": not_whole(1, 2000)},
    ),
    "a question with choices": Form(
        "priya",
        "{walk}/questions",
        "{walk}/questions",
        {**ASKED, "kind": "several_choices", "options-label": "The park"},
        {**ASKED_AMISS, "options-label": not_empty(line(300))},
    ),
    "a question on a scale": Form(
        "priya",
        "{walk}/questions",
        "{walk}/questions",
        {**ASKED, "kind": "scale", "low": "0", "high": "10", "low_label": "Hard", "high_label": "Good"},
        {"low": not_whole(0, 10), "high": not_whole(1, 10), "low_label": line(300), "high_label": line(300)},
    ),
    "a daily record": Form(
        "priya",
        "{walk}/questions",
        "{walk}/questions",
        {
            **ASKED,
            "kind": "daily_record",
            "line_label": "One line",
            "measures-label": "Sleep",
            "measures-low_label": "Bad",
            "measures-high_label": "Good",
        },
        {"line_label": line(300), "measures-label": line(300), "measures-high_label": line(300)},
    ),
    "changing a question": Form(
        "priya",
        "{walk}/questions/question-1",
        "{walk}/questions/question-1",
        {**ASKED, "kind": "yes_no", "when": "question-1|one_of|yes", "to": "end", "otherwise": "question-2"},
        {
            **ASKED_AMISS,
            "when": [("keep|99", CHOICES), ("x", CHOICES), ("", "Nothing is chosen yet.")],
            "to": [("gone", CHOICES), ("", "Nothing is chosen yet.")],
            "otherwise": [("gone", CHOICES)],
        },
    ),
    "keeping what is warned of": Form(
        "priya",
        "{walk}",
        "{walk}/acceptances",
        {**SEEN, "prompt": "question-2", "warning": "long_sentence", "reason": "It is a quotation."},
        {"reason": line(300)},
    ),
    "typing questions": Form(
        "priya",
        "{sam}/work/questions",
        "{sam}/work/questions",
        {
            "questions": "How was it?",
            "title": "For you",
            "why": "To look back",
            "minutes": "10",
            "due": "{due}",
        },
        {
            "questions": [*text(2000), ("Why?\n" * 13, "There is room for 12. You have written 13.")],
            "title": [wrong for wrong in line(300) if wrong[0]],
            "why": text(1000),
            "due": [("soon", CHOICES)],
        },
    ),
    "suggesting for the plan": Form(
        "priya",
        "{sam}/plan/suggestions",
        "{sam}/plan/suggestions",
        {"part": "good", "words": "Walking", "more": "", "stage": ""},
        {
            "part": [("", CHOICES), ("elsewhere", CHOICES)],
            "words": text(1000),
            "more": [("Then home", "This part has only one box.")],
        },
    ),
    "suggesting a person": Form(
        "priya",
        "{sam}/plan/suggestions",
        "{sam}/plan/suggestions",
        {"part": "people", "words": "A neighbour", "more": "He is next door"},
        {"words": line(300), "more": line(300)},
    ),
    "suggesting a warning sign": Form(
        "priya",
        "{sam}/plan/suggestions",
        "{sam}/plan/suggestions",
        {"part": "signs", "words": "Late nights", "stage": "amber"},
        {"words": text(1000), "stage": [("", "Nothing is chosen yet."), ("blue", CHOICES)]},
    ),
    "reviewing the plan together": Form(
        "priya",
        "{sam}/plan",
        "{sam}/plan/reviews",
        {"next_review": "2026-12-22", "seen": "1"},
        {
            "next_review": [
                ("", "There is no date yet."),
                *((day, sentence) for day, sentence in DAYS if day and day < "2029"),
                *((day, "This is more than a year away.") for day in ("2027-11-26", "9999-12-31")),
            ],
        },
    ),
    "a part in other words": Form(
        "margaret", "/lead/plan/parts/good", "/lead/plan/parts/good", {**PART, "seen": "0"}, PART_AMISS
    ),
    "a new part": Form(
        "margaret",
        "/lead/plan/new",
        "/lead/plan/new",
        {**PART, "shape": "line", "staged": "yes"},
        {**PART_AMISS, "shape": [("", CHOICES), ("circle", CHOICES)]},
    ),
    "something for the plan": Form(
        "sam",
        "/my/plan/add?part=signs",
        "/my/plan/add",
        {"part": "signs", "words": "I stay up late", "stage": "amber"},
        {"words": text(1000), "stage": STAGES, "part": [("nothing", CHOICES)]},
    ),
    "an if and its then": Form(
        "sam",
        "/my/plan/build/instead",
        "/my/plan/build/instead",
        {"words": "I am tired", "more": "I go to bed"},
        {"words": text(1000), "more": text(300)},
    ),
    "somebody to turn to": Form(
        "sam",
        "/my/plan/build/people",
        "/my/plan/build/people",
        {"words": "My sister", "more": "01632 960123"},
        {"words": line(300), "more": line(300)},
    ),
    "changing the plan": Form(
        "sam",
        "{item}",
        "{item}",
        {"words": "I stay up late", "stage": "amber", "seen": "1"},
        {"words": text(1000), "stage": STAGES},
    ),
    "a suggestion": Form(
        "sam",
        "{suggestion}",
        "{suggestion}",
        {"words": "I skip meals", "stage": "red"},
        {"words": text(1000), "stage": STAGES},
    ),
    "the next review": Form(
        "sam",
        "/my/plan/review",
        "/my/plan/review/version",
        {"together": "no", "next_review": "other", "other_day": "2026-12-22"},
        {
            "together": [("", "Nothing is chosen yet."), ("maybe", "Nothing is chosen yet.")],
            "next_review": [("", "Nothing is chosen yet."), ("2026-11-24", CHOICES)],
            "other_day": [
                *[day for day in DAYS if day[0] and day[1] == DATE],
                *[(day, "This has already passed.") for day in ("2026-11-24", "0001-01-01")],
                *[(day, "more than a year away") for day in ("2027-11-26", "9999-12-31")],
            ],
        },
    ),
    "adding staff": Form(
        "alex",
        "/admin/staff/new",
        "/admin/staff/new",
        {"name": "Robin", "role": "administrator", "word": "lighthouse"},
        {"name": line(80), "word": WORDS, "role": [(role, CHOICES) for role in ("", "king", "participant")]},
    ),
    "a new slip for an administrator": Form(
        "alex", "/admin/staff", "{administrator}", {"word": "lighthouse"}, {"word": WORDS}
    ),
    **{
        name: Form("alex", page, page + end, SIGNPOST, SIGNPOST_AMISS)
        for name, page, end in (
            ("a new signpost", "/admin/signposts/new", ""),
            ("preview of a signpost", "/admin/signpost/shout", "/preview"),
        )
    },
    "telling": Form("sam", "/my/tell", "/my/tell", {"words": "I need to say this."}, {"words": text(5000)}),
    "telling about his practitioner": Form(
        "sam",
        "/my/about-my-practitioner",
        "/my/about-my-practitioner",
        {"words": "I need to say this."},
        {"words": text(5000)},
    ),
    "raising a concern": Form(
        "priya",
        "{sam}/concerns/new",
        "{sam}/concerns/new",
        {"words": "He sounded very low.", **PASSED},
        {"words": text(5000), **PASSED_AMISS},
    ),
    "a note on a concern": Form(
        "priya", "{concern}", "{concern}/notes", {"note": "He called again."}, {"note": text(5000)}
    ),
    "a lead's note on a concern": Form(
        "margaret",
        "/lead{concern}",
        "/lead{concern}/notes",
        {"note": "He called again."},
        {"note": text(5000)},
    ),
    "passing a concern on": Form(
        "margaret",
        "/lead{concern}",
        "/lead{concern}/passing-on",
        {**PASSED, "passed_note": "By telephone", "seen": "2"},
        {**PASSED_AMISS, "passed_note": text(5000, required=False)},
    ),
    "closing a concern": Form(
        "margaret",
        "/lead{concern}",
        "/lead{concern}/closing",
        {"reason": "It is done.", "seen": "2"},
        {"reason": text(5000)},
    ),
    "the rules for concerns": Form(
        "margaret",
        "/lead/concerns/rules",
        "/lead/concerns/rules",
        {"lead": "{margaret}", "cover": "", **HOLIDAYS, **LIMITS_OF_CONCERNS, "seen": "0"},
        {
            "lead": [("", CHOICES), ("somebody", CHOICES)],
            "cover": [("somebody", CHOICES), ("{margaret}", "another lead than the named one")],
            "away_from": [("2026-12-24", "Please give both days"), *NO_DAYS],
            "away_until": [("2026-12-24", "Please give both days"), *NO_DAYS],
            "hour": [("", "whole number from 0 to 23"), *not_whole(0, 23)],
            "take_days": not_whole(1, 10),
            "finish_days": not_whole(1, 10),
            "hours_until_all": not_whole(0, 72),
        },
    ),
    "approving staff": Form("margaret", "/lead/staff", "{approval}", {"word": "lighthouse"}, {"word": WORDS}),
}


def a_walk(cast: Cast) -> Version:
    """An activity that Priya is writing, with two questions, one of them too long."""
    activity_id = uuid4()
    about = About("A walk", None, 10, "This looks at one walk.")
    authoring.begin(cast.store, cast.priya.viewer, activity_id, about, cast.now)
    prompts = YesNo(id="question-1", ask="Did you go?"), ShortText(id="question-2", ask=LONG)
    authoring.change(
        cast.store,
        cast.priya.viewer,
        activity_id,
        Seen(1, 1),
        lambda a: replace(a, prompts=prompts),
        cast.now,
    )
    with cast.store.reading() as tx:
        return authoring.newest(tx, cast.priya.viewer, activity_id)


def a_plan(cast: Cast) -> tuple[UUID, UUID]:
    """Sam's plan: an item that he has found still true in a review that goes on, and a suggestion."""
    item_id, suggestion_id, row = uuid4(), uuid4(), ("I stay up late", "", "amber")
    planning.add(cast.store, cast.sam.viewer, item_id, "signs", [row], None, cast.now)
    plan_reviews.begin(cast.store, cast.sam.viewer, cast.now)
    plan_reviews.still_true(cast.store, cast.sam.viewer, item_id, 1, cast.now)
    enrolment = cast.sam.enrolment_id
    plan_sharing.suggest(cast.store, cast.priya.viewer, enrolment, suggestion_id, "signs", row, cast.now)
    return item_id, suggestion_id


@pytest.fixture
def places(cast: Cast, hasher: Hasher) -> Fields:
    """Addresses and ids of Sam's and Priya's work."""
    store, priya = cast.store, cast.priya.viewer
    piece = cast.priya.sets(cast.sam, "hopes-and-fears")
    cast.sam.finishes(piece)
    submission = cast.sam.submits(piece)
    soon = a_session(cast.now + timedelta(days=3))
    kit = add_participant(store, hasher, priya, uuid4(), "Kit", "lighthouse", soon, cast.now)
    for role, word in (("lead", ""), ("administrator", "lighthouse")):
        staffing.add_staff(store, hasher, cast.alex.viewer, "Robin", role, word, cast.now)
    enrolments = cast.sam.enrolment_id, cast.idris.enrolment_id
    with store.reading() as tx:
        version = next(
            each.id for each in library.newest_versions(tx) if each.activity.id == "a-week-of-choices"
        )
        new = {each.role: each.id for each in people.staff(tx) if each.joined_at is None}
        due, others_due = (appointments.appointments(tx, each)[0].id for each in enrolments)
    approving.approve(store, cast.margaret.viewer, version, 1, cast.now)
    walk = a_walk(cast)
    item, suggestion = a_plan(cast)
    concern_id, seen = uuid4(), Sighting("He sounded very low.", "", "", "")
    safeguarding.raise_concern(store, priya, cast.sam.enrolment_id, concern_id, seen, None, cast.now)
    handling.take(store, cast.margaret.viewer, concern_id, cast.now)
    return {
        "item": f"/my/plan/items/{item}",
        "review_item": f"/my/plan/review/items/{item}",
        "suggestion": f"/my/plan/suggestions/{suggestion}",
        "walk": f"/activities/{walk.activity_id}",
        "walk_version": f"/activities/versions/{walk.id}",
        "number": str(walk.number),
        "revision": str(walk.revision),
        "sam": f"/participants/{cast.sam.enrolment_id}",
        "kit": f"/participants/{kit.enrolment_id}",
        "kits_code": kit.slip.code,
        "move": f"/appointments/{due}/time",
        "set": f"/participants/{cast.sam.enrolment_id}/work/new/{version}",
        "review": f"/submissions/{submission}",
        "approval": f"/lead/staff/{new[Role.LEAD]}/approval",
        "administrator": f"/admin/staff/{new[Role.ADMINISTRATOR]}/invitation",
        "concern": f"/concerns/{concern_id}",
        "margaret": str(cast.margaret.viewer.account_id),
        "due": str(due),
        "others_due": str(others_due),
        "work": f"/my/work/{cast.priya.sets(cast.sam, 'a-week-of-choices')}",
    }


def browser_of(who: str, app: Flask, enter: SimpleNamespace, places: Fields) -> Visitor:
    """The browser of somebody signed in, of nobody, or of somebody half way in."""
    if who not in ("nobody", "between", "joiner"):
        return getattr(enter, who)
    browser = Visitor(app)
    if who == "between":
        browser.post("/sign-in", {"sign_in_name": "priya", "passphrase": "three slow trains to the coast"})
    if who == "joiner":
        browser.post("/join", {"code": places["kits_code"], "word": "lighthouse"})
        browser.post("/join/acknowledgement", of="/join/statement")
    return browser


def typed(fields: Fields, places: Fields) -> Fields:
    return {name: text.format(**places) if text.startswith("{") else text for name, text in fields.items()}


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.store.limits.LIMITS", dict.fromkeys(LIMITS, 10_000))


@pytest.mark.usefixtures("no_limits")
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    app: Flask, enter: SimpleNamespace, places: Fields, store: Store
) -> None:
    amiss = []
    for name, form in FORMS.items():
        browser = browser_of(form.who, app, enter, places)
        page, action = (where.format(**places) for where in (form.page, form.action))
        token = browser.token(page)
        before = stored(store, *REFUSING)
        for field, wrongs in form.wrong.items():
            for text, sentence in wrongs:
                fields = typed({**form.right, field: text}, places)
                reply = browser.client.post(action, data={**fields, "csrf_token": token})
                shown = Page(reply.status_code, action, reply.text, {})
                lost = [
                    other for other in fields if not (other in NOT_SHOWN or is_kept(fields[other], shown))
                ]
                if shown.status != 422 or sentence not in shown or lost or "\x00" in reply.text:
                    amiss.append(f"{name}: {field}={text[:20]!r}: {shown.status}, {sentence!r}, lost: {lost}")
        if stored(store, *REFUSING) != before:
            amiss.append(f"{name} stored something")
    assert amiss == []


def is_kept(words: str, page: Page) -> bool:
    return without_hidden(words) in page
