"""Every form in the application, filled in with valid or invalid values."""

from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from companion.web.page import form as declared_forms
from companion.web.page.fields import Rest, Several
from tests.web.every_form import FORMS
from tests.web.every_form.activities import SEEN
from tests.web.every_form.appointments import AFTER
from tests.web.every_form.evaluation import CARRIED
from tests.web.every_form.places import browser_of, no_limits, places, typed
from tests.web.every_form.wrong import Fields, Form

__all__ = ["no_limits", "places"]  # imported because they are fixtures

GATHERED = (Rest, Several)
"""Kinds of form field that collect several values."""
FORM = "application/x-www-form-urlencoded"
CONVERSATION = {
    "prompt": "the-week",
    "answer": "6",
    "seen": "0",
    "draft_seen": "0",
    "tab": "one",
    "beat": "1",
}
TYPING = {"words": "May I bring it?", "tab": "one", "beat": "1", "draft_seen": "0"}
EVERY_FORM = FORMS | {
    "language": Form("sam", "/account", "/language", {"language": "en", "page": "/account"}, {}),
    "how one leaves": Form("sam", "/account", "/account/leaving", {"shift": "off"}, {}),
    "answers": Form(
        "sam", "{work}", "{work}/answers", CONVERSATION | {"way": "answered", "accept": "talk"}, {}
    ),
    "draft": Form("sam", "{work}", "{work}/draft", CONVERSATION | {"then": "typing"}, {}),
    "the two-minute version": Form("sam", "{work}", "{work}/way", {"short": "no"}, {}),
    "what is typed after a session": Form(
        "priya", "{after}", "{after}/draft", AFTER | {"then": "typing"}, {}
    ),
    "finding somebody": Form("priya", "/caseload", "/caseload/find", {"find": "Sam"}, {}),
    "single keys": Form("priya", "/caseload/reviewing", "/caseload/reviewing/keys", {"keys": "on"}, {}),
    "another version in its place": Form("priya", "{copied}", "{copied}/version", {"version": "{copy}"}, {}),
    "an answer talked about": Form(
        "priya",
        "{sam}",
        "{sam}/together/answers",
        {"submission": "{due}", "prompt": "the-week", "number": "1", "act": "talked"},
        {},
    ),
    "submission": Form("sam", "{work}", "{work}/submission", {"seen": "0", "page": "/my/"}, {}),
    "preview": Form(
        "priya",
        "{walk}/preview",
        "{walk}/preview",
        {
            "answers": ' {"question-1": ["talk", {}]}',
            "start": "question-1",
            "prompt": "question-2",
            "way": "answered",
            "answer": "A heron",
            "change": "question-1",
        },
        {},
    ),
    **{
        f"a question's {name}": Form(
            "priya", "{walk}", "{walk}/questions/question-1/" + name, {**SEEN, "to": "down"}, {}
        )
        for name in ("place", "copy", "short", "removal")
    },
    "a signpost": Form("alex", "/admin/signpost/shout", "/admin/signpost/shout", {"number": "0"}, {}),
    "preview of a new signpost": Form(
        "alex", "/admin/signposts/new", "/admin/signposts/new/preview", {"name": "A line"}, {}
    ),
    **{
        f"a signpost's {name}": Form(
            "alex", "/admin/signposts", "/admin/signpost/scotland/" + name, {"number": "0", "to": "up"}, {}
        )
        for name in ("check", "place", "removal")
    },
    "taking it with him": Form("owen", "/my/held", "/my/held/download", {"form": "json"}, {}),
    "moving a part": Form(
        "margaret", "/lead/plan", "/lead/plan/parts/good/place", {"seen": "0", "to": "down"}, {}
    ),
    **{
        f"a part's {name}": Form("margaret", "/lead/plan", f"/lead/plan/parts/good/{name}", {"seen": "0"}, {})
        for name in ("retirement", "return")
    },
    "what is typed into the plan": Form(
        "sam",
        "/my/plan",
        "/my/plan/draft",
        {"place": "build/good", "words": "Walk", "tab": "one", "beat": "1"},
        {},
    ),
    "building the plan": Form(
        "sam",
        "/my/plan/build/signs",
        "/my/plan/build/signs",
        {"words": "Walk", "stage": "red", "way": "talk", "tab": "one", "draft_seen": "0", "beat": "1"},
        {},
    ),
    **{
        f"what is typed {to}": Form(
            who, f"{page}/messages", f"{page}/messages/draft", {**TYPING, "then": "typing"}, {}
        )
        for to, who, page in (("to the practitioner", "sam", "/my"), ("to Sam", "priya", "{sam}"))
    },
    "saying no to a look": Form(
        "margaret", "{asked_look}/decision", "{asked_look}/refusal", {"reason": "Not for this."}, {}
    ),
    "taking out": Form("sam", "/my/plan", "{item}/removal", {"seen": "1"}, {}),
    "still true": Form("sam", "/my/plan/review", "{review_item}", {"seen": "1", "way": "still_true"}, {}),
    "putting back": Form("sam", "/my/plan", "{item}/return", {"then": "review"}, {}),
    "taking back what was done on paper": Form(
        "priya", "{paper}", "{paper}/removal", {"record": "{due}"}, {}
    ),
    "what could not be delivered": Form(
        "sam", "/account", "/account/undelivered/dismissal", {"last": "{due}"}, {}
    ),
    "what could not be delivered to Sam": Form(
        "priya", "{sam}", "{sam}/undelivered/dismissal", {"last": "{due}"}, {}
    ),
    **{
        name: Form("idris", "/my/evaluation", f"/my/evaluation/{path}", {**CARRIED, **more}, {})
        for name, path, more in (
            ("what is typed of the programme", "draft", {"answer-better": "Tea", "then": "typing"}),
            ("handing in the evaluation", "handing-in", {"seen": "1"}),
        )
    },
    "approving questions": Form(
        "margaret", "/lead/evaluation/questions", "/lead/evaluation/questions/approval", {"seen": "1"}, {}
    ),
    "moving a question": Form(
        "margaret",
        "/lead/evaluation/questions",
        "/lead/evaluation/questions/clear/place",
        {"seen": "1", "to": "down"},
        {},
    ),
    **{
        f"an evaluation question's {name}": Form(
            "margaret",
            "/lead/evaluation/questions",
            f"/lead/evaluation/questions/clear/{name}",
            {"seen": "1"},
            {},
        )
        for name in ("retirement", "return")
    },
    "cancelling a meeting of a group": Form(
        "priya", "{group_meeting}/cancellation", "{group_meeting}/cancellation", {"seen": "1"}, {}
    ),
    "asking for approval": Form("priya", "{walk}", "{walk}/check", SEEN, {}),
    "approving": Form("margaret", "{walk}", "{walk_version}/approval", SEEN, {}),
}
NOTHING_TYPED = {
    *("account.acknowledge", "account.sign_out", "public.leave"),
    *("participant.ask_for_erasure", "lead.take_concern", "admin.leaving"),
    *("practitioner.new_calendar_address", "practitioner.end_calendar_address"),
    *("participant.plan_review", "groups.leave"),
    *("account.end_session", "account.end_sessions", "account.know_device", "account.forget_device"),
    *("admin.ask_back", "lead.take_back"),
    *("practitioner.take_back_away", "practitioner.open_together"),
    *("lead.begin_look", "lead.tell_of_look"),
    *(f"account.{challenge}_challenge" for challenge in ("second", "confirm", "passkey")),
    *(f"account.{button}" for button in ("new_key", "remove_code", "recovery_codes", "remove_passkey")),
    *("activities.retire", "activities.bring_back", "practitioner.adapt"),
    "practitioner.remove_phrase",
}
"""Views whose forms need no typed values."""
TOO_MUCH = {"words": "x" * 5001, "comment-": "x" * 5001}
SPOILT = {
    "sign in": {"passphrase": "short"},
    "choosing how to sign in": {"sign_in_name": "x", "passphrase": "short"},
    "another passphrase": {"passphrase": "short"},
    "releasing": TOO_MUCH,
    "returning": TOO_MUCH,
    "a step on the path": {"day": "soon"},
    "a step that needs no reason": {"day": "soon"},
    "handing over": {"to": "", "reason": ""},
    "asking for a correction": {"should": "x" * 2001},
    "answering a correction": {"outcome": "perhaps"},
    "refusing an erasure": {"wording": "perhaps"},
    "handing over a caseload": {"to": "", "reason": ""},
}
"""Invalid values for each form that can be submitted successfully only once."""


class Filled:
    """A filled-in form, and the browser from which a person would send the form."""

    def __init__(self, name: str, app: Flask, enter: SimpleNamespace, places: Fields) -> None:
        form = EVERY_FORM[name]
        self.name = name
        self.browser = browser_of(form.who, app, enter, places)
        self.action = form.action.format(**places)
        self.token = self.browser.token(form.page.format(**places))
        self.right = typed(form.right, places)
        self.others = {**self.right, **SPOILT.get(name, {})}

    def declared(self, app: Flask) -> declared_forms.Form | None:
        """Return an instance of the form's class, filled in with the valid values."""
        adapter = app.url_map.bind("localhost")
        endpoint = adapter.match(self.action.partition("?")[0], method="POST")[0]
        form_class = getattr(app.view_functions[endpoint], "form_class", None)
        with app.test_request_context():
            return form_class(MultiDict(self.right)) if form_class else None

    def names(self, app: Flask) -> list[str]:
        """Return the names of all fields that the test fills in or that the form's class declares."""
        declared = self.declared(app) or ()
        more = [field.name for field in declared if not isinstance(field, GATHERED)]
        return list(dict.fromkeys([*self.right, *more]))

    def words(self, app: Flask) -> list[str]:
        """Return the values that the form's page would show again after an error."""
        declared = self.declared(app)
        return declared.words_typed() if declared else []

    def sends(self, body: bytes | str, kind: str = FORM, **headers: str) -> TestResponse:
        return self.browser.client.post(self.action, data=body, content_type=kind, headers=headers)

    def encoded(self, pairs: list[tuple[str, str]]) -> str:
        return urlencode([("csrf_token", self.token), *pairs], errors="surrogatepass")


@pytest.fixture
def every_form(app: Flask, enter: SimpleNamespace, places: Fields, no_limits: None) -> Iterator[Filled]:
    return (Filled(name, app, enter, places) for name in EVERY_FORM)
