"""Work in the portal and on paper, with canaries (unique words) in all text fields."""

import re
from uuid import UUID

from sqlalchemy import text

from companion.content import starter_activities
from companion.domain.activities.answers.several_choices import SeveralChoices
from companion.domain.activities.conversation import Given
from companion.domain.activities.list_items import items_of
from companion.services.authoring.approval import approve
from companion.store.activities import library
from companion.store.work.open_work import open_own
from tests.security.canary_trip.steps import Steps, first

PATH = {
    "the-week": "6", "glad-of": "", "made-possible": "planned", "harder": "one", "around-you": "tired",
    "told-yourself": "", "next-time": "", "next-week": "",
}  # fmt: skip
"""Answers to *A week of choices*, keyed by prompt. If an answer in this list is empty, the test enters a
unique random text instead, and later searches for that text.
"""


class Work(Steps):
    def sets_work(self) -> None:
        with self.cast.store.reading() as tx:
            versions = {each.activity.id: each for each in library.newest_versions(tx)}
        version = versions["a-week-of-choices"]
        approve(self.cast.margaret.at(self.clock.now), version.id, version.revision)
        page = f"{self.place}/work/new/{version.id}"
        card = {"why": self.plant("card: why")}
        due = first(r'<option value="([0-9a-f-]{36})"', self.staff.get(page))
        assert self.staff.post(page, {**card, "minutes": "15", "due": due}).path == self.place
        self.work = first(r"/my/work/[0-9a-f-]{36}", self.participant.get("/my/"))

    def says_when_and_where(self) -> None:
        """Choose when and where to do the work, then change both.

        If a text is too long, the form shows the text again, and Companion doesn't save it.
        """
        together = f"{self.place}{self.work.removeprefix('/my')}/when"
        for who, page, leads_to in (
            (self.participant, f"{self.work}/when", "/my/"),
            (self.staff, together, self.place),
        ):
            shown = who.get(page)
            day = first(r'name="which_day" value="([0-9-]{10})"', shown)
            form: dict[str, object] = {"which_day": day, "part": "evening", "seen": shown.field("seen")}
            words = {name: self.plant(f"{leads_to} when: {name}") for name in ("where", "if_blocked")}
            assert who.post(page, {**form, **words}).path == leads_to
            assert words["where"] in who.get(page)
            too_long = {**form, "where": self.plant(f"{leads_to} when: too long") + "x" * 200}
            assert who.post(page, too_long).status == 422

    def changes_and_withdraws_work(self) -> None:
        """Change the practitioner's explanation of why the work was set.

        Set work whose questions the practitioner has written. Withdraw that work with a reason that the
        participant can read.
        """
        page = f"{self.place}{self.work.removeprefix('/my')}"
        due = first(r'<option value="([0-9a-f-]{36})"', self.staff.get(page))
        for why in (self.plant("changed card: why"), self.plant("changed card: too long") + "x" * 1001):
            form = {"seen": self.staff.get(page).field("seen"), "minutes": "15", "why": why, "due": due}
            status = self.staff.post(f"{page}/card", form, of=page).status
            assert status == (422 if "xxx" in why else 200)
        asked = {name: self.plant(f"withdrawn: {name}") for name in ("questions", "title", "why")}
        typed = f"{self.place}/work/questions"
        self.staff.post(typed, {**asked, "minutes": "10", "due": due}, of=typed)
        not_first = self.work.removeprefix("/my/work/")
        other = first(rf"/work/(?!{not_first})([0-9a-f-]{{36}})\"", self.staff.get(self.place))
        words, page = self.plant("withdrawn: words"), f"{self.place}/work/{other}"
        assert self.staff.post(f"{page}/withdrawal", {"words": words}, of=page).status == 200
        assert words in self.participant.get(f"/my/work/{other}")

    def writes_activities(self) -> None:
        about = {name: self.plant(f"activity: {name}") for name in ("title", "introduction")}
        page = self.staff.post("/activities/new", {**about, "topic": "", "minutes": "15"})
        assert re.fullmatch(r"/activities/[0-9a-f-]{36}/questions", page.path)
        place = page.path.removesuffix("/questions")
        names = ("ask", "help", "options-label", "options-ask")
        words = {name: self.plant(f"question: {name}") for name in names}
        form = {**words, "kind": "one_choice", "options-to": "+", "number": "1", "revision": "1"}
        assert self.staff.post(page.path, form).path == place
        lead = self.enter.margaret
        waiting = first(r'primary" href="(/activities/[0-9a-f-]{36})"', lead.get("/activities/"))
        returns = first(r"/activities/versions/[0-9a-f-]{36}/returns", lead.get(waiting))
        remark = {"remark": self.plant("activity: remark"), "number": "1", "revision": "1"}
        assert lead.post(returns, remark, of=waiting).path == waiting
        again = {name: self.staff.get(waiting).field(name) for name in ("number", "revision")}
        assert self.staff.post(f"{waiting}/check", again, of=waiting).status == 200
        own = {name: self.plant(f"own: {name}") for name in ("questions", "title", "why")}
        due = first(r'<option value="([0-9a-f-]{36})"', self.staff.get(f"{self.place}/work/questions"))
        form = {**own, "minutes": "10", "due": due}
        assert self.staff.post(f"{self.place}/work/questions", form).path == self.place
        again = self.staff.post(f"{place}/preview", {"prompt": "x", "answers": self.plant("preview")})
        assert again.status == 200

    def answers(self, round: str) -> None:
        for prompt, chosen in PATH.items():
            if not chosen:
                self.says(prompt, self.plant(f"{round} draft: {prompt}"), "draft", then="typing")
                self.says(prompt, self.plant(f"{round} saved for later: {prompt}"), "draft")
                self.says(prompt, self.plant(f"{round} too long: {prompt}") + "x" * 10_001)
                if prompt != "glad-of":  # answering this prompt with “talk” would skip other prompts
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
        """Return the key of an item in the answer to this list question."""
        whole = self.cast.sam.work(work_id)
        prompt = whole.activity.prompt(over)
        assert prompt
        if over not in whole.answers:
            said = (
                prompt.options[0].id if isinstance(prompt, SeveralChoices) else self.plant(f"{over}: an item")
            )
            given = Given("answered", prompt.parse({"answer": [said]}), 1, self.cast.now)
            with self.cast.store.writing() as tx:
                open_own(tx, self.cast.sam.viewer, work_id).keep_answer(over, given)
                tx.commit()
            return self.item_of(work_id, over)
        return next(items_of(prompt, whole.answers[over].value)).key

    def feedback(self, round: str) -> tuple[str, dict[str, object]]:
        """Return a submission's URL, and recognisable texts to type into its feedback form."""
        review = first(r"/submissions/[0-9a-f-]{36}", self.staff.get(self.place))
        fields = {
            name: self.plant(f"{round}: {name}") for name in ("comment-told-yourself", "comment-", "words")
        }
        page = self.staff.get(review)
        return review, fields | {name: page.field(name) for name in ("seen", "csrf_token", "page")}

    def keeps_phrases(self) -> None:
        page = "/caseload/reviewing"
        for words, status in ((self.plant("phrase"), 200), (self.plant("phrase: too long") + "x" * 500, 422)):
            assert self.staff.post(f"{page}/phrases", {"phrase": words}, of=page).status == status
        assert self.plant.planted["phrase"] in self.staff.get(page)

    def gives_feedback(self, round: str, ending: str) -> None:
        for act in ("feedback", ending):
            review, form = self.feedback(f"{round} {act}")
            assert self.staff.post(f"{review}/{act}", form, of=review).status == 200
        page = self.participant.get(self.work)
        assert form["comment-told-yourself"] in page and (form["words"] in page) == (ending == "return")

    def talk_about_it_together(self) -> None:
        submission = first(r"/submissions/([0-9a-f-]{36})", self.staff.get(self.place))
        for prompt in ("glad-of", "told-yourself"):
            its = {"submission": submission, "prompt": prompt, "act": "talked"}
            page = self.staff.post(f"{self.place}/together/answers", its, of=self.place)
            assert page.path == f"{self.place}/brief"

    def keeps_what_came_on_paper(self) -> None:
        """Record that the participant answered the first questions on paper."""
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

    def writes_for_too_long(self) -> None:
        review, form = self.feedback("held")
        self.clock.forward(minutes=31)
        self.staff.client.post(f"{review}/feedback", data=form)
        with self.cast.store.reading() as tx:
            assert tx.execute(text("SELECT count(*) FROM held_forms")).scalar() == 1
