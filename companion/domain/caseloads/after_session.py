"""The form in which a practitioner records a session and sets the next work."""

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
"""The work that the form can set next: the practitioner's own task, a library activity, or nothing."""
OWN_MINUTES = 10
TOPIC = "mark-"
"""The beginning of the name of a topic's form field. The field's name ends with the topic's number.

Field names never contain a topic's title, because titles are sensitive.
"""
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


@dataclass(frozen=True)
class Seen:
    """The revision numbers of the appointment, the topic plan and the agreement when the page was loaded.

    Revision 0 means that nothing has been saved.
    """

    appointment: int
    topics: int
    agreed: int


@dataclass(frozen=True)
class NextWork:
    """The form fields for the work to do before the next session. ``when`` contains a day and a part of the
    day, separated by a space.
    """

    choice: str = ""
    from_library: str = ""
    questions: str = ""
    why: str = ""
    due: str = ""
    when: str = ""
    where: str = ""
    if_blocked: str = ""

    def wanted(self) -> bool:
        """Return whether the practitioner wants to set work.

        Raise ``Rejected`` if the practitioner typed text but chose no work.
        """
        if not self.choice and any((self.questions, self.why, self.when, self.where, self.if_blocked)):
            raise Rejected(Problem("nothing_chosen", field="work"))
        return self.choice not in ("", NOTHING)

    @property
    def field(self) -> str:
        return "library" if self.choice == LIBRARY else "work"

    def version(self) -> UUID | None:
        """Return the chosen activity version's id, or None if the practitioner wrote the questions.

        Raise ``Rejected`` if no valid activity was chosen.
        """
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
        """Return when and where the participant will work, or None for an empty form.

        Raise ``Rejected`` if a form field isn't valid.
        """
        if not any((self.when, self.where.strip(), self.if_blocked.strip())):
            return None
        day, _space, part = self.when.partition(" ")
        try:
            return checked(TypedIntention(day, part, self.where, self.if_blocked), now, due)
        except Rejected as rejected:
            raise Rejected(*_in_one_field(rejected.problems)) from rejected


def _in_one_field(problems: tuple[Problem, ...]) -> list[Problem]:
    """Return at most one problem for each field of the form. On the page, a single field sets both the day
    and the time of day (such as morning).
    """
    found: dict[str, Problem] = {}
    for each in problems:
        name = "when" if each.field in ("which_day", "part") else each.field
        found.setdefault(name, replace(each, field=name))
    return list(found.values())


def topics_marked(
    plan: TopicPlan, marks: Mapping[str, str], attendance: Attendance, seen: int, now: datetime
) -> TopicPlan:
    """Return the topic plan after the practitioner has marked topics, for example as covered. ``marks`` maps
    each topic's number to the mark that the practitioner chose.

    Raise ``Rejected`` if a value in ``marks`` isn't valid. If the marks change the topic plan, raise
    ``Rejected`` unless the participant attended. Raise ``ChangedElsewhere`` if the marks change the topic
    plan, but the plan's revision is no longer ``seen``, the revision when the page was loaded.
    """
    changed = arranged(plan, {number: Placed(mark) for number, mark in marks.items()}, now)
    if changed != plan and plan.revision != seen:
        raise ChangedElsewhere
    if changed != plan and attendance is not Attendance.ATTENDED:
        raise Rejected(Problem("did_not_meet", field="attendance"))
    return changed


def newly_agreed(text: str, before: Agreed | None, attendance: Attendance, seen: int) -> str:
    """Return what practitioner and participant agreed in the session, or an empty string if the form didn't
    change it.

    Raise ``Rejected`` if the text isn't valid. If the form changes the agreement, raise ``Rejected`` unless
    the participant attended. Raise ``ChangedElsewhere`` if the form changes the agreement, but the
    agreement's revision is no longer ``seen``, the revision when the page was loaded.
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
    """Return only the form fields that the practitioner changed, to save as a draft.

    Raise ``Rejected`` if the form contains more than ``DRAFT_MOST`` characters in total.
    """
    draft_of(form, tuple(form))
    first = {name: "".join(texts[:1]).replace("\r\n", "\n") for name, texts in form.items()}
    names = (name for name in first if name in FIELDS or (name.startswith(TOPIC) and name in shown))
    return {name: [first[name]] for name in names if first[name] != shown.get(name, "")}
