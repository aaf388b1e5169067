"""The forms for messages, absences, notes and agreements."""

from tests.web.every_form.wrong import CHOICES, DATE, Form, line, text

NO_DAYS = [("", DATE), ("yesterday", DATE), ("2026-02-30", DATE), ("\u0662\u0660\u0662\u0666-12-10", DATE)]

FORMS = {
    "a message": Form(
        "sam", "/my/messages", "/my/messages", {"words": "May I bring my notebook?"}, {"words": text(4000)}
    ),
    "a message to a participant": Form(
        "priya", "{sam}/messages", "{sam}/messages", {"words": "Please do."}, {"words": text(4000)}
    ),
    "a note": Form(
        "priya", "{sam}/notes", "{sam}/notes", {"words": "He came on time."}, {"words": text(5000)}
    ),
    "what was agreed": Form(
        "priya", "{agreed}", "{agreed}", {"agreed": "A walk a day.", "seen": "0"}, {"agreed": text(1000)}
    ),
    "days away": Form(
        "priya",
        "/away",
        "/away",
        {"away_from": "2026-12-01", "away_until": "2026-12-08", "cover": ""},
        {
            "away_from": [*NO_DAYS, ("2026-12-09", "The last day is before the first day.")],
            "away_until": [
                *NO_DAYS,
                ("2026-11-30", "The last day is before the first day."),
                ("2026-11-23", "That time has already passed."),
                ("2027-11-25", "That day is more than a year away."),
                ("9999-12-31", "That day is more than a year away."),
            ],
            "cover": [("somebody", CHOICES), ("{margaret}", CHOICES)],
        },
    ),
    "a lead's look": Form(
        "margaret",
        "/lead/looks",
        "/lead/looks",
        {"reference": "{reference}", "purpose": "practice", "reason": "A worry about safety.", "later": ""},
        {
            "reference": [
                *line(20),
                ("Z0-000", "No participant has this reference."),
                ("K7402", "No participant has this"),
            ],
            "purpose": [("", "You haven't chosen anything yet."), ("curious", CHOICES)],
            "reason": text(1000),
        },
    ),
    "agreeing to a look": Form(
        "margaret",
        "{asked_look}/decision",
        "{asked_look}/agreement",
        {"reason": "It may be told later."},
        {"reason": text(1000)},
    ),
    "what may be shown": Form(
        "margaret",
        "{disclosure}",
        "{disclosure}",
        {"shown": "no", "reason": "It is not over.", "seen": "0"},
        {"shown": [("", "You haven't chosen anything yet."), ("maybe", CHOICES)], "reason": text(1000)},
    ),
}
