"""What a practitioner fills in after a session: attendance, topics, what was agreed, a note, and the next work."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from companion.domain.drafts import draft_of
from companion.domain.forms import Form
from companion.domain.meetings.appointments import Attendance
from companion.domain.messages.notes import Agreed, agreed_words
from companion.domain.programme.topics import Placed, TopicPlan, arranged
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected
from companion.domain.work.intention import Intention, TypedIntention, checked

OWN, LIBRARY, NOTHING = "own", "library", "none"
"""What can be chosen as the next work, beside the activities that are offered first by their id."""
OWN_MINUTES = 10
TOPIC = "mark-"
"""What the field of a topic begins with, before its number: its title may say too much for an address."""
FIELDS = (
    "attendance",
    "agreed",
    "note",
    "work",
    "library",
    "questions",
    "why",
    "due",
    "when",
    "where",
    "if_blocked",
)
"""What a draft keeps beside the topics."""


@dataclass(frozen=True)
class Seen:
    """The revisions that the page showed: of the appointment, the topics and what was agreed; 0 for nothing yet."""

    appointment: int
    topics: int
    agreed: int


@dataclass(frozen=True)
class NextWork:
    """The next work as it was chosen and typed. ``when`` is a day and a part of it, ``2026-12-03 evening``."""

    choice: str = ""
    from_library: str = ""
    questions: str = ""
    why: str = ""
    due: str = ""
    when: str = ""
    where: str = ""
    if_blocked: str = ""

    def wanted(self) -> bool:
        """Return whether any is to be set. Raise ``Rejected`` for words without a choice: they would be lost."""
        if not self.choice and any((self.questions, self.why, self.when, self.where, self.if_blocked)):
            raise Rejected(Problem("nothing_chosen", field="work"))
        return self.choice not in ("", NOTHING)

    @property
    def field(self) -> str:
        """Where the activity was chosen: among those that are offered first, or in the list of all."""
        return "library" if self.choice == LIBRARY else "work"

    def version(self) -> UUID | None:
        """Return the version that is to be set; None for questions of their own. Raise ``Rejected``."""
        if self.choice == OWN:
            return None
        text = self.from_library if self.choice == LIBRARY else self.choice
        if not text:
            raise Rejected(Problem("nothing_chosen", field=self.field))
        try:
            return UUID(text)
        except ValueError as error:
            raise Rejected(Problem("not_offered", field=self.field)) from error

    def intention(self, now: datetime, due: datetime | None) -> Intention | None:
        """Return when and where, if anything of it was said. Raise ``Rejected``."""
        if not any((self.when, self.where.strip(), self.if_blocked.strip())):
            return None
        day, _space, part = self.when.partition(" ")
        try:
            return checked(TypedIntention(day, part, self.where, self.if_blocked), now, due)
        except Rejected as rejected:
            raise Rejected(*_in_one_field(rejected.problems)) from rejected


def _in_one_field(problems: tuple[Problem, ...]) -> list[Problem]:
    """The page asks for the day and its part in one field: one of their problems is enough."""
    found: dict[str, Problem] = {}
    for each in problems:
        name = "when" if each.field in ("which_day", "part") else each.field
        found.setdefault(name, replace(each, field=name))
    return list(found.values())


def topics_marked(
    plan: TopicPlan, marks: Mapping[str, str], attendance: Attendance, seen: int, now: datetime
) -> TopicPlan:
    """Return the plan with these marks, each by the number of its topic.

    Raise ``Rejected``, and ``ChangedElsewhere`` if the plan was changed since the revision ``seen``.
    """
    changed = arranged(plan, {number: Placed(mark) for number, mark in marks.items()}, now)
    if changed != plan and plan.revision != seen:
        raise ChangedElsewhere
    if changed != plan and attendance is not Attendance.ATTENDED:
        raise Rejected(Problem("did_not_meet", field="attendance"))
    return changed


def newly_agreed(text: str, before: Agreed | None, attendance: Attendance, seen: int) -> str:
    """Return what was agreed, to be written down; empty if nothing was, or it is written down already.

    Raise ``Rejected``, and ``ChangedElsewhere`` if it was put into other words since the revision ``seen``.
    """
    if before is None and not text.strip():
        return ""
    words = agreed_words(text)
    if before and before.words == words:
        return ""
    if (before.revision if before else 0) != seen:
        raise ChangedElsewhere
    if attendance is not Attendance.ATTENDED:
        raise Rejected(Problem("did_not_meet", field="agreed"))
    return words


def kept(form: Form, shown: Mapping[str, str]) -> Form:
    """Return the part of a form that a draft keeps: what is not as an untouched page shows it.

    Raise ``Rejected`` when it is beyond all measure.
    """
    draft_of(form, tuple(form))
    first = {name: "".join(texts[:1]).replace("\r\n", "\n") for name, texts in form.items()}
    names = (name for name in first if name in FIELDS or (name.startswith(TOPIC) and name in shown))
    return {name: [first[name]] for name in names if first[name] != shown.get(name, "")}
