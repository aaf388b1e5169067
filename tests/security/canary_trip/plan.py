"""The plan and the evaluation, with canaries (unique words) in all text fields."""

from dataclasses import replace
from uuid import UUID

from companion.store.accounts.passphrases import Hasher
from tests.leavers import Leavers
from tests.security.canary_trip.steps import Steps, first


class Plan(Steps):
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

    def says_how_it_was(self) -> None:
        """Write evaluations that leads can see, others that they can't see yet, and a draft."""
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
