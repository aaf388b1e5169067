"""The forms for creating groups, and for a group's members, meetings and work."""

from tests.web.every_form.appointments import AMISS, OTHER_ROW, TYPED
from tests.web.every_form.people import CARD, CARD_AMISS
from tests.web.every_form.wrong import CHOICES, DAYS, SITES, TIMES, Form, line, not_empty, not_whole

LABEL = not_empty(line(60))
NOBODYS = [("soon", CHOICES), ("{others_member}", CHOICES)]

FORMS = {
    "beginning a group": Form(
        "priya",
        "/groups/new",
        "/groups/new",
        {"label": "Tuesdays", "site": "epsom", "members": "{free_member}"},
        {"label": LABEL, "site": SITES["site"], "members": NOBODYS},
    ),
    "the label of a group": Form(
        "priya", "{group}/label", "{group}/label", {"label": "Fridays", "seen": "1"}, {"label": LABEL}
    ),
    "joining a group": Form(
        "priya", "{group}", "{group}/members", {"members": "{free_member}"}, {"members": NOBODYS}
    ),
    "adding a meeting of a group": Form(
        "priya",
        "{group}",
        "{group}/meetings",
        {**TYPED, "kind": "session", "site": "epsom"},
        {**AMISS, **SITES, "kind": [*SITES["kind"], ("review_meeting", CHOICES)]},
    ),
    "moving a meeting of a group": Form(
        "priya", "{group_meeting}/time", "{group_meeting}/time", {**TYPED, "seen": "1"}, AMISS
    ),
    "the attendance of a group": Form(
        "priya",
        "{group_meeting}/attendance",
        "{group_meeting}/attendance",
        {"row-1": "{group_place}", "attendance-1": "cancelled_by_participant", "seen-1": "1"},
        {
            "attendance-1": [
                ("", "You haven't chosen anything yet."),
                ("attended", CHOICES),
                ("lost", CHOICES),
            ]
        },
    ),
    "proposing the sessions of a group": Form(
        "priya",
        "{group}/sessions",
        "{group}/sessions/proposal",
        {**TYPED, "rhythm": "days", "days": "10", "site": "epsom"},
        {**AMISS, "rhythm": [("", CHOICES)], "days": not_whole(1, 60), "site": SITES["site"]},
    ),
    "booking the sessions of a group": Form(
        "priya",
        "{group}/sessions",
        "{group}/sessions",
        {"day-1": "2026-12-14", "time-1": "14:00", "day-2": "2026-12-10", "time-2": "14:00", "site": "epsom"},
        {
            "day-1": [*DAYS, *OTHER_ROW],
            "time-1": TIMES,
            "day-2": DAYS,
            "time-2": TIMES,
            "site": SITES["site"],
        },
    ),
    "setting work for a group": Form(
        "priya",
        "{set_group}",
        "{set_group}",
        {**CARD, "due": "{group_due}"},
        {**CARD_AMISS, "due": [("", CHOICES), ("soon", CHOICES), ("{due}", CHOICES)]},
    ),
}
