"""The forms for adding and moving appointments, and for recording attendance."""

from tests.web.every_form.wrong import CHOICES, DAYS, SITES, TIMES, Form, not_whole, text

MEETING = {"kind": "session", "day": "2026-12-10", "time": "14:00", "site": "epsom", "length": ""}
MEETING_AMISS = {
    "day": DAYS,
    "time": TIMES,
    **SITES,
    "length": [(long, "A session takes 120 minutes.") for long in ("60", "soon", "-5", "٣", "9" * 5000)],
}
ADDED_DAYS = [
    *[(day, said) for day, said in DAYS if "passed" not in said],
    *[(day, "more than two weeks ago") for day in ("2026-11-09", "0001-01-01")],
]
OTHER_ROW = [("2026-12-10", "at the same time as another appointment on this page")]
TYPED = {"day": "2026-12-10", "time": "14:00"}
AMISS = {"day": DAYS, "time": TIMES}
AFTER = {
    "attendance": "attended",
    "mark-1": "covered",
    "agreed": "A walk a day.",
    "note": "On time.",
    "work": "own",
    "questions": "How was it?",
    "why": "To look back",
    "due": "{due}",
    "when": "2026-11-25 evening",
    "where": "At the table",
    "if_blocked": "On Thursday",
    "seen": "1",
    "topics_seen": "0",
    "agreed_seen": "0",
    "tab": "one",
}
AFTER_AMISS = {
    "attendance": [("", "You haven't chosen anything yet."), ("lost", CHOICES)],
    "mark-1": [("finished", CHOICES)],
    "agreed": text(1000, required=False),
    "note": text(5000, required=False),
    "work": [("", "You haven't chosen anything yet."), ("soon", CHOICES)],
    "questions": [*text(2000), ("Why?\n" * 13, "There's only room for 12 entries. You've written 13.")],
    "why": text(1000),
    "due": [("soon", CHOICES)],
    "when": [
        ("", "You haven't chosen anything yet."),
        ("2026-11-24 morning", "That time has already passed."),
    ],
    "where": text(200, required=False),
    "if_blocked": text(200, required=False),
}

FORMS = {
    "adding an appointment": Form(
        "priya", "{sam}", "{sam}/appointments", MEETING, {**MEETING_AMISS, "day": ADDED_DAYS}
    ),
    "adding an initial meeting": Form(
        "priya",
        "{sam}",
        "{sam}/appointments",
        {**MEETING, "kind": "initial_meeting", "length": "60"},
        {"length": [(long, "whole number from 60 to 90") for long in ("59", "91", "an hour", "²", "-60")]},
    ),
    "moving an appointment": Form("priya", "{move}", "{move}", {**TYPED, "seen": "1"}, AMISS),
    "proposing the sessions": Form(
        "priya",
        "{sam}/sessions",
        "{sam}/sessions/proposal",
        {**TYPED, "rhythm": "days", "days": "10", "site": "epsom"},
        {
            **AMISS,
            "rhythm": [("", CHOICES), ("month", CHOICES)],
            "days": [
                ("", "whole number from 1 to 60"),
                ("0", "whole number from 1 to 60"),
                *not_whole(1, 60),
            ],
            "site": SITES["site"],
        },
    ),
    "booking the sessions": Form(
        "priya",
        "{sam}/sessions",
        "{sam}/sessions",
        {
            "day-1": "2026-12-10",
            "time-1": "14:00",
            "day-2": "2026-12-17",
            "time-2": "14:00",
            "site": "epsom",
        },
        {
            "day-1": DAYS,
            "time-1": TIMES,
            "day-2": [*DAYS, *OTHER_ROW],
            "time-2": TIMES,
            "site": SITES["site"],
        },
    ),
    "proposing where all that follow go": Form("priya", "{move}", "{following}/proposal", TYPED, AMISS),
    "moving all that follow": Form(
        "priya",
        "{following}",
        "{following}",
        {"row-1": "{due}", "seen-1": "1", "day-1": "2026-12-10", "time-1": "14:00"},
        {"day-1": DAYS, "time-1": TIMES},
    ),
    "after a session": Form("priya", "{after}", "{after}", AFTER, AFTER_AMISS),
    "what became of an appointment": Form(
        "priya",
        "{attendance}",
        "{attendance}",
        {"attendance": "cancelled_by_service", "words": "The room is not free.", "seen": "1"},
        {
            "attendance": [
                ("", "You haven't chosen anything yet."),
                ("attended", CHOICES),
                ("lost", CHOICES),
            ],
            "words": text(2000, required=False),
        },
    ),
}
