"""The forms for reporting concerns, handling concerns, and setting rules about concerns."""

from tests.web.every_form.wrong import CHOICES, DATE, TIMES, Form, line, not_whole, text

MORE = ("fact", "thought", "protect", "measures")
NO_DAYS = [(day, DATE) for day in ("yesterday", "2026-02-30", "٢٠٢٦-١٢-١٠")]
PASSED = {"passed_to": "The duty team", "passed_day": "2026-11-24", "passed_time": "14:00"}
PASSED_AMISS = {
    "passed_to": line(200),
    "passed_day": [("", DATE), *NO_DAYS, ("2026-11-25", "That time is in the future.")],
    "passed_time": [*TIMES, ("14:01", "That time is in the future.")],
}
HOLIDAYS = {"away_from": "", "away_until": ""}
LIMITS_OF_CONCERNS = {"hour": "12", "take_days": "1", "finish_days": "1", "hours_until_all": "2"}

FORMS = {
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
        {"words": "He sounded very low.", **dict.fromkeys(MORE, "So far so good."), **PASSED},
        {"words": text(5000), **{name: text(5000, required=False) for name in MORE}, **PASSED_AMISS},
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
            "cover": [
                ("somebody", CHOICES),
                ("{margaret}", "The named safeguarding lead can't cover for themselves."),
            ],
            "away_from": [("2026-12-24", "Please give both the first and the last day"), *NO_DAYS],
            "away_until": [("2026-12-24", "Please give both the first and the last day"), *NO_DAYS],
            "hour": [("", "whole number from 0 to 23"), *not_whole(0, 23)],
            "take_days": not_whole(1, 10),
            "finish_days": not_whole(1, 10),
            "hours_until_all": not_whole(0, 72),
        },
    ),
}
