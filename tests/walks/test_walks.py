"""Go through random activities with the production services and a real store.

The random cases include several tabs, drafts, changes, submissions, returns and feedback. After each action,
the store must contain exactly what the simple model predicts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import TypeVar, get_args
from uuid import UUID

import pytest
from hypothesis import given, note
from hypothesis import strategies as some

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Way
from companion.domain.activities.conversation import AskedPrompt, Conversation
from companion.domain.forms import Form
from companion.domain.refusals import ChangedElsewhere, LeavesPath, Refused
from companion.services.act import Actor
from companion.services.work.answer_drafts import AnswerForm, save_draft
from companion.services.work.answers import send_answer
from companion.services.work.review import Feedback, release, return_work, save_feedback
from companion.services.work.submissions import see_feedback, submit
from companion.store.activities.activities import add_version
from companion.store.work.rows import WorkRow
from companion.store.work.work import find
from tests.cast import Cast
from tests.walks import reading
from tests.walks.activities import activities
from tests.walks.answers import changes, forms, reworded
from tests.walks.counts import walks
from tests.walks.piece import KEPT, Page, Piece, Round
from tests.walks.reading import step

ACTS = 15
"""The maximum number of actions in one random case."""
MOSTLY = some.integers(0, 19).map(lambda number: number < 19)
"""Decide at random whether this walk takes another action.

Hypothesis can shorten a failing walk more easily if the test decides after each action whether to continue.
"""
TABS = 3
"""The maximum number of pages open at once."""
Choice = TypeVar("Choice")


def sets(cast: Cast, activity: Activity) -> UUID:
    """As Priya, set the activity for Sam, and return the work's id."""
    with cast.store.writing(cast.now) as tx:
        add_version(tx, activity)
        tx.commit()
    return cast.priya.sets(cast.sam, activity.id)


@walks(60)
@given(data=some.data())
def test_the_store_contains_exactly_what_was_reported_as_saved(cast: Cast, data: some.DataObject) -> None:
    walk = Walk(cast, data)
    while walk.acts < ACTS and data.draw(MOSTLY):
        walk.goes_on()
        walk.agrees()


def test_a_page_with_an_old_draft_does_not_overwrite_a_newer_draft(cast: Cast) -> None:
    sam, work_id = cast.sam, cast.priya.sets(cast.sam, "a-week-of-choices")
    sam.answers(work_id, "the-week", "6")
    sam.types(work_id, "the-week", "7")
    old = sam.typing(work_id, "the-week", "8", tab="old")
    sam.answers(work_id, "the-week", "6")
    new = sam.typing(work_id, "the-week", "9", tab="new")
    save_draft(sam.actor, work_id, new)
    with pytest.raises(ChangedElsewhere):
        save_draft(sam.actor, work_id, old)
    assert sam.work(work_id).drafts["the-week"].typed == {"answer": ["9"]}


@dataclass
class Sent:
    """A form that somebody has sent from a page, kept so that the test can send the form again."""

    page: Page
    form: Form
    way: Way
    beat: int


class Walk:
    """Random actions by Sam and Priya on one piece of work, and a model of the expected results."""

    def __init__(self, cast: Cast, data: some.DataObject) -> None:
        self.cast, self.data = cast, data
        activity = data.draw(activities(least=2, most=6))
        self.work_id = sets(cast, activity)
        self.piece = Piece(activity)
        self.work = cast.sam.work(self.work_id)
        self.now = cast.now
        self.acts = 0
        self.tabs = count(1)
        self.pages: list[Page] = []
        self.sent: list[Sent] = []
        self.checked: tuple[int, int] | None = None

    def goes_on(self) -> None:
        self.acts += 1
        self.now += timedelta(seconds=1)
        act = self._one_of(list(self._may()), lambda each: each.__name__)
        act()

    def _may(self) -> Iterator[Callable[[], None]]:
        """Yield every action that is currently possible. To make an action more likely, yield it several
        times.
        """
        piece, started = self.piece, bool(self.piece.talk.turns)
        if piece.open and piece.talk.open:
            yield from [self.answers] * 6
        if piece.open and not piece.talk.open:
            yield from [self.checks_and_submits, self.changes_what_he_checked]
        if piece.waits:
            yield from [self.returns] * 6 + [self.releases] * 2 + [self.comments]
        if piece.open and started:
            yield from [self.changes] * 3 + [self.puts_a_list_better] * 3
        if self.pages:
            yield from [self.types] * 3 + [self.sends] * 4
        if self.sent:
            yield from [self.says_it_again, self.saves_late, self.saves_late]
        yield from [self.opens, self.starts, self.starts, self.starts_twice, self.starts_twice, self.checks]
        if self.checked:
            yield self.submits

    def answers(self) -> None:
        """Load a new page, and answer the question that Companion is currently asking."""
        asked = self.piece.talk.open
        assert asked
        self._sends(self._page(asked), self._way())

    answers_again = answers

    def changes(self) -> None:
        """Open the page of an earlier answer, and change the answer."""
        self._sends(self._page(self._one_of(self.piece.talk.turns, lambda turn: turn.address)), self._way())

    def opens(self) -> None:
        """Open a page, and leave the page open. The page shows the question to answer next, or an earlier
        question.
        """
        self._page(self._one_of(self._asked(), lambda each: each.address))

    def sends(self) -> None:
        """Send an answer from any page, however old."""
        self._sends(self._any_page(), self._way())

    def types(self) -> None:
        """Type on any page, and save a draft."""
        self._types(self._any_page())

    def starts(self) -> None:
        """Type on a new page, once or twice, and leave the page open."""
        self.opens()
        for _ in range(self._one_of([1, 2])):
            self._types(self.pages[-1])

    def starts_twice(self) -> None:
        """Open a question in two tabs, type in one, and send from the other."""
        asked = self._one_of(self._asked(), lambda each: each.address)
        page, other = self._page(asked), self._page(asked)
        self._types(other)
        self._sends(page, self._way())

    def puts_a_list_better(self) -> None:
        """Type an answer to a question about an item in a list, and then reword the list's items."""
        repeated = {prompt.for_each for prompt in self.piece.activity.prompts}
        lists = [
            turn
            for turn in self.piece.talk.turns
            if turn.prompt.id in repeated and turn.prompt.free_text and turn.given.way == "answered"
        ]
        asked = [each for each in self._asked() if each.item]
        if not lists or not asked:
            return
        self._types(self._page(self._one_of(asked, lambda each: each.address)))
        turn = self._one_of(lists, lambda each: each.address)
        better = self.data.draw(reworded(turn.prompt, turn.prompt.fill(turn.given.value)))
        self._sends(self._page(turn), "answered", better)

    def saves_late(self) -> None:
        """Send an earlier draft to the server again, as if the request had been repeated or delayed."""
        self._saves(self._one_of(self.sent, lambda sent: f"{sent.page.tab} {sent.beat}"))

    def says_it_again(self) -> None:
        """Send the same answer again from the same page."""
        sent = self._one_of(self.sent, lambda each: f"{each.page.tab} {each.beat}")
        self._sends(sent.page, sent.way, sent.form)

    def checks(self) -> None:
        """Open the page for checking and submitting the work."""
        self.checked = self.work.revision, self.piece.changes

    def submits(self) -> None:
        """Try to submit the work as Sam last saw it when he checked his answers."""
        assert self.checked
        seen, changes = self.checked
        expected = self.piece.submits(changes)
        sam = self.cast.sam
        ended = _ends(lambda: submit(sam.at(self.now), self.work_id, seen))
        assert ended == expected

    def checks_and_submits(self) -> None:
        """Check the work, and submit it immediately."""
        self.checks()
        self.submits()

    def changes_what_he_checked(self) -> None:
        """Open the page for checking answers, change an answer in another tab, and submit."""
        self.checks()
        self.changes()
        self.submits()

    def comments(self) -> None:
        """As Priya, comment on an answer, and save the comment."""
        last = self._comment()
        save_feedback(self.cast.priya.at(self.now), *self._feedback(last))

    def returns(self) -> None:
        """Ask Sam to change the work, and check that Sam sees Priya's comments."""
        last = self._comment()
        last.words = "Please say more about the walk."
        return_work(self.cast.priya.at(self.now), *self._feedback(last))
        last.outcome = "returned"
        self._sees()

    def releases(self) -> None:
        """As Priya, send the feedback, and check that Sam can see the feedback."""
        last = self._comment()
        release(self.cast.priya.at(self.now), *self._feedback(last))
        last.outcome = "released"
        self._sees()

    def agrees(self) -> None:
        """Check that the store contains exactly what was reported as saved."""
        with self.cast.store.reading() as tx:
            self.work = work = find(tx, self.cast.sam.viewer, self.work_id)
            row = tx.get_one(WorkRow, self.work_id)
        piece = self.piece
        said = {name: (given.way, given.value, given.saved_at) for name, given in work.answers.items()}
        assert said == {name: (each.way, each.value, each.at) for name, each in piece.answers.items()}
        typed = {name: (draft.typed, draft.saved_at) for name, draft in work.drafts.items()}
        assert typed == {name: (each.form, each.at) for name, each in piece.drafts.items()}
        talk = work.conversation
        path = [*talk.turns, *([talk.open] if talk.open else [])]
        assert [step(each) for each in path] == reading.read(piece.activity, piece.given)
        assert (work.is_open, work.revision) == (piece.open, piece.changes)
        counts = row.done, row.fewest_left, row.most_left
        assert counts == (talk.progress.done, talk.progress.fewest_left, talk.progress.most_left)
        assert len(work.submissions) == len(piece.rounds)
        for submission, handed_in in zip(work.submissions, piece.rounds, strict=True):
            assert [(each.prompt_id, each.way, each.value) for each in submission.said] == handed_in.said
            assert (submission.comments, submission.words) == (handed_in.comments, handed_in.words)
            assert submission.outcome == handed_in.outcome
            shown = Conversation(piece.activity, submission.answers)
            assert [turn.prompt.id for turn in shown.turns] == [name for name, *_ in handed_in.said]
            assert shown.open is None

    def _asked(self) -> list[AskedPrompt]:
        """Return the questions that Sam can open.

        The returned list contains the next question three times, so that the test opens it more often.
        """
        talk = self.piece.talk
        return [*([talk.open] * 3 if talk.open else []), *talk.turns]

    def _page(self, asked: AskedPrompt) -> Page:
        """Open a page for this question."""
        name = asked.prompt.id
        answer, draft = self.work.answers.get(name), self.work.drafts.get(name)
        page = Page(
            asked.prompt,
            f"tab-{next(self.tabs)}",
            answer.revision if answer else 0,
            draft.revision if draft else 0,
            self.piece.answers.get(name),
            self.piece.drafts.get(name),
        )
        self.pages = [*self.pages[1 - TABS :], page]
        return page

    def _sends(self, page: Page, way: Way, form: Form | None = None) -> None:
        form = form if form is not None else self._form(page)
        page.beat += 1
        self.sent.append(Sent(page, form, way, page.beat))
        expected = self.piece.sends(page, form, way, page.beat, self.now)
        note(f"{page.tab} sends {page.prompt.id} {way} {form}: {expected}")
        refusal = self._refusal(page, form, way)
        assert (type(refusal).__name__ if refusal else KEPT) == expected
        if isinstance(refusal, LeavesPath):
            leaving = self.piece.leaving(page, form, way, self.now)
            assert leaving == refusal.prompt_ids
            if self._one_of([False, True]):
                note(f"and leaves {leaving}")
                assert self.piece.sends(page, form, way, page.beat, self.now, leaving) == KEPT
                self._send(page, form, way, leaving)

    def _refusal(self, page: Page, form: Form, way: Way) -> Refused | None:
        try:
            self._send(page, form, way)
        except Refused as refusal:
            return refusal
        return None

    def _send(self, page: Page, form: Form, way: Way, accepted: tuple[str, ...] = ()) -> None:
        viewer, typed = self.cast.sam.viewer, _typed(page, form, page.beat)
        send_answer(Actor(self.cast.store, viewer, self.now), self.work_id, typed, way, accepted)

    def _types(self, page: Page) -> None:
        page.beat += 1
        self.sent.append(Sent(page, self._form(page), "answered", page.beat))
        self._saves(self.sent[-1])

    def _saves(self, sent: Sent) -> None:
        page, typed = sent.page, _typed(sent.page, sent.form, sent.beat)
        expected = self.piece.types(page, sent.form, sent.beat, self.now)
        note(f"{page.tab} saves {page.prompt.id} {sent.form} at {sent.beat}: {expected}")
        sam = self.cast.sam
        ended = _ends(lambda: save_draft(sam.at(self.now), self.work_id, typed))
        assert ended == expected

    def _comment(self) -> Round:
        last = self.piece.rounds[-1]
        name = self._one_of(["", *(name for name, *_ in last.said)])
        last.comments[name] = self._one_of(["Thank you.", "You noticed it early."])
        return last

    def _feedback(self, last: Round) -> tuple[UUID, Feedback]:
        review = self.cast.priya.reads(self.cast.sam.work(self.work_id).submissions[-1].id)
        assert [(each.prompt_id, each.way, each.value) for each in review.submission.said] == last.said
        return review.submission.id, Feedback(dict(last.comments), last.words, review.revision)

    def _sees(self) -> None:
        submission = self.cast.sam.work(self.work_id).submissions[-1]
        see_feedback(self.cast.sam.at(self.now), submission.id)

    def _any_page(self) -> Page:
        """Choose one of the pages that Sam has open in browser tabs.

        The test chooses a page more often if Companion still asks the question on that page.
        """
        asked = [page for page in self.pages if self.piece.talk.asked(page.prompt.id)]
        return self._one_of([*asked * 3, *self.pages], lambda page: page.tab)

    def _way(self) -> Way:
        return self._one_of(("answered", "answered", "answered", *get_args(Way)))

    def _form(self, page: Page) -> Form:
        """Choose what Sam types on a page: a new answer, text that he sent earlier, or nothing."""
        answer = self.piece.answers.get(page.prompt.id)
        answered = answer is not None and answer.way == "answered"
        takes = changes(page.prompt, answer.value) if answer and answered else forms(page.prompt)
        before = [sent.form for sent in self.sent if sent.page.prompt.id == page.prompt.id]
        return self.data.draw(
            some.one_of(takes, takes, takes, takes, takes, some.sampled_from([*before, {}]))
        )

    def _one_of(
        self, choices: Sequence[Choice], name: Callable[[Choice], str] = lambda each: str(each)
    ) -> Choice:
        named = {name(each): each for each in choices}
        return named[self.data.draw(some.sampled_from([name(each) for each in choices]))]


def _typed(page: Page, form: Form, beat: int) -> AnswerForm:
    return AnswerForm(page.prompt.id, page.seen, page.draft_seen, page.tab, form, beat)


def _ends(act: Callable[[], object]) -> str:
    """Run an action. Return ``kept`` if the action succeeds, or the name of the error that it raises."""
    try:
        act()
    except Refused as refusal:
        return type(refusal).__name__
    return KEPT
