"""The forms for corrections, erasures and legal holds."""

from tests.web.every_form.wrong import CHOICES, DATE, Form, text

NOTHING_CHOSEN = "You haven't chosen anything yet."
OTHER_REFERENCE = "That isn't the reference for this request."
HOLD = {
    "reference": "{reference}",
    "kind": "legal",
    "reason": "A claim is expected.",
    "review_on": "2027-03-01",
}

FORMS = {
    "asking for a correction": Form(
        "owen",
        "/my/held",
        "/my/held/corrections",
        {"wrong": "It says that I missed a session.", "should": "I was there."},
        {"wrong": text(2000), "should": text(2000)},
    ),
    "answering a correction": Form(
        "margaret",
        "{correction}",
        "{correction}",
        {"outcome": "corrected", "answer": "It says so now."},
        {"outcome": [("", NOTHING_CHOSEN), ("perhaps", CHOICES)], "answer": text(2000)},
    ),
    "refusing an erasure": Form(
        "margaret",
        "{erasure}",
        "{erasure}/refusal",
        {"wording": "must_keep", "reason": "The time is not over."},
        {"wording": [("", NOTHING_CHOSEN), ("go away", CHOICES)], "reason": text(2000)},
    ),
    "approving an erasure": Form(
        "margaret",
        "{erasure}",
        "{erasure}/approval",
        {"reference": "K7"},
        {"reference": [(each, OTHER_REFERENCE) for each in ("", "K7-402", "\u0661", "x" * 500)]},
    ),
    "setting a hold": Form(
        "margaret",
        "/lead/holds",
        "/lead/holds",
        HOLD,
        {
            "reference": [
                (each, "No participant has this reference.") for each in ("", "K0-000", "Sam", "9" * 500)
            ],
            "kind": [("", CHOICES), ("because", CHOICES)],
            "reason": text(2000),
            "review_on": [
                *[(each, DATE) for each in ("", "soon", "2026-02-30")],
                ("2026-11-24", "That time has already passed."),
                ("2027-12-01", "more than a year away"),
            ],
        },
    ),
    "lifting a hold": Form(
        "margaret",
        "/lead/holds/{hold}/lifting",
        "/lead/holds/{hold}/lifting",
        {"reason": "It is over."},
        {"reason": text(2000)},
    ),
}
