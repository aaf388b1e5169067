"""A model of a piece of work in plain dictionaries.

The model remembers which answer and draft a page showed.
"""

from dataclasses import dataclass, field
from datetime import datetime

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Prompt, Value, Way
from companion.domain.activities.conversation import Conversation, Given
from companion.domain.activities.list_items import carried
from companion.domain.forms import Form
from companion.domain.refusals import Rejected

KEPT = "kept"
ELSEWHERE, NOT_NOW, WRONG, LEAVES = "ChangedElsewhere", "NotAllowed", "Rejected", "LeavesPath"


@dataclass(eq=False)
class Said:
    """An answer that was reported as saved."""

    way: Way
    value: Value
    at: datetime


@dataclass(eq=False)
class Typing:
    """A draft, and the page that saved the draft."""

    form: Form
    page: "Page"
    beat: int
    at: datetime


@dataclass(eq=False)
class Page:
    """A browser tab that shows the form for one question."""

    prompt: Prompt
    tab: str
    seen: int
    draft_seen: int
    answer: Said | None
    draft: Typing | None
    beat: int = 0


@dataclass
class Round:
    """Answers that were submitted together, with the practitioner's feedback."""

    said: list[tuple[str, Way, Value]]
    comments: dict[str, str] = field(default_factory=dict)
    words: str = ""
    outcome: str | None = None


class Piece:
    """A model of one piece of work.

    Every action returns ``kept`` if the action succeeds, and otherwise the name of an error.
    """

    def __init__(self, activity: Activity) -> None:
        self.activity = activity
        self.answers: dict[str, Said] = {}
        self.drafts: dict[str, Typing] = {}
        self.rounds: list[Round] = []
        self.changes = 0

    @property
    def open(self) -> bool:
        """Return whether the participant can still answer."""
        return not self.rounds or self.rounds[-1].outcome == "returned"

    @property
    def waits(self) -> bool:
        """Return whether the work has been submitted and has no feedback yet."""
        return bool(self.rounds) and self.rounds[-1].outcome is None

    @property
    def given(self) -> dict[str, Given]:
        """Return the answers in the format that a conversation accepts."""
        return {name: Given(said.way, said.value, 1, said.at) for name, said in self.answers.items()}

    @property
    def talk(self) -> Conversation:
        """Return the conversation that Companion should show to a participant with these answers."""
        return Conversation(self.activity, self.given, still_growing=self.open)

    def types(self, page: Page, form: Form, beat: int, now: datetime) -> str:
        """Save a draft of what is being typed on a page."""
        if not self.open:
            return NOT_NOW
        name, typed = page.prompt.id, _filled(form)
        draft, answer = self.drafts.get(name), self.answers.get(name)
        if draft and draft.form == typed:
            draft.beat = max(beat, draft.beat) if draft.page is page else draft.beat
            return KEPT
        if draft is None and typed == _untouched(page.prompt, answer):
            return KEPT
        if draft and draft.page is page and beat < draft.beat:
            return KEPT  # this page has already saved newer text
        if answer is not page.answer or (draft and draft.page is not page and draft is not page.draft):
            return ELSEWHERE
        self.drafts[name] = Typing(typed, page, beat, now)
        return KEPT

    def sends(
        self, page: Page, form: Form, way: Way, beat: int, now: datetime, accepted: tuple[str, ...] = ()
    ) -> str:
        """Send an answer from a page. If possible, keep a refused answer as a draft."""
        if not self.open:
            return NOT_NOW
        before = dict(self.answers), dict(self.drafts)
        ends = self._sends(page, form, way, beat, now, accepted)
        if ends != KEPT:
            self.answers, self.drafts = before
            self.types(page, form, beat, now)
        return ends

    def leaving(self, page: Page, form: Form, way: Way, now: datetime) -> tuple[str, ...]:
        """Return the ids of the answers whose questions would no longer be asked after this change."""
        edit = self.talk.edit(page.prompt.id, _given(page.prompt, form, way, now))
        return tuple(turn.prompt.id for turn in edit.leaving)

    def _sends(
        self, page: Page, form: Form, way: Way, beat: int, now: datetime, accepted: tuple[str, ...]
    ) -> str:
        name, answer = page.prompt.id, self.answers.get(page.prompt.id)
        if not self.talk.asked(name):
            return WRONG
        try:
            given = _given(page.prompt, form, way, now)
        except Rejected:
            return WRONG
        same = answer is not None and (answer.way, answer.value) == (given.way, given.value)
        if not same and answer is not page.answer:
            return ELSEWHERE
        if self._settles(page, form, way, beat, now) != KEPT:
            return ELSEWHERE
        if same:
            return KEPT
        edit = self.talk.edit(name, given)
        if edit.leaving and tuple(turn.prompt.id for turn in edit.leaving) != accepted:
            return LEAVES
        copied = carried(edit.moving, self.answers)
        self.answers |= {new: Said(old.way, old.value, now) for new, old in copied.items()}
        self.answers[name] = Said(given.way, given.value, now)
        for old, new in edit.moving.items():
            if old in self.drafts and new not in self.drafts:
                self.drafts[new] = self.drafts.pop(old)
        self.changes += 1
        return KEPT

    def _settles(self, page: Page, form: Form, way: Way, beat: int, now: datetime) -> str:
        """Remove the draft of an answer that is being sent.

        Refuse the answer if the draft holds text that this page has neither shown nor saved.
        If the participant chose *I'm not sure yet* or *I'd rather talk about this*, save the typed text as a
        draft.
        """
        name, typed = page.prompt.id, _filled(form)
        if way != "answered":
            return self.types(page, form, beat, now) if typed else KEPT
        draft = self.drafts.get(name)
        if draft and draft.page is not page and draft is not page.draft and draft.form not in ({}, typed):
            return ELSEWHERE
        self.drafts.pop(name, None)
        return KEPT

    def submits(self, changes: int) -> str:
        """Submit the work.

        ``changes`` is the number of changes that were saved before the participant last checked the answers.
        """
        talk = self.talk
        if not self.open or talk.open:
            return NOT_NOW
        if changes != self.changes:
            return ELSEWHERE
        self.rounds.append(Round([(turn.prompt.id, turn.given.way, turn.given.value) for turn in talk.turns]))
        return KEPT


def _given(prompt: Prompt, form: Form, way: Way, now: datetime) -> Given:
    return Given(way, prompt.parse(form) if way == "answered" else None, 1, now)


def _filled(form: Form) -> Form:
    """Return the fields that aren't empty."""
    return {name: list(texts) for name, texts in form.items() if any(texts)}


def _untouched(prompt: Prompt, answer: Said | None) -> Form:
    """Return the fields that a browser would send if somebody reopened this answer and saved it unchanged."""
    return _filled(prompt.fill(answer.value)) if answer and answer.way == "answered" else {}
