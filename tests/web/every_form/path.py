"""The forms for pathway steps, for handovers, and for setting which pages stay open after the programme."""

from tests.web.every_form.wrong import CHOICES, DATE, NO_NUMBERS, Form, text

STEP = {
    "to": "ended_early",
    "day": "2026-11-24",
    "reason": "He moves away.",
    "seen": "in_programme",
    "confirmed": "yes",
}
REASON = text(2000)
DAYS = "Please give a whole number from 1 to 3650."
STATES = ("not_now", "not_suitable", "ended_early", "closed")

FORMS = {
    "a step on the path": Form(
        "priya",
        "{sam}/path",
        "{sam}/path",
        STEP,
        {
            "to": [("", "You haven't chosen anything yet.")],
            "reason": REASON,
            "day": [
                *((day, DATE) for day in ("", "soon", "2026-02-30", "٢٠٢٦-١١-٢٤", "\x00")),
                ("2026-11-25", "That day is in the future."),
                ("2026-11-20", "That day is before the participant's latest change of status."),
            ],
        },
    ),
    "a step that needs no reason": Form(
        "priya",
        "{sam}/path",
        "{sam}/path",
        {**STEP, "to": "completed"},
        {"reason": text(2000, required=False)},
    ),
    "handing over": Form(
        "priya",
        "{sam}/handover",
        "{sam}/handover",
        {"to": "{daniel}", "reason": "I am away."},
        {"reason": REASON, "to": [(to, CHOICES) for to in ("", "somebody", "{priya}", "{margaret}")]},
    ),
    "handing over a caseload": Form(
        "margaret",
        "{caseload}",
        "{caseload}",
        {"who": "{sams_id}", "to": "{daniel}", "reason": "Priya has left."},
        {
            "who": [
                ("", "You haven't chosen anything yet."),
                ("somebody", "You haven't chosen anything yet."),
            ],
            "reason": REASON,
            "to": [(to, CHOICES) for to in ("", "somebody", "{priya}")],
        },
    ),
    "what stays open": Form(
        "margaret",
        "/lead/after",
        "/lead/after",
        {"seen": "0"}
        | {f"{state}-scope": "plan" for state in STATES}
        | {f"{state}-days": "30" for state in STATES},
        {
            "closed-scope": [(scope, CHOICES) for scope in ("", "everything", "nothing")],
            "not_now-days": [(days, DAYS) for days in ("", "0", "3651", *NO_NUMBERS)],
        },
    ),
}
