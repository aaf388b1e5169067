"""Appointments, groups, a handover, messages and notes, with canaries (unique words) in all text fields."""

from uuid import UUID, uuid4

from tests.security.canary_trip.steps import Steps, first


class Meetings(Steps):
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
        # record that the appointment takes place as planned after all
        again = {"attendance": "not_noted", "words": words, "seen": "2"}
        assert self.staff.post(page, again).path == self.place
        shown = self.staff.post("/caseload/calendar/address", of="/caseload/calendar")
        self.plant.planted["calendar: token"] = first(r"/calendar/([\w-]{43})\.ics", shown)

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
        work = {"why": self.plant("group card: why")}
        member = self.place.rpartition("/")[2]
        assert self.staff.post(f"{shown.path}/members", {"members": member}, of=shown.path).status == 200
        met = {"kind": "session", "day": "2027-02-02", "time": "14:00", "site": "epsom"}
        assert self.staff.post(f"{shown.path}/meetings", met, of=shown.path).status == 200
        card = first(
            r"/groups/[0-9a-f-]{36}/work/new/[0-9a-f-]{36}", self.staff.get(f"{shown.path}/work/new")
        )
        due = first(r'<option value="([0-9a-f-]{36})"', self.staff.get(card))
        assert self.staff.post(card, {**work, "minutes": "15", "due": due}).path == shown.path

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
        self.fills_in_after_a_session()

    def fills_in_after_a_session(self) -> None:
        page = f"/appointments/{self.cast.met(UUID(self.place.rsplit('/')[-1]), days=3)}/after"
        shown = self.staff.get(page)
        typed = {
            name: self.plant(f"after: {name}")
            for name in ("note", "agreed", "questions", "why", "where", "if_blocked")
        }
        when = first(r'name="when" value="([^"]+ evening)"', shown)
        due = shown.text.partition('name="due"')[2].partition('value="')[2][:36]
        sent = {
            **typed,
            "attendance": "attended",
            "work": "own",
            "due": due,
            "when": when,
            "once": str(uuid4()),
        }
        sent |= {name: shown.field(name) for name in ("seen", "topics_seen", "agreed_seen", "draft_seen")}
        draft = {**sent, "note": self.plant("after: draft"), "then": "typing", "tab": "one"}
        assert self.staff.post(f"{page}/draft", draft, of=page).status == 200
        assert self.staff.post(page, sent).status == 409
        assert self.staff.post(page, {**sent, "tab": "one"}).path == self.place
        assert typed["agreed"] in self.participant.get("/my/")

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
