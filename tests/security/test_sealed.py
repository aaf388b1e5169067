"""Whoever takes a database, its write-ahead log, the keys' store or the log learns no word and no name."""

import logging
import re
import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import quote, quote_plus
from uuid import UUID

import pyotp
import pytest
from flask import Flask
from sqlalchemy import text

from companion.config import Settings
from companion.content import policy_file, starter_activities
from companion.domain.activities.answers.several_choices import SeveralChoices
from companion.domain.activities.conversation import Given
from companion.domain.activities.list_items import items_of
from companion.domain.records.policies import Policy
from companion.services.authoring.approval import approve
from companion.services.records.policies import import_policy
from companion.services.work.answers import _store_answer
from companion.store.accounts.passphrases import Hasher
from companion.store.activities import library
from companion.store.base import Store
from companion.store.work import work
from tests.authenticator import Device
from tests.backups import Rehearsal
from tests.cast import Cast
from tests.fixtures import Clock
from tests.leavers import Leavers
from tests.security.stolen import MARK, Canaries, files_of_the_server, is_marked, taken
from tests.visitor import Page, Visitor


class Trip:
    """The main trip through the real application, with a canary in every field that takes words."""

    def __init__(self, app: Flask, enter: SimpleNamespace, cast: Cast, clock: Clock) -> None:
        self.app, self.enter, self.cast, self.clock = app, enter, cast, clock
        self.plant = Canaries()

    def goes(self) -> None:
        self.staff = self.practitioner_joins()
        self.participant = self.participant_joins()
        self.sets_work()
        self.writes_activities()
        self.speaks_of_the_plan()
        self.answers("first")
        self.gives_feedback("first", "return")
        self.answers("second")
        self.keeps_what_came_on_paper()
        self.raises_concerns()
        self.writes_messages()
        self.writes_notes()
        self.writes_for_too_long()
        self.come_back()
        self.change_how_they_sign_in()
        self.gives_feedback("second", "release")
        self.types_into_every_kind()
        self.wants_notices()
        self.keeps_a_plan()
        self.speaks_of_an_appointment()
        self.names_a_group()
        self.goes_on_and_is_handed_over()
        self.says_how_it_was()
        self.asks_about_what_is_held()
        self.looks_through_the_plan()
        self.leaves_something_held()
        self.gets_a_statement_of_its_own()

    def practitioner_joins(self) -> Visitor:
        word = self.plant("staff: word")
        new = {
            "name": self.plant("staff: name"),
            "role": "practitioner",
            "word": self.plant("staff: no word"),
        }
        self.enter.alex.post("/admin/staff/new", new)
        approval = first(r"/lead/staff/[^/]+/approval", self.enter.margaret.get("/lead/staff"))
        browser = self.joins(
            "staff", self.enter.margaret.post(approval, {"word": word}, of="/lead/staff"), word
        )
        self.totp = first(r'class="key">([^<]+)<', browser.get("/second-factor"))
        self.plant.planted["one-time key"] = self.totp
        codes = re.findall(r"<li>([\w-]+)</li>", browser.post("/second-factor", {"code": self.code()}).text)
        self.plant.planted.update({f"recovery code {number}": code for number, code in enumerate(codes)})
        assert len(codes) == 10
        return browser

    def participant_joins(self) -> Visitor:
        meets = {"kind": "session", "day": "2026-12-01", "time": "14:00", "site": "epsom"}
        person = {"name": self.plant("participant: name"), "word": self.plant("participant: first word")}
        assert self.staff.post("/caseload/new", {**person, **meets}).status == 200
        self.place = first(r"/participants/[0-9a-f-]{36}", self.staff.get("/caseload"))
        word = self.plant("participant: word")
        slip = self.staff.post(f"{self.place}/invitation", {"word": word}, of=self.place)
        return self.joins("participant", slip, word)

    def joins(self, who: str, slip: Page, word: str) -> Visitor:
        code = self.plant.planted[f"{who}: code"] = first(r'class="code">([^<]+)<', slip)
        browser = Visitor(self.app)
        browser.client.environ_base["REMOTE_ADDR"] = self.plant.planted["address"] = "203.0.113.77"
        browser.client.environ_base["HTTP_USER_AGENT"] = self.plant(f"{who}: user agent")
        browser.post(
            "/join", {"code": self.plant(f"{who}: wrong code"), "word": self.plant(f"{who}: wrong word")}
        )
        browser.post("/join", {"code": code, "word": word})
        browser.post("/join/acknowledgement", of="/join/statement")
        passphrase = self.plant.planted[f"{who}: passphrase"] = (
            f"{MARK} {secrets.token_hex(4)} willows at dawn"
        )
        short = {
            "sign_in_name": self.plant(f"{who}: other name"),
            "passphrase": self.plant(f"{who}: weak")[:14],
        }
        assert browser.post("/join/account", short).status == 422
        name = self.plant(f"{who}: sign-in name")
        assert browser.post("/join/account", {"sign_in_name": name, "passphrase": passphrase}).status == 200
        return browser

    def code(self) -> str:
        return pyotp.TOTP(self.totp.replace(" ", "")).at(int(self.clock.now.timestamp()))

    def sets_work(self) -> None:
        with self.cast.store.reading() as tx:
            versions = {each.activity.id: each for each in library.newest_versions(tx)}
        version = versions["a-week-of-choices"]
        approve(self.cast.store, self.cast.margaret.viewer, version.id, version.revision, self.clock.now)
        page = f"{self.place}/work/new/{version.id}"
        card = {name: self.plant(f"card: {name}") for name in ("why", "when_where", "in_the_way")}
        due = first(r'<option value="([0-9a-f-]{36})"', self.staff.get(page))
        assert self.staff.post(page, {**card, "minutes": "15", "due": due}).path == self.place
        self.work = first(r"/my/work/[0-9a-f-]{36}", self.participant.get("/my/"))

    def writes_activities(self) -> None:
        about = {name: self.plant(f"activity: {name}") for name in ("title", "introduction")}
        page = self.staff.post("/activities/new", {**about, "topic": "", "minutes": "15"})
        assert re.fullmatch(r"/activities/[0-9a-f-]{36}", page.path)
        words = {name: self.plant(f"question: {name}") for name in ("ask", "help", "options-label")}
        form = {**words, "kind": "one_choice", "number": "1", "revision": "1"}
        assert self.staff.post(f"{page.path}/questions", form).path == page.path
        own = {name: self.plant(f"own: {name}") for name in ("questions", "title", "why")}
        due = first(r'<option value="([0-9a-f-]{36})"', self.staff.get(f"{self.place}/work/questions"))
        form = {**own, "minutes": "10", "due": due}
        assert self.staff.post(f"{self.place}/work/questions", form).path == self.place
        again = self.staff.post(f"{page.path}/preview", {"prompt": "x", "answers": self.plant("preview")})
        assert again.status == 200

    def speaks_of_the_plan(self) -> None:
        suggested = {name: self.plant(f"suggestion: {name}") for name in ("words", "more")}
        page = f"{self.place}/plan/suggestions"
        assert self.staff.post(page, {**suggested, "part": "people"}).path == f"{self.place}/plan"
        too_long = {"part": "good", "words": self.plant("suggestion: too long") + "x" * 1001}
        assert self.staff.post(page, too_long).status == 422
        names = ("title", "ask", "help")
        part = {name: self.plant(f"part: {name}") for name in names}
        reworded = {**part, "seen": "0"}
        assert self.enter.margaret.post("/lead/plan/parts/good", reworded).path == "/lead/plan"
        new = {name: self.plant(f"new part: {name}") for name in names}
        assert self.enter.margaret.post("/lead/plan/new", {**new, "shape": "line"}).path == "/lead/plan"

    def answers(self, round: str) -> None:
        for prompt, chosen in PATH.items():
            if not chosen:
                self.says(prompt, self.plant(f"{round} draft: {prompt}"), "draft", then="typing")
                self.says(prompt, self.plant(f"{round} saved for later: {prompt}"), "draft")
                self.says(prompt, self.plant(f"{round} too long: {prompt}") + "x" * 10_001)
                if prompt != "glad-of":  # there it would lead elsewhere
                    self.says(prompt, self.plant(f"{round} for the session: {prompt}"), way="talk")
            self.says(prompt, chosen or self.plant(f"{round} answer: {prompt}"))
        self.says("next-week", self.plant(f"{round} unsent: next-week"), "draft")
        seen = self.participant.get(f"{self.work}/check").field("seen")
        page = self.participant.post(f"{self.work}/submission", {"seen": seen}, of=f"{self.work}/check")
        assert page.path == f"{self.work}/receipt"

    def says(self, prompt: str, answer: str, where: str = "answers", **fields: str) -> None:
        page = self.participant.get(f"{self.work}?change={prompt}")
        form = {name: page.field(name) for name in ("csrf_token", "prompt", "seen", "draft_seen", "tab")}
        assert form["prompt"] == prompt
        reply = self.participant.client.post(
            f"{self.work}/{where}", data={**form, **fields, "answer": answer}
        )
        assert reply.status_code == (422 if len(answer) > 10_000 else 200 if "then" in fields else 303)

    def types_into_every_kind(self) -> None:
        token = self.enter.sam.token("/my/")
        for activity in starter_activities():
            work_id = self.cast.priya.sets(self.cast.sam, activity.id)
            draft = f"/my/work/{work_id}/draft"
            for prompt in activity.prompts:
                words = {field: self.plant(f"{activity.id}/{prompt.id}: {field}") for field in prompt.fields}
                asked = (
                    f"{prompt.id}.{self.item_of(work_id, prompt.for_each)}" if prompt.for_each else prompt.id
                )
                form = {"csrf_token": token, "prompt": asked, "seen": "0", "then": "typing", **words}
                assert self.enter.sam.client.post(draft, data=form).status_code == 200

    def item_of(self, work_id: UUID, over: str) -> str:
        """The key of an item of this list; he answers it first, where he has not, with one that is planted."""
        whole = self.cast.sam.work(work_id)
        prompt = whole.activity.prompt(over)
        assert prompt
        if over not in whole.answers:
            said = (
                prompt.options[0].id if isinstance(prompt, SeveralChoices) else self.plant(f"{over}: an item")
            )
            given = Given("answered", prompt.parse({"answer": [said]}), 1, self.cast.now)
            with self.cast.store.writing() as tx:
                row = work.work_row(tx, self.cast.sam.viewer, work_id)
                _store_answer(tx, row, over, given)
                tx.commit()
            return self.item_of(work_id, over)
        return next(items_of(prompt, whole.answers[over].value)).key

    def wants_notices(self) -> None:
        for who, browser in (("staff", self.staff), ("participant", self.participant)):
            address = self.plant.planted[f"{who}: email"] = f"{MARK}{secrets.token_hex(6)}@post.example"
            assert address in browser.post(
                "/account/notices", {"mail": "email", "email": address}, of="/account"
            )

    def keeps_a_plan(self) -> None:
        plan, him = "/my/plan", self.participant
        for part, stage in (("good", ""), ("instead", ""), ("people", ""), ("signs", "red")):
            place = f"build/{part}/{stage}".rstrip("/")
            words = {name: self.plant(f"plan, {part}: {name}") for name in ("words", "more")}
            typed = {name: self.plant(f"plan draft, {part}: {name}") for name in ("words", "more")}
            draft = {**typed, "place": place, "then": "typing", "tab": "one", "draft_seen": "0"}
            assert him.post(f"{plan}/draft", draft, of=plan).status == 200
            sent = {**words, "stage": stage, "tab": "one"}
            assert him.post(f"{plan}/build/{part}", sent).status == 200
            talk = {"words": self.plant(f"plan, {part}: unsent"), "stage": stage, "tab": "one", "way": "talk"}
            assert him.post(f"{plan}/build/{part}", talk).status == 200
        item = first(r"/my/plan/items/[0-9a-f-]{36}", him.get(plan))
        seen = him.get(item).field("seen")
        changed = {"words": self.plant("plan, changed: words"), "stage": "red", "more": "x", "seen": seen}
        assert him.post(item, changed).path == plan
        assert (
            him.post(item, {**changed, "words": self.plant("plan, stale: words"), "seen": "1"}).status == 409
        )

    def goes_on_and_is_handed_over(self) -> None:
        sam, priya = f"/participants/{self.cast.sam.enrolment_id}", self.enter.priya
        path, over = f"{sam}/path", f"{sam}/handover"
        step = {"to": "ended_early", "day": "2026-11-24", "seen": "in_programme", "confirmed": "yes"}
        assert priya.post(path, step | {"reason": self.plant("path: reason")}).path == sam
        wrong = step | {"to": "closed", "day": "soon", "seen": "ended_early"}
        assert priya.post(path, wrong | {"reason": self.plant("path: wrong day")}).status == 422
        daniel = {"to": f"{self.cast.daniel.viewer.account_id}"}
        assert priya.post(over, {"to": "", "reason": self.plant("handover: to nobody")}).status == 422
        assert priya.post(over, daniel | {"reason": self.plant("handover: reason")}).path == "/caseload"
        caseload = f"/lead/staff/{self.cast.daniel.viewer.account_id}/caseload"
        back = {
            "who": f"{self.cast.sam.enrolment_id}",
            "to": f"{self.cast.priya.viewer.account_id}",
            "reason": self.plant("caseload: reason"),
        }
        self.enter.margaret.sign_in(self.cast, self.cast.margaret)
        assert self.enter.margaret.post(caseload, back).path == caseload
        page = priya.get(path)
        for field in ("path: reason", "handover: reason", "caseload: reason"):
            assert self.plant.planted[field] in page

    def speaks_of_an_appointment(self) -> None:
        page = first(r"/appointments/[0-9a-f-]{36}/attendance", self.staff.get(self.place))
        form = {"attendance": "cancelled_by_service", "seen": "1"}
        too_long = {**form, "words": self.plant("attendance: too long") + "x" * 2000}
        assert self.staff.post(page, too_long).status == 422
        words = self.plant("attendance: words")
        assert self.staff.post(page, {**form, "words": words}).path == self.place
        assert words in self.staff.get(page)
        again = {"attendance": "not_noted", "words": words, "seen": "2"}  # it takes place after all
        assert self.staff.post(page, again).path == self.place
        shown = self.staff.post("/caseload/calendar/address", of="/caseload/calendar")
        self.plant.planted["calendar: token"] = first(r"/calendar/([\w-]{43})\.ics", shown)

    def says_how_it_was(self) -> None:
        """Once it waits, once it went into a batch, and once while it is a draft."""
        margaret, questions = self.enter.margaret, "/lead/evaluation/questions"
        words = {
            name: self.plant(f"evaluation question: {name}") for name in ("ask", "low_label", "high_label")
        }
        assert margaret.post(f"{questions}/new", {**words, "kind": "scale"}).path == questions
        reworded = {**words, "ask": self.plant("evaluation question: other words"), "seen": "1"}
        assert margaret.post(f"{questions}/clear", reworded).path == questions
        margaret.post(f"{questions}/approval", {"seen": "2"}, of=questions)
        leavers = Leavers(self.cast, Hasher(cheap=True))
        for number, who in enumerate(leavers.many(6)):
            leavers.says(who, better=self.plant(f"evaluation {number}"))
        assert self.plant.planted["evaluation 0"] in margaret.get("/lead/evaluation")
        leavers.leaves(replace(self.cast.sam, enrolment_id=UUID(self.place.rpartition("/")[2])))
        page, sent = "/my/evaluation", {"number": "2", "draft_seen": "0", "tab": "one"}
        for then in ("typing", "later"):
            draft = {**sent, "answer-better": self.plant(f"evaluation, {then}"), "then": then}
            assert self.participant.post(f"{page}/draft", draft, of=page).status == 200
        too_long = {**sent, "answer-better": self.plant("evaluation: too long") + "x" * 2000}
        assert self.participant.post(page, too_long).status == 422

    def looks_through_the_plan(self) -> None:
        review, sam = "/my/plan/review", self.enter.sam
        words = {"words": self.plant("plan of Sam: words"), "stage": "red", "tab": "one"}
        assert sam.post("/my/plan/build/signs", words).status == 200
        assert sam.post(review, of="/my/plan").status == 200
        item = first(r"/my/plan/review/items/[0-9a-f-]{36}", sam.get(review))
        form = {"way": "still_true", "seen": sam.get(review).field("seen")}
        assert sam.post(item, form, of=review).path == review

    def leaves_something_held(self) -> None:
        page = f"{self.place}/notes"
        form = {"csrf_token": self.staff.token(page), "page": page, "words": self.plant("note: held")}
        self.clock.forward(minutes=31)
        assert self.staff.client.post(page, data=form).location == f"/sign-in?next={page}"

    def names_a_group(self) -> None:
        shown = self.staff.post("/groups/new", {"label": self.plant("group: label"), "site": "epsom"})
        assert self.plant.planted["group: label"] in shown
        too_long = {"label": self.plant("group: too long") + "x" * 60, "seen": "1"}
        assert self.staff.post(f"{shown.path}/label", too_long).status == 422
        other = {"label": self.plant("group: other label"), "seen": "1"}
        assert self.staff.post(f"{shown.path}/label", other).path == shown.path
        work = {name: self.plant(f"group card: {name}") for name in ("why", "when_where", "in_the_way")}
        member = self.place.rpartition("/")[2]
        assert self.staff.post(f"{shown.path}/members", {"members": member}, of=shown.path).status == 200
        met = {"kind": "session", "day": "2027-02-02", "time": "14:00", "site": "epsom"}
        assert self.staff.post(f"{shown.path}/meetings", met, of=shown.path).status == 200
        card = first(
            r"/groups/[0-9a-f-]{36}/work/new/[0-9a-f-]{36}", self.staff.get(f"{shown.path}/work/new")
        )
        due = first(r'<option value="([0-9a-f-]{36})"', self.staff.get(card))
        assert self.staff.post(card, {**work, "minutes": "15", "due": due}).path == shown.path

    def asks_about_what_is_held(self) -> None:
        """He says what is wrong, and is answered; he asks for an erasure, and it is refused; a hold comes and goes."""
        held, margaret = "/my/held", self.enter.margaret
        wrong = {name: self.plant(f"correction: {name}") for name in ("wrong", "should")}
        too_long = {**wrong, "wrong": self.plant("correction: too long") + "x" * 2000}
        asks = "/my/held/corrections"
        assert self.participant.post(asks, too_long, of=held).status == 422
        assert self.participant.post(asks, wrong, of=held).path == held
        one = first(r"/lead/corrections/[0-9a-f-]{36}", margaret.get("/lead/corrections"))
        answer = {"outcome": "added", "answer": self.plant("correction: answer")}
        assert wrong["should"] in margaret.get(one)
        assert margaret.post(f"{one}/answer", answer, of=one).status == 200
        assert answer["answer"] in self.participant.get(held)
        self.participant.post("/my/erasure", of=held)
        request = first(r"/lead/erasures/[0-9a-f-]{36}", margaret.get("/lead/erasures"))
        refusal = {"wording": "in_use", "reason": self.plant("erasure: reason")}
        assert margaret.post(f"{request}/refusal", refusal, of=request).status == 200
        reference = first(r'class="ref">([A-Z]\d-\d{3})<', margaret.get(request))
        hold = {"reference": reference, "kind": "other", "review_on": "2027-03-01"}
        sent = {**hold, "reason": self.plant("hold: reason")}
        assert margaret.post("/lead/holds", sent).path == "/lead/holds"
        lifting = first(r"/lead/holds/[0-9a-f-]{36}/lifting", margaret.get("/lead/holds"))
        assert margaret.post(lifting, {"reason": self.plant("hold: lifted")}).path == "/lead/holds"
        token = self.participant.token(held)
        taken = self.participant.client.post(f"{held}/download", data={"csrf_token": token, "form": "html"})
        page = taken.get_data(as_text=True)
        his = (
            "second answer: ",
            "correction: wrong",
            "plan, good: words",
            "participant: name",
            "/my/messages",
        )
        for field, words in self.plant.planted.items():
            if field.startswith(his) and not field.endswith(("draft", "long", "unsent")):
                assert words in page, field
            if field.startswith(("concern: ", "lead: ", "note", "look: ", "hold: ", "erasure: ", "/my/tell")):
                assert words not in page, field

    def feedback(self, round: str) -> tuple[str, dict[str, object]]:
        """The page of what was handed in, and its form filled in."""
        review = first(r"/submissions/[0-9a-f-]{36}", self.staff.get(self.place))
        fields = {
            name: self.plant(f"{round}: {name}") for name in ("comment-told-yourself", "comment-", "words")
        }
        page = self.staff.get(review)
        return review, fields | {name: page.field(name) for name in ("seen", "csrf_token", "page")}

    def gives_feedback(self, round: str, ending: str) -> None:
        for act in ("feedback", ending):
            review, form = self.feedback(f"{round} {act}")
            assert self.staff.post(f"{review}/{act}", form, of=review).status == 200
        page = self.participant.get(self.work)
        assert form["comment-told-yourself"] in page and (form["words"] in page) == (ending == "return")

    def keeps_what_came_on_paper(self) -> None:
        """The questions of his own that were set first."""
        page = self.staff.get(self.place)
        paper = first(r"/participants/[0-9a-f-]{36}/work/[0-9a-f-]{36}/paper", page)
        kept = self.plant("paper: kept")
        assert self.staff.post(paper, {"day": "2026-11-24", "kept": kept}).path == self.place
        assert kept in self.staff.get(paper)
        assert kept not in self.participant.get("/my/")
        assert self.staff.post(
            f"{paper}/removal", {"record": self.staff.get(paper).field("record")}, of=paper
        )
        too_long = {"day": "2026-11-24", "kept": self.plant("paper: too long") + "x" * 10_001}
        assert self.staff.post(paper, too_long).status == 422
        assert kept in self.staff.get(paper)

    def raises_concerns(self) -> None:
        for path in ("/my/tell", "/my/about-my-practitioner"):
            assert self.participant.post(path, {"words": self.plant(path)}).status == 200
            assert (
                self.participant.post(path, {"words": self.plant(f"{path}: too long") + "x" * 5000}).status
                == 422
            )
        passed = {"passed_day": "2026-11-24", "passed_time": "14:00"}
        seen = {name: self.plant(f"concern: {name}") for name in ("words", "passed_to")}
        assert self.staff.post(f"{self.place}/concerns/new", {**seen, **passed}).path == self.place
        concern = first(r"/concerns/[0-9a-f-]{36}", self.staff.get(self.place))
        self.staff.post(f"{concern}/notes", {"note": self.plant("concern: note")}, of=concern)
        lead = f"/lead{concern}"
        steps = {
            "taking": {},
            "passing-on": passed
            | {name: self.plant(f"lead: {name}") for name in ("passed_to", "passed_note")},
            "notes": {"note": self.plant("lead: note")},
            "closing": {"reason": self.plant("lead: reason")},
        }
        for step, form in steps.items():
            seen_now = {"seen": {"taking": "1", "passing-on": "2"}.get(step, "3")}
            assert self.enter.margaret.post(f"{lead}/{step}", {**form, **seen_now}, of=lead).status == 200
        page = self.enter.margaret.get(lead)
        assert not [
            words for field, words in self.plant.planted.items() if "lead:" in field and words not in page
        ]

    def writes_messages(self) -> None:
        for who, page in ((self.participant, "/my/messages"), (self.staff, f"{self.place}/messages")):
            draft = {"words": self.plant(f"{page}: draft"), "then": "typing", "tab": "one"}
            assert who.post(f"{page}/draft", draft, of=page).status == 200
            assert who.post(page, {"words": self.plant(f"{page}: long") + "x" * 4000}).status == 422
            words = self.plant(page)
            assert who.post(page, {"words": words}).status == 200 and words in who.get(page)

    def writes_notes(self) -> None:
        page = f"{self.place}/notes"
        assert self.staff.post(page, {"words": self.plant("note")}).path == page
        reference = first(r'class="ref">([A-Z]\d-\d{3})<', self.staff.get(page))
        self.is_looked_at(reference)
        agreed = f"/appointments/{self.cast.met(UUID(self.place.rsplit('/')[-1]))}/agreed"
        assert self.staff.post(agreed, {"agreed": self.plant("agreed"), "seen": "0"}).path == self.place
        assert self.plant.planted["agreed"] in self.participant.get("/my/")

    def is_looked_at(self, reference: str) -> None:
        margaret, ruth, looks = self.enter.margaret, self.enter.ruth, "/lead/looks"
        look = {"reference": reference, "purpose": "practice", "reason": self.plant("look: reason")}
        opened = margaret.post(looks, look)
        assert self.plant.planted["note"] in margaret.get(f"{opened.path}/notes")
        assert look["reason"] in self.staff.get(self.place)
        assert (
            margaret.post(looks, {**look, "reason": self.plant("look: too long") + "x" * 1000}).status == 422
        )
        later = {**look, "reason": self.plant("look: reason for later"), "later": "yes"}
        assert margaret.post(looks, later).path == looks
        decision = first(rf"{looks}/[0-9a-f-]{{36}}/decision", ruth.get(looks))
        agreement = decision.replace("decision", "agreement")
        assert ruth.post(agreement, {"reason": self.plant("look: agreed")}, of=decision).path == looks
        assert self.plant.planted["look: agreed"] in margaret.get(decision)
        find = f"/lead/withheld?find={reference}"
        entry = first(r"/lead/withheld/[0-9a-f-]{36}/[0-9a-f-]{36}", margaret.get(find))
        decided = {"shown": "no", "seen": "0", "reason": self.plant("disclosure: reason")}
        assert margaret.post(entry, decided).path == "/lead/withheld"
        assert decided["reason"] in margaret.get(entry)

    def writes_for_too_long(self) -> None:
        review, form = self.feedback("held")
        self.clock.forward(minutes=31)
        self.staff.client.post(f"{review}/feedback", data=form)
        with self.cast.store.reading() as tx:
            assert tx.execute(text("SELECT count(*) FROM held_forms")).scalar() == 1

    def come_back(self) -> None:
        for who, browser in (("staff", self.staff), ("participant", self.participant)):
            name, passphrase = (
                self.plant.planted[f"{who}: {what}"] for what in ("sign-in name", "passphrase")
            )
            for wrong in (
                (self.plant(f"{who}: unknown"), passphrase),
                (name, self.plant(f"{who}: mistyped")),
            ):
                assert self.signs_in(browser, *wrong).status == 422
            assert self.signs_in(browser, name, passphrase).status == 200
        back = self.staff.post("/second-factor", {"code": self.code()})
        assert back.path.startswith("/submissions/")  # where what is held for him was typed

    def gets_a_statement_of_its_own(self) -> None:
        shipped = policy_file(Policy.STATEMENT).read_text(encoding="utf-8")
        own = re.sub(r"(?m)^version = \d+$", "version = 1000", shipped)
        own = re.sub(r'(?m)^title = ".*"$', f'title = "{self.plant("statement: title")}"', own)
        import_policy(self.cast.store, Policy.STATEMENT, own.encode(), self.clock.now)

    def change_how_they_sign_in(self) -> None:
        way_in = "/account/signing-in"
        for who, browser in (("staff", self.staff), ("participant", self.participant)):
            new = f"{way_in}/passkeys/new"
            token = browser.token(new)
            asked = browser.client.post(f"{way_in}/passkeys/challenge", data={"csrf_token": token}).text
            name = self.plant(f"{who}: passkey")
            browser.post(new, {"name": name, "passkey": Device().makes(asked)})
            assert name in browser.get(way_in)
            too_long = {"name": self.plant(f"{who}: passkey, too long") + "x" * 40}
            assert browser.post(new, too_long).status == 422
            shown = browser.post(f"{way_in}/recovery-codes")
            found = re.findall(r"<li>([\w-]+)</li>", shown.text)
            self.plant.planted.update({f"{who}: new recovery code {n}": each for n, each in enumerate(found)})
            passphrase = f"{secrets.token_hex(4)} willows at dusk"
            self.plant.planted[f"{who}: new passphrase"] = passphrase
            assert browser.post(f"{way_in}/passphrase", {"passphrase": passphrase}).path == way_in
            shown = browser.post(f"{way_in}/code/key", of=f"{way_in}/code")
            self.plant.planted[f"{who}: another one-time key"] = first(r'class="key">([^<]+)<', shown)
        word = {"word": self.plant("reset: word"), "lost": "both"}
        shown = self.staff.post(f"{self.place}/reset", word)
        self.plant.planted["reset: code"] = first(r'class="code">([^<]+)<', shown)

    def signs_in(self, browser: Visitor, name: str, passphrase: str) -> Page:
        says = f"Firefox on Android {self.plant('browser')}"
        fields = {"sign_in_name": name, "passphrase": passphrase, "own_device": "yes"}
        page = browser.post("/sign-in", fields, **{"User-Agent": says})
        if mark := browser.client.get_cookie("companion-device"):
            self.plant.planted[f"mark of {name}"] = mark.value
        return page


PATH = {
    "the-week": "6", "glad-of": "", "made-possible": "planned", "harder": "one", "around-you": "tired",
    "told-yourself": "", "next-time": "", "next-week": "",
}  # fmt: skip
"""One way through *A week of choices*; what is empty is said in words."""


def first(pattern: str, page: Page) -> str:
    found = re.search(pattern, page.text)
    assert found, f"no {pattern} on {page.path}: {page.text}"
    return found[found.re.groups]


@pytest.fixture
def trip(
    app: Flask, enter: SimpleNamespace, cast: Cast, clock: Clock, caplog: pytest.LogCaptureFixture
) -> Trip:
    caplog.set_level(logging.INFO)
    made = Trip(app, enter, cast, clock)
    made.goes()
    return made


def test_no_word_lies_readable_in_a_database_a_dump_a_backup_or_the_log(
    trip: Trip, settings: Settings, rehearsal: Rehearsal, caplog: pytest.LogCaptureFixture
) -> None:
    made = rehearsal.makes(trip.cast.store, trip.clock.now)
    thiefs = taken(settings)
    for path in (made.words, made.keys):
        assert not is_marked(path.read_bytes()) and b"a-week-of-choices" not in path.read_bytes()
        thiefs += rehearsal.opened(path)  # also to who has the private half, but not the wrapping key
    assert (
        b"a-week-of-choices" in thiefs and b"work_submitted" in thiefs
    )  # the search reaches what is not sealed
    assert len(trip.plant.planted) > 80
    assert trip.plant.found(thiefs) == []
    assert not any(map(is_marked, files_of_the_server(settings)))
    said = "\n".join(map(caplog.handler.format, caplog.get_records("setup")))
    assert trip.plant.found(said.encode()) == []


def test_the_search_finds_a_word_however_it_is_written() -> None:
    plant = Canaries()
    word, code = plant("card: why"), "PQ7X-M2K9"
    plant.planted["code"] = code
    for each in (word, code):
        field = "card: why" if each == word else "code"
        for how in (
            each.encode("utf-16-le"),
            each.encode("utf-16-be"),
            each.upper().encode(),
            each.replace(" ", "").replace("-", "").encode(),
            quote_plus(each).encode(),
            quote(each).encode(),
            each.encode().hex().upper().encode(),
            *(b64encode(b"xyz"[:before] + each.encode() + b"?") for before in range(3)),
        ):
            assert plant.found(b"so much else " + how + b" and more") == [field], how
    assert plant.found(b"nothing of all that") == []


def test_no_word_is_logged_when_the_database_fails(
    caplog: pytest.LogCaptureFixture, store: Store, enter: SimpleNamespace, cast: Cast
) -> None:
    work, plant = f"/my/work/{cast.priya.sets(cast.owen, 'a-week-of-choices')}", Canaries()
    page = enter.owen.get(work)
    form = {name: page.field(name) for name in ("csrf_token", "prompt", "seen", "draft_seen", "tab")}
    answer = plant("while the database fails")
    with renamed(store, "drafts"):
        reply = enter.owen.client.post(f"{work}/answers", data={**form, "answer": answer})
    assert reply.status_code in (500, 503)
    assert "drafts" in caplog.text and "SQL parameters hidden" in caplog.text  # also what is no word
    assert plant.found(caplog.text.encode()) == []


@contextmanager
def renamed(store: Store, table: str) -> Iterator[None]:
    """A table that is away for a while."""
    for now, then in ((table, "elsewhere"), ("elsewhere", table)):
        with store.writing() as tx:
            tx.execute(text(f"ALTER TABLE {now} RENAME TO {then}"))
            tx.commit()
        if now == table:
            yield
