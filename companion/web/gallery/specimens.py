"""Fictional data for the components page, with very short and very long text."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace as Shown
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from companion import content
from companion.domain.activities.activity import Activity, from_plain
from companion.domain.activities.conversation import Given
from companion.domain.messages.messages import Message
from companion.domain.plan.diff import Difference
from companion.domain.plan.plan import Change, Item, PlanEntry
from companion.domain.refusals import Problem
from companion.domain.work.intention import Intention, PartOfDay
from companion.web.page.form import Form
from companion.web.page.when_form import When
from companion.web.practitioner.forms import ConcernNote, Passed
from companion.web.practitioner.meetings.appointment_forms import Move, Sessions

WALK, LONG = "I walked to the bridge.", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"

NOBODY = UUID(int=0)
STAGES = [
    "not_started", "in_progress", "submitted", "read", "returned", "released", "on_paper", "not_needed", "withdrawn",
]  # fmt: skip
FILTERS = ["all", "needs-a-look", "to-read", "overdue", "next-7-days", "to-talk", "concerns"]
FORMS: dict[str, type[Form]] = {
    "note": ConcernNote,
    "passed": Passed,
    "sessions": Sessions,
    "when": When,
}


class Specimens:
    """The sample texts and made-up objects in the gallery of page components."""

    name, other, long = "Priya", "Sam", LONG
    reference = "K7-402"
    label, hint = "What went well this week", "One thing is enough."
    said = WALK
    much = f"{WALK} It rained, and nobody else was there. I came back by {LONG}.\n\nIt was a good hour."
    choices = (
        ("park", "The park"),
        ("river", "The river"),
        ("long", f"The way by {LONG}, if it does not rain"),
    )
    needs = ("own-behaviour", "hurt-myself", "child-in-danger")
    stages, filters = STAGES, FILTERS

    def __init__(self, now: datetime) -> None:
        self.soon, self.ago = now + timedelta(days=2), now - timedelta(hours=3)
        self.page = Shown(counts=dict.fromkeys(FILTERS, 3), paging=Shown(page=2, pages=12))
        self.asked = Shown(show="to-read", state="", page=2)
        self.met = [
            Shown(group="", participant=self.other, appointment=self._appointment()),
            Shown(group="G1-001", participant="", appointment=self._appointment()),
        ]

    def problem(self, field: str, key: str = "empty", **values: Any) -> list[Problem]:
        """Return the problems of a form with an error in one field."""
        return [Problem(key, values, field)]

    def form(self, name: str, problems: list[Problem], **typed: str) -> Form:
        """Return the form with the given name and errors."""
        form = FORMS[name](MultiDict(typed))
        form.problems = tuple(problems)
        return form

    @property
    def clashing(self) -> Form:
        """Return a form for an appointment with every possible clash."""
        form = self.form("sessions", self.problem("confirmed", "nothing_chosen"))
        clashes: Any = Shown(each=[self.met], caveats=["not_in_programme", "more_than_programme"], mark="x")
        form.clashes = clashes
        return form

    @property
    def moved(self) -> Move:
        """Return a form for moving an appointment, with the error that somebody else has changed the
        appointment.

        The field names are also HTML ids, so no other field on the gallery's page may have the same name.
        """
        form = Move(MultiDict({"day": "2026-12-03", "time": "14:00"}))
        form.conflict = True
        form.day.name, form.time.name = "moved-day", "moved-time"
        return form

    @property
    def problems(self) -> list[Problem]:
        """Return three example form errors, one of them about the whole form."""
        return [
            *self.problem("specimen-empty"),
            *self.problem("specimen-long", "too_long", most=300, long=312, over=12),
            *self.problem("", "bad_time"),
        ]

    @property
    def when(self) -> Shown:
        """Return a piece of work with the participant's plan for doing the work."""
        day = self.soon.date()
        said = Intention(day, PartOfDay.EVENING, "At the kitchen table", f"I'll ask {LONG}.")
        times = [(each, list(PartOfDay)) for each in (day, day + timedelta(days=9))]
        return Shown(work=Shown(intention=said), times=times, parts=set(PartOfDay))

    @property
    def slip(self) -> Shown:
        """Return a made-up joining slip, with its joining code and the time at which the code expires."""
        return Shown(code="K7QD-M2XT-9RWA", expires_at=self.soon)

    @property
    def ways(self) -> list[Given]:
        """Return the two ways of skipping a question."""
        return [Given("not_sure", None, 1, self.ago), Given("talk", None, 1, self.ago)]

    def piece(self, stage: str) -> Shown:
        """Return a piece of work at this stage."""
        handed_in = self.ago if stage in ("submitted", "read", "returned", "released") else None
        paper = self.ago.date() if stage == "on_paper" else None
        back = self.ago if stage == "withdrawn" else None
        done = {
            "withdrawn_at": back,
            "done": 3,
            "fewest_left": 2,
            "most_left": 5,
            "round": 2,
            "short": stage == "read",
        }
        return Shown(stage=stage, on_paper_on=paper, submitted_at=handed_in, saved_at=self.ago, **done)

    def concern(self, state: str, late: bool) -> Shown:
        """Return a row for the list of concerns."""
        limits = Shown(take_by=self.soon, finish_by=self.soon)
        concern = Shown(
            kind="told", state=state, limits=limits, overdue_since=lambda _: self.ago if late else None
        )
        return Shown(concern=concern, taken_by="Margaret")

    @property
    def told(self) -> Shown:
        """Return a concern with its steps."""
        passed = Shown(to="The duty team", at=self.ago)
        empty = {"by": "", "told": "", "passed": None, "words": "", "at": self.ago}
        steps = [
            Shown(**{**empty, "kind": "raised", "by": self.name}),
            Shown(**{**empty, "kind": "told", "told": "Margaret"}),
            Shown(
                **{
                    **empty,
                    "kind": "passed_on",
                    "by": "Margaret",
                    "passed": passed,
                    "words": "They ring back.",
                }
            ),
        ]
        origin = {"question": self.label, "message_id": None, "note_id": None}
        more = dict.fromkeys(("fact", "thought", "protect", "measures"), "They rang on Monday.")
        said = Shown(words=self.much, passed=passed, **origin, **more)
        return Shown(
            line=self.concern("passed_on", late=False), raised_by=self.name, content=said, steps=steps
        )

    @property
    def there(self) -> Shown:
        """Return a sample practitioner who hasn't left and isn't away."""
        return Shown(left=False, away_until=None, away_on=lambda _: False)

    @property
    def gone(self) -> Shown:
        """Return a sample practitioner who is away."""
        return Shown(left=False, away_until=self.soon.date(), away_on=lambda _: True)

    @property
    def looks(self) -> list[Shown]:
        """Return an example of lead access that a second lead has agreed to."""
        agreed = Shown(kind="agreed", by="Ines", at=self.ago, reason="It helps to see how it goes.")
        look, until = Shown(purpose="practice"), self.soon
        opened = {"opened_at": self.ago, "until": until, "told": True}
        return [Shown(by="Margaret", look=look, reason=self.said, steps=[agreed], **opened)]

    @property
    def undelivered(self) -> list[Shown]:
        """Return examples of emails that didn't arrive or may not have arrived."""
        kinds = [("reminder", False), ("digest", True), ("notice", False)]
        return [Shown(id=NOBODY, kind=kind, unsure=unsure, due_at=self.ago) for kind, unsure in kinds]

    @property
    def rows(self) -> list[Shown]:
        """Return two proposed sessions. The first session was moved, and the second session clashes with two
        appointments.
        """
        moved = Shown(day="2026-12-29", time="10:00", seen=-1, instead_of=date(2026, 12, 22))
        plain = Shown(day="next week", time="10:00", seen=-1, instead_of=None)
        common = {"was": None, "minutes": 120}
        return [
            Shown(slot=moved, session=3, clashes=[], **common),
            Shown(slot=plain, session=4, clashes=self.met, **common),
        ]

    @property
    def differences(self) -> list[Difference]:
        """Return a plan part with new, reworded, removed and unchanged items."""
        part = next(each for each in content.plan_parts().parts if each.id == "good")
        items = [
            Item(UUID(int=n), PlanEntry("good", words), None, 1, None)
            for n, words in enumerate(("Walking by the river", "Walking by the sea", "Tea", LONG))
        ]
        return [Difference(part, [items[3]], [Change(items[0], items[1])], [items[2]], [items[0]])]

    def thread(self, of_staff: bool) -> dict[str, Any]:
        """Return example values for the macros that show message threads."""
        texts = [(True, self.other, self.said), (False, self.name, self.much), (True, self.other, LONG)]
        today = self.ago.date()
        promised = (today - timedelta(days=1), None, today)
        messages = [
            Message(UUID(int=n), n, his, by, words, self.ago, None, "", promised[n])
            for n, (his, by, words) in enumerate(texts)
        ]
        thread = Shown(messages=messages, new=None, before=1, new_before=True)
        return {
            "thread": thread,
            "viewer": Shown(role=Shown(staff=of_staff)),
            "older": True,
            "today": today,
            "here": "/_components",
        }

    @property
    def activity(self) -> Activity:
        """Return an activity with one question."""
        asked = {"id": "previewed", "kind": "long_text", "ask": self.label, "help": self.hint}
        about = {
            "format": 1,
            "id": "a-walk",
            "title": "A walk",
            "minutes": 5,
            "introduction": "This is about a walk.",
        }
        return from_plain({**about, "prompts": [asked]})

    def _appointment(self) -> Shown:
        return Shown(starts_at=self.soon, minutes=120, site="epsom", kind="session")
