"""The forms for signing in, joining, adding people, setting work and reading work."""

from uuid import UUID

from tests.web.every_form.appointments import MEETING, MEETING_AMISS
from tests.web.every_form.wrong import (
    CHOICES,
    DATE,
    HIDDEN,
    WORD,
    WORDS,
    WRONG_CODE,
    WRONG_SIGN_IN,
    Form,
    line,
    text,
)

CARD = {"why": "To look back", "minutes": "15"}
CARD_AMISS = {
    "why": text(1000),
    "minutes": [
        (minutes, "whole number from 1 to 240")
        for minutes in ("", "0", "241", "-5", "1.5", "soon", "٣", "²", "9" * 5000)
    ],
}

WHEN = {"which_day": "2026-11-25", "part": "evening", "where": "At the table", "if_blocked": "One question."}
WHEN_AMISS = {
    "which_day": [
        ("", "You haven't chosen anything yet."),
        *[(day, DATE) for day in ("tomorrow", "2026-02-30", "٢٠٢٦-١١-٢٥")],
        *[(day, "You can't choose that day any more.") for day in ("2026-11-23", "2027-11-25", "0001-01-01")],
    ],
    "part": [("", "You haven't chosen anything yet."), ("night", CHOICES)],
    "where": text(200, required=False),
    "if_blocked": text(200, required=False),
}

WEAK = {
    "passphrase": [
        ("", "needs at least 15 characters, and yours has 0."),
        ("x" * 14, "needs at least 15 characters, and yours has 14."),
        ("a boat \x00 on a green hill", HIDDEN),
        ("x" * 20_000, "at most 128 characters long, and yours has 20,000."),
        ("aaaaaaaaaaaaaaaa", "too easy to guess"),
    ]
}
WAY_IN = "/account/signing-in"

FORMS = {
    "sign in": Form(
        "nobody",
        "/sign-in",
        "/sign-in",
        {"sign_in_name": "sam", "passphrase": "orange tents along the river", "own_device": "yes"},
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
        {"code": [(code, "This code isn't right.") for code in ("", "0", "٠٠٠٠٠٠", "\x00", "0" * 20_000)]},
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
            "sign_in_name": [*line(40), ("ab", WORD), ("sam", "Somebody already has this sign-in name.")],
            **WEAK,
        },
    ),
    "proving who one is": Form(
        "priya",
        "/confirm",
        "/confirm",
        {"passphrase": "three slow trains to the coast", "code": "000000", "next": "/account"},
        {
            "passphrase": [
                (text, "This isn't your passphrase.") for text in ("", "\x00", "orange", "x" * 20_000)
            ],
            "code": [(code, "This code isn't right.") for code in ("", "0", "٠٠٠٠٠٠", "\x00", "0" * 20_000)],
        },
    ),
    "another passphrase": Form(
        "sam", f"{WAY_IN}/passphrase", f"{WAY_IN}/passphrase", {"passphrase": "green boots"}, WEAK
    ),
    "a one-time code": Form(
        "sam",
        f"{WAY_IN}/code",
        f"{WAY_IN}/code",
        {"code": "000000"},
        {"code": [(code, "This code isn't right.") for code in ("", "0", "٠٠٠٠٠٠", "\x00", "0" * 20_000)]},
    ),
    "a passkey": Form(
        "sam",
        f"{WAY_IN}/passkeys/new",
        f"{WAY_IN}/passkeys/new",
        {"name": "My phone", "passkey": "[]"},
        {
            "name": line(40),
            "passkey": [(sent, "Your passkey took too long") for sent in ("", "\x00", "x" * 20_000)],
        },
    ),
    "a new way in for Sam": Form(
        "priya", "{sam}/reset", "{sam}/reset", {"word": "lighthouse"}, {"word": WORDS}
    ),
    "a new way in for an administrator": Form(
        "alex", "{administrators_reset}", "{administrators_reset}", {"word": "lighthouse"}, {"word": WORDS}
    ),
    "agreeing to a reset": Form(
        "margaret",
        "{staffs_reset}",
        "{staffs_reset}",
        {"word": "lighthouse", "lost": "both"},
        {"word": WORDS, "lost": [("", "You haven't chosen anything yet."), ("pigeon", CHOICES)]},
    ),
    "notices by email": Form(
        "sam",
        "/account",
        "/account/notices",
        {"mail": "email", "email": "sam@post.example", "days": "7"},
        {
            "mail": [("", "You haven't chosen anything yet."), ("pigeon", CHOICES)],
            "days": [(days, CHOICES) for days in ("", "0", "8", "tomorrow", "1,2", "\u0661", "9" * 5000)],
            "email": [
                *[
                    (address, "This isn't an email address.")
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
                *line(254),
            ],
        },
    ),
    "adding a participant": Form(
        "priya",
        "/caseload/new",
        "/caseload/new",
        {"name": "Robin", "word": "lighthouse", **MEETING},
        {"name": line(80), "word": WORDS, **MEETING_AMISS},
    ),
    "a new slip": Form(
        "priya", "{kit}/invitation", "{kit}/invitation", {"word": "lighthouse"}, {"word": WORDS}
    ),
    "setting work": Form(
        "priya",
        "{set}",
        "{set}",
        {**CARD, "due": "{due}"},
        {**CARD_AMISS, "due": [("", CHOICES), ("soon", CHOICES), ("{others_due}", CHOICES)]},
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
                "comment-no-such-prompt": [("Hello there", "part of this work")],
            },
        )
        for name, end in (("feedback", "/feedback"), ("releasing", "/release"), ("returning", "/return"))
    },
    "putting a phrase in": Form(
        "priya",
        "{review}",
        "{review}/phrases",
        {"comment-hopes": "Well said", "into": "hopes", "phrase-hopes": "{phrase}", "seen": "0"},
        {
            "phrase-hopes": [
                (sent, "You haven't chosen anything yet.") for sent in ("", "x", str(UUID(int=1)))
            ],
            "comment-hopes": text(5000, required=False),
        },
    ),
    "keeping a phrase": Form(
        "priya",
        "/caseload/reviewing",
        "/caseload/reviewing/phrases",
        {"phrase": "Thank you for this."},
        {"phrase": text(500)},
    ),
    "topics": Form(
        "priya",
        "{sam}/topics",
        "{sam}/topics",
        {"mark-1": "covered", "session-1": "2", "place-1": "1", "seen": "0"},
        {
            "mark-1": [(mark, CHOICES) for mark in ("covered introduction", "done")],
            "session-1": [(number, CHOICES) for number in ("0", "7", "-1", "٢", "9" * 5000)],
            "place-1": [(number, CHOICES) for number in ("0", "20", "-1", "٢", "9" * 5000)],
        },
    ),
    "changing set work": Form(
        "priya",
        "{piece}",
        "{piece}/card",
        {**CARD, "due": "{due}", "seen": "1"},
        {**CARD_AMISS, "due": [("", CHOICES), ("soon", CHOICES), ("{others_due}", CHOICES)]},
    ),
    "withdrawing set work": Form(
        "priya", "{piece}", "{piece}/withdrawal", {"words": "We did it together."}, {"words": text(1000)}
    ),
    "when and where": Form("sam", "{when}", "{when}", WHEN, WHEN_AMISS),
    "when and where, together": Form("priya", "{when_together}", "{when_together}", WHEN, WHEN_AMISS),
    "done on paper": Form(
        "priya",
        "{paper}",
        "{paper}",
        {"day": "2026-11-24", "kept": "He would like to begin with the evenings."},
        {
            "day": [
                *[(day, DATE) for day in ("", "yesterday", "2026-02-30", "٢٠٢٦-١٢-١٠")],
                ("2026-11-25", "That day is in the future."),
                ("2026-11-22", "That day is before the work was set."),
            ],
            "kept": text(10_000, required=False),
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
        "alex", "{administrator}", "{administrator}", {"word": "lighthouse"}, {"word": WORDS}
    ),
    "approving staff": Form("margaret", "{approval}", "{approval}", {"word": "lighthouse"}, {"word": WORDS}),
}
