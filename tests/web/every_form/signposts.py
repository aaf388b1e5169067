"""The forms with which an administrator edits signposts."""

from tests.web.every_form.wrong import CHOICES, EMPTY, TIME, Form, line, not_empty

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
    "needs": [("", "You haven't chosen anything yet."), ("elsewhere", "You haven't chosen anything yet.")],
    "call-shown": [
        ("", EMPTY),
        ("call us", "This isn't a telephone number."),
        ("999", "isn't the same as the number"),
    ],
    "call-dial": [(dial, "can't be dialled") for dial in ("0808", "08081000900", "+44 808 1", "٩٩٩")],
    "call-option": [(option, "a keypad digit") for option in ("two", "٢", "9999")],
    "call-cost": [("dear", CHOICES)],
    "text-number": [(number, "can't be dialled") for number in ("1", "soon", "0808 1000 900")],
    "web-address": [
        (address, "This isn't a web address.")
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
    "nations": [("", "You haven't chosen anything yet."), ("ireland", "You haven't chosen anything yet.")],
    "bank-holidays": [("", CHOICES), ("party", CHOICES)],
    "confirmed": [("", CHOICES), ("perhaps", CHOICES)],
}

FORMS = {
    **{
        name: Form("alex", page, page + end, SIGNPOST, SIGNPOST_AMISS)
        for name, page, end in (
            ("a new signpost", "/admin/signposts/new", ""),
            ("preview of a signpost", "/admin/signpost/shout", "/preview"),
        )
    },
}
