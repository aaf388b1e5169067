"""Actions that participants take in browser tests."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.trips.people import Person


class Participant(Person):
    """A participant in a browser, such as Sam, Owen, Idris or Kit."""

    @property
    def turns(self) -> Locator:
        """Return the answered questions on the page, each with its answer."""
        return self.page.locator("article.turn")

    @property
    def composer(self) -> Locator:
        return self.page.locator("form.composer")

    @property
    def save_state(self) -> Locator:
        return self.composer.locator(".save-state")

    def turn(self, question: str) -> Locator:
        """Return the answered question that contains these words."""
        return self.turns.filter(has=self.page.locator(".ask", has_text=self.tongue.says(question)))

    def goes_home(self) -> None:
        self.opens("/my/")

    def unfolds(self) -> None:
        """Open all folded sections of the page."""
        folded = self.page.locator("main details.quiet:not([open]) > summary")
        while folded.count():
            self.presses_this(folded.first)

    def takes_up(self, title: str, by: str = "") -> None:
        """On the start page, open the work with this title."""
        self.goes_home()
        self.unfolds()
        by, title = (re.escape(self.tongue.says(each)) for each in (by, title))
        self.presses(re.compile(f"^{by}.*(?<!: ){title}$"))  # the link “Say when and where: …” must not match
        self.is_at("/my/work/[0-9a-f-]+")

    def is_asked(self, question: str) -> None:
        """Check that the current question contains these words."""
        expect(self.page.locator("#now .ask")).to_contain_text(self.tongue.says(question))

    def types(self, *said: str) -> None:
        """Fill in an answer to the current question without sending the answer."""
        fill, says = self.composer, self.tongue.says
        if fill.get_by_role("radio").count():
            self.ticks(fill.get_by_role("radio", name=re.compile(rf"^{re.escape(says(said[0]))}(?:\W|$)")))
        elif fill.get_by_role("checkbox").count():
            for each in said:
                self.ticks(fill.get_by_role("checkbox", name=says(each)))
        elif fill.get_by_label(says("Line 1")).count():
            for number, each in enumerate(said, 1):
                if number == 3:
                    self.presses_this(fill.get_by_text(says("More lines")))
                self.hands.write(fill.get_by_label(says(f"Line {number}")), each)
        else:
            self.hands.write(fill.get_by_role("textbox"), said[0])

    def answers(self, *said: str) -> None:
        self.types(*said)
        self.goes_on("Save and continue")

    def goes_on(self, way: str) -> None:
        """Finish the open question, and check that the question is listed as answered."""
        expect(self.page.locator("#now")).to_be_visible()
        self.page.wait_for_load_state()
        before = self.turns.count()
        self.presses(way)
        expect(self.turns).to_have_count(before + 1)

    def would_rather_talk(self) -> None:
        self.goes_on("I'd rather talk about this in the session")

    def is_not_sure(self) -> None:
        self.goes_on("I'm not sure yet")

    def changes(self, question: str, *said: str) -> None:
        """Change an earlier answer."""
        changing = self.page.get_by_role("heading", name=self.tongue.says("Changing this answer"))
        self.presses("Change", within=self.turn(question))
        expect(changing).to_be_visible()
        self.types(*said)
        self.presses("Save and continue")
        expect(changing).to_have_count(0)

    def said(self, question: str, *words: str) -> None:
        """Check that the answer shown below a question contains these words."""
        for each in words:
            expect(self.turn(question).locator("> .said")).to_contain_text(each)

    def saves(self) -> None:
        """Wait until the page says that the text is saved."""
        expect(self.save_state).to_have_text(re.compile(r"^\s*Saved \d\d:\d\d\. \w+ hasn't seen it yet\."))

    def checks(self) -> None:
        self.presses("Check your answers")
        self.is_at("/my/work/[0-9a-f-]+/check")

    def submits(self) -> None:
        self.presses(re.compile(self.tongue.says("Send to Priya").replace("Priya", r"\w+")))
        self.is_at("/my/work/[0-9a-f-]+/receipt")

    def opens_a_second_tab(self) -> "Participant":
        """Open the same page in a second tab of the same browser."""
        tab: Page = self.page.context.new_page()
        tab.goto(self.page.url)
        return type(self)(self.portal, tab, self.name)
