"""Actions that practitioners and other staff take in browser tests."""

import re
from collections.abc import Mapping
from datetime import date

from playwright.sync_api import Locator, expect

from tests.trips.people import Person


class Staff(Person):
    """A member of staff in a browser, such as Margaret or Alex."""

    def joins(self, code: str, word: str, passphrase: str) -> None:
        """Join Companion, but don't set up the second sign-in step."""
        self.opens("/join")
        self.fills(Joining_code=code, Agreed_word=word)
        self.presses("Continue")
        self.presses("I've read this")
        self.fills(Sign_in_name=self.name.lower(), Passphrase=passphrase)
        self.presses("Join", exact=True)
        self.is_at("/second-factor")

    def sets_up_second_step(self) -> tuple[str, list[str]]:
        """Set up an authenticator app as the second sign-in step.

        Return the authenticator's secret key and the recovery codes.
        """
        secret = self.page.locator(".key").inner_text().replace(" ", "")
        self.fills(Code=self.code(secret))
        self.presses("Continue")
        self.reads("Your recovery codes")
        return secret, self.page.get_by_role("main").get_by_role("listitem").all_inner_texts()

    def approves(self, name: str, word: str) -> str:
        """As a lead, approve a new member of staff, and return the joining code."""
        self.opens("/lead/staff")
        self.presses(re.compile("^Approve"), within=self.page.get_by_role("row", name=name))
        self.fills(Agreed_word=word)
        self.presses("Approve and make slip")
        return code_on_slip(self)

    def begins_activity(self, title: str, introduction: str) -> None:
        """Create a new library activity without questions."""
        self.presses("Activities", within=self.page.get_by_role("navigation", name="Main"))
        self.reads("In this demo they can be set before that.")
        self.presses("Write a new activity")
        self.fills(Title=title, Introduction=introduction)
        self.presses("Continue to the questions")
        self.is_at("/activities/[0-9a-f-]+/questions")
        self.presses(title, within=self.page.get_by_role("main"))
        self.is_at("/activities/[0-9a-f-]+")

    def takes_up_activity(self, title: str) -> None:
        """Open a library activity."""
        self.presses("Activities", within=self.page.get_by_role("navigation", name="Main"))
        self.presses(title, exact=True)
        self.is_at("/activities/[0-9a-f-]+")

    def adds_question(self, kind: str, ask: str, *rows: str, **fields: str) -> None:
        """Add a question at the end of the activity.

        ``rows`` contains the texts of the options to choose from. ``fields``: what to type into any other
        fields, by label.
        """
        self.picks(self.page.get_by_label("Type of answer"), kind)
        self.presses("Add a question", exact=True)
        self.fills(The_question=ask, **fields)
        for number, label in enumerate(rows, 1):
            self.writes(self.page.get_by_label(f"Choice {number}", exact=True), label)
        self.saves_question()
        card = self.page.locator("li:has(:target)")
        expect(card).to_contain_text(ask)
        expect(card).to_be_in_viewport()

    def edits_question(self, number: int) -> None:
        self.presses(f"Edit question {number}", exact=True)
        expect(self.page.get_by_role("heading", name=f"Question {number}")).to_be_visible()

    def leads(self, choices: Mapping[int, str], not_sure: str = "", otherwise: str = "") -> None:
        """Set the next question for each choice, and for all other answers. Save the question."""
        for number, to in choices.items():
            self.picks(self.page.get_by_label(f"Then {number}", exact=True), to)
        if not_sure:
            group = self.page.get_by_role("group", name="I'm not sure yet")
            self.picks(group.get_by_label("Then", exact=True), not_sure)
        if otherwise:
            self.picks(self.page.get_by_label("Otherwise go to"), otherwise)
        self.saves_question()

    def saves_question(self) -> None:
        self.presses("Save the question")
        self.reads("Question saved.")


class Practitioner(Staff):
    """A practitioner in a browser, such as Priya or Daniel."""

    def goes_to_board(self) -> None:
        self.opens("/caseload")

    def is_away(self, first: date, last: date, cover: str) -> None:
        """Record an absence."""
        self.fills(First_day_away=f"{first}", Last_day_away=f"{last}")
        self.page.get_by_label("Who reads your messages").select_option(label=cover)
        self.presses("Add", exact=True)
        known = self.page.get_by_label("I know. I'll move or cancel them")
        expect(known.or_(self.page.get_by_text("Days away saved.")).first).to_be_visible()
        if known.count():
            self.reads("You have meetings booked on those days.")
            known.check()
            self.presses("Add", exact=True)
        self.reads("Days away saved.", f"{cover} reads your messages.")

    def sets(self, activity: str, for_whom: str, why: str) -> None:
        """Set work from the caseload page, with as few presses as possible."""
        self.goes_to_board()
        self.pressed = 0
        self.presses(f"Set work for {for_whom}")
        self.picks_activity(activity)
        self.fills(Why=why)
        self.presses("Set this work")
        self.reads("Work set.")

    def picks_activity(self, title: str) -> None:
        """Press the link to an activity in order to set that activity. A suggested activity appears twice on
        the page, so press its first link.
        """
        self.presses_this(self.page.get_by_role("link", name=title, exact=True).first)

    def takes_up(self, activity: str, of_whom: str) -> None:
        """Open a submission from the list of tasks on the caseload page."""
        self.goes_to_board()
        waiting = self.page.get_by_role("region", name=re.compile("things? to do"))
        self.presses(re.compile(f"^Read.*{activity}, {of_whom}$"), within=waiting)
        self.is_at("/submissions/[0-9a-f-]+")

    def turn(self, question: str) -> Locator:
        """Return the part of a submission with this question and its answer."""
        return self.page.get_by_role("region", name=question)

    def comments(self, question: str, words: str) -> None:
        box = self.turn(question).locator("details.comment")
        if box.get_attribute("open") is None:
            self.presses_this(box.locator("summary"))
        self.hands.write(box.get_by_label("Your comment on this answer"), words)

    def says_of_the_whole(self, words: str) -> None:
        self.hands.write(self.page.get_by_label("Overall comment"), words)

    def saves_for_later(self) -> None:
        self.presses("Save for later")
        self.reads("Feedback saved. It hasn't been sent yet.")

    def returns_it(self, reasons: str) -> None:
        self.hands.write(self.page.get_by_label("Your reasons"), reasons)
        self.presses("Ask for changes", exact=True)
        self.reads("You have asked for changes.")

    def releases(self) -> None:
        self.presses("Send feedback", exact=True)
        self.reads("Feedback sent.")

    def opens_page_of(self, name: str) -> None:
        self.goes_to_board()
        self.presses(name, within=self.page.get_by_role("table"), exact=True)
        self.is_at("/participants/[0-9a-f-]+")

    def adapts(self, activity: str, for_whom: str) -> None:
        """Copy an activity for one participant."""
        self.goes_to_board()
        self.presses(f"Set work for {for_whom}")
        self.picks_activity(activity)
        self.presses(f"Adapt it for {for_whom}")
        self.reads(f"made only for {for_whom}")

    def adds(self, name: str, word: str, day: date, clock: str) -> str:
        """Add a participant, and return the joining code."""
        self.goes_to_board()
        self.presses("Add a participant")
        self.fills(The_name_to_call_them_by=name, Agreed_word=word, Day=f"{day}", Time=clock)
        self.presses("Add and make slip")
        return code_on_slip(self)

    def moves_appointment(self, of_whom: str, day: date, clock: str) -> None:
        """Move the participant's next appointment."""
        self.opens_page_of(of_whom)
        self.presses(re.compile("^Move "))
        self.fills(Day=f"{day}", Time=clock)
        self.presses("Move it")
        self.reads("Appointment moved. Work due before it has moved with it.")

    def proposes_sessions(self, for_whom: str, day: date) -> None:
        """Ask for weekly sessions at 2 pm, and show the days that Companion proposes."""
        self.opens_page_of(for_whom)
        self.presses(re.compile("^Plan [0-9] sessions$"))
        self.fills(First_day=f"{day}", Time="14:00")
        self.presses("Show the days")
        self.reads("Nothing has been booked yet.")

    def plans_sessions(self, for_whom: str, day: date, many: int = 4) -> None:
        """Book all remaining sessions on the proposed days."""
        self.proposes_sessions(for_whom, day)
        self.presses(re.compile("^Book these"))
        self.reads(f"{many} sessions are booked.")

    def moves_all_from(self, day: date, clock: str) -> None:
        """On a participant's page, move the first appointment and all later appointments."""
        self.presses_this(self.page.get_by_role("link", name=re.compile("^Move ")).first)
        self.fills(Day=f"{day}", Time=clock)
        self.presses(re.compile("^Move it and the"))
        self.presses(re.compile("^Move these"))
        self.reads("Appointments moved")


def code_on_slip(person: Person) -> str:
    """Return the code on the joining slip that the page shows."""
    expect(person.page.get_by_role("heading", name="Slip to hand over")).to_be_visible()
    code = person.page.locator(".slip .code").inner_text()
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", code)
    return code
