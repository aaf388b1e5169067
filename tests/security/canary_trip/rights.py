"""Concerns and requests about records, with canaries (unique words) in all text fields."""

from tests.security.canary_trip.steps import Steps, first


class Rights(Steps):
    def asks_about_what_is_held(self) -> None:
        """A participant asks for a correction and an erasure.

        A lead answers the request for a correction and refuses the erasure. Set and lift a legal hold.
        """
        held, margaret = "/my/held", self.enter.margaret
        wrong = {name: self.plant(f"correction: {name}") for name in ("wrong", "should")}
        too_long = {**wrong, "wrong": self.plant("correction: too long") + "x" * 2000}
        asks = "/my/held/corrections"
        assert self.participant.post(asks, too_long, of=held).status == 422
        assert self.participant.post(asks, wrong, of=held).path == held
        one = first(r"/lead/corrections/[0-9a-f-]{36}", margaret.get("/lead/corrections"))
        answer = {"outcome": "added", "answer": self.plant("correction: answer")}
        assert wrong["should"] in margaret.get(one)
        assert margaret.post(one, answer, of=one).status == 200
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

    def raises_concerns(self) -> None:
        for path in ("/my/tell", "/my/about-my-practitioner"):
            assert self.participant.post(path, {"words": self.plant(path)}).status == 200
            assert (
                self.participant.post(path, {"words": self.plant(f"{path}: too long") + "x" * 5000}).status
                == 422
            )
        passed = {"passed_day": "2026-11-24", "passed_time": "14:00"}
        seen = {
            name: self.plant(f"concern: {name}")
            for name in ("words", "fact", "thought", "protect", "measures", "passed_to")
        }
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
