"""Actions from a participant's first meeting to the last review."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from companion.domain.time.london import LONDON
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Practitioner, code_on_slip


class Deliverer(Practitioner):
    """A practitioner (Priya or Daniel) with a participant on the pathway."""

    def refers(self, name: str, word: str) -> str:
        """Add a participant without an appointment, and return the joining code."""
        self.goes_to_board()
        self.presses("Add a participant")
        self.fills(The_name_to_call_them_by=name, Agreed_word=word)
        self.picks(self.page.get_by_label("Kind"), "None yet")
        self.presses("Add and make slip")
        return code_on_slip(self)

    def books(self, kind: str, at: datetime) -> None:
        """Add an appointment on a participant's page."""
        local = at.astimezone(LONDON)
        self.presses_this(self.page.get_by_text("Add an appointment"))
        self.picks(self.page.get_by_label("Kind"), kind)
        self.fills(Day=f"{local:%Y-%m-%d}", Time=f"{local:%H:%M}")
        self.presses("Add", exact=True)
        self.reads("Appointment added.")

    def notes_that_he_came(self, agreed: str = "") -> None:
        """Record that the participant attended the meeting, and what was agreed."""
        self.presses(re.compile("^After the session"))
        self.ticks(self.page.get_by_label("Attended"))
        if agreed:
            self.fills(What_you_agreed=agreed)
        self.presses("Save", exact=True)
        self.reads("Saved: attendance")

    def takes_step(self, to: str, reason: str = "") -> None:
        """On a participant's page, move the participant to the next pathway state."""
        self.presses("Change status and history")
        self.ticks(self.page.get_by_label(to, exact=True))
        if reason:
            self.fills(Reason=reason)
        known = self.page.get_by_label("I know. Leave these as they are")
        if known.count():
            self.ticks(known)
        self.presses("Change status")
        self.reads("Status changed.")

    def marks(self, topics: Mapping[str, str]) -> None:
        """Record the progress of these topics, and return to the participant's page."""
        page = self.place
        self.presses("Plan the topics")
        for topic, mark in topics.items():
            self.ticks(self.page.get_by_role("group", name=topic).get_by_label(mark, exact=True))
        self.presses("Save", exact=True)
        self.reads("Topics saved.")
        self.opens(page)

    def asks(self, question: str, why: str) -> None:
        """Starting on a participant's page, type a question and set it as work for the participant."""
        self.presses("Set work", exact=True)
        self.presses("Type your own questions")
        self.fills(Questions=question, Why=why)
        self.presses("Set these questions")
        self.reads("Work set.")

    def opens_brief(self, *words: str) -> None:
        """Check that the brief contains these words, and return to the participant's page."""
        page = self.place
        self.presses("Brief for the next meeting")
        self.reads(*words)
        self.opens(page)

    def looks_at_plan_together(self, again: date, *words: str) -> None:
        """Check that the plan contains these words, and set the next review's day."""
        page = self.place
        self.presses("Open the plan")
        self.reads(*words)
        self.fills(Date_of_the_next_review=f"{again}")
        self.presses("We reviewed it together")
        self.reads("Review recorded.")
        self.opens(page)

    def hands_over(self, to: str, reason: str) -> None:
        """From a participant's page, hand the participant over to another practitioner."""
        self.presses("Hand over to another practitioner")
        self.picks(self.page.get_by_label("Hand over to"), to)
        self.fills(Reason=reason)
        self.presses("Hand over now")
        self.reads("Handed over.")


class Walker(Participant):
    """A participant who may join during a test and go through the whole pathway."""

    @property
    def account(self) -> dict[str, str]:
        return {"sign_in_name": self.name.lower(), "passphrase": "green bicycle behind the bakery"}

    def joins(self, code: str, word: str) -> None:
        """Join the programme with the joining code and the word agreed with the practitioner."""
        self.opens("/join")
        self.fills(Joining_code=code, Agreed_word=word)
        self.presses("Continue")
        self.presses("I've read this")
        self.fills(Sign_in_name=self.account["sign_in_name"], Passphrase=self.account["passphrase"])
        self.presses("Join", exact=True)
        self.is_at("/my/")

    def does(self, title: str, *answers: str) -> None:
        """Answer every question, and submit the work. An empty answer means *not sure yet*."""
        self.takes_up(title, by="Start")
        for each in answers:
            self.answers(each) if each else self.is_not_sure()
        self.checks()
        self.submits()

    def writes_plan(self, items: Mapping[str, str]) -> None:
        """Build a plan with these items, and leave the other questions for later."""
        self.goes_home()
        self.presses("Build my plan step by step")
        for question, words in items.items():
            self.is_asked(question)
            self.types(words)
            self.presses("Save and continue")
