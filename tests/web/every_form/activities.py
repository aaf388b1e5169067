"""The forms with which authors write activities, with valid and invalid values."""

from tests.web.every_form.wrong import CHOICES, NO_NUMBERS, Form, line, not_empty, not_whole, text

SEEN = {"number": "{number}", "revision": "{revision}"}
"""The form fields that say which version of the activity the page shows."""
WALK = {
    "title": "A walk",
    "topic": "control-continuum",
    "minutes": "10",
    "difficulty": "easy",
    "introduction": "This is one walk.",
}
WALK_AMISS = {
    "title": line(300),
    "introduction": text(2000),
    "minutes": [(number, "whole number from 1 to 120") for number in ("", "0", "121", *NO_NUMBERS)],
    "topic": [("elsewhere", CHOICES)],
    "difficulty": [("awful", CHOICES)],
}
ASKED = {**SEEN, "ask": "How was it?", "help": "Take your time."}
ASKED_AMISS = {"ask": text(2000), "help": text(2000, required=False)}

FORMS = {
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
    "a question with a new one for a choice": Form(
        "priya",
        "{walk}/questions",
        "{walk}/questions",
        {
            **ASKED,
            "kind": "one_choice",
            "options-label": "The park",
            "options-to": "+",
            "options-ask": "What did you see?",
            "go-talk": "end",
        },
        {
            "options-ask": text(2000),
            "options-to": [("gone", "You've typed a new question")],
            "go-talk": [("gone", CHOICES)],
        },
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
            "when": [("keep|99", CHOICES), ("x", CHOICES), ("", "You haven't chosen anything yet.")],
            "to": [("gone", CHOICES), ("", "You haven't chosen anything yet.")],
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
    "returning an activity": Form(
        "margaret",
        "{asked_walk}",
        "{asked_version}/returns",
        {"number": "1", "revision": "{asked_revision}", "remark": "Part the second question."},
        {"remark": text(2000)},
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
            "questions": [
                *text(2000),
                ("Why?\n" * 13, "There's only room for 12 entries. You've written 13."),
            ],
            "title": [wrong for wrong in line(300) if wrong[0]],
            "why": text(1000),
            "due": [("soon", CHOICES)],
        },
    ),
}
