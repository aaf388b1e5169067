"""The forms for the relapse-prevention plan, for participants, practitioners and leads."""

from tests.web.every_form.wrong import CHOICES, DATE, DAYS, Form, line, text

PART = {"title": "Sleep", "ask": "How do you sleep?", "help": "In bed by eleven."}
PART_AMISS = {"title": line(80), "ask": text(300), "help": text(300, required=False)}
STAGES = [("", "You haven't chosen anything yet."), ("blue", CHOICES)]

FORMS = {
    "suggesting for the plan": Form(
        "priya",
        "{sam}/plan/suggestions",
        "{sam}/plan/suggestions",
        {"part": "good", "words": "Walking", "more": "", "stage": ""},
        {
            "part": [("", CHOICES), ("elsewhere", CHOICES)],
            "words": text(1000),
            "more": [("Then home", "This part of the plan has only one box.")],
        },
    ),
    "suggesting a person": Form(
        "priya",
        "{sam}/plan/suggestions",
        "{sam}/plan/suggestions",
        {"part": "people", "words": "A neighbour", "more": "He is next door"},
        {"words": line(300), "more": line(300, required=False)},
    ),
    "suggesting a warning sign": Form(
        "priya",
        "{sam}/plan/suggestions",
        "{sam}/plan/suggestions",
        {"part": "signs", "words": "Late nights", "stage": "amber"},
        {"words": text(1000), "stage": [("", "You haven't chosen anything yet."), ("blue", CHOICES)]},
    ),
    "reviewing the plan together": Form(
        "priya",
        "{sam}/plan",
        "{sam}/plan/reviews",
        {"next_review": "2026-12-22", "seen": "1"},
        {
            "next_review": [
                ("", "You haven't given a date yet."),
                *((day, sentence) for day, sentence in DAYS if day and day < "2029"),
                *((day, "That day is more than a year away.") for day in ("2027-11-26", "9999-12-31")),
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
        {"words": line(300), "more": line(300, required=False)},
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
            "together": [
                ("", "You haven't chosen anything yet."),
                ("maybe", "You haven't chosen anything yet."),
            ],
            "next_review": [("", "You haven't chosen anything yet."), ("2026-11-24", CHOICES)],
            "other_day": [
                *[day for day in DAYS if day[0] and day[1] == DATE],
                *[(day, "That time has already passed.") for day in ("2026-11-24", "0001-01-01")],
                *[(day, "more than a year away") for day in ("2027-11-26", "9999-12-31")],
            ],
        },
    ),
}
