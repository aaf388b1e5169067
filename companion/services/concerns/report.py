"""Let participants and practitioners raise concerns, and let leads set the rules for concerns."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from companion.domain.concerns.concern_rules import typed
from companion.domain.concerns.concerns import ConcernKind, Particulars, Passed, concern_words
from companion.domain.people import Role, Viewer
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.services.act import Actor, Counted, acting
from companion.services.concerns.escalate import tell_who_is_due
from companion.store import audit
from companion.store.base import Transaction
from companion.store.concerns import concern_rules, concerns
from companion.store.concerns.concerns import ConcernRow, Content, Origin
from companion.store.enrolments import enrolments
from companion.store.enrolments.enrolments import Enrolment
from companion.store.messages import messages, notes
from companion.store.work import rounds, work
from companion.store.work.rows import WorkRow


class SourceKind(StrEnum):
    """The kind of text that caused a concern."""

    ANSWER = "answer"
    MESSAGE = "message"
    NOTE = "note"


@dataclass(frozen=True)
class Source:
    """The submission, message or note that caused a concern.

    ``question`` identifies one question of the submission, or is empty for the whole submission.
    """

    id: UUID
    question: str = ""
    kind: SourceKind = SourceKind.ANSWER


NO_PARTICULARS = Particulars()


@dataclass(frozen=True)
class Sighting:
    """A concern as typed by a practitioner."""

    words: str
    passed_to: str
    passed_day: str
    passed_time: str
    particulars: Particulars = NO_PARTICULARS

    def checked(self, now: datetime) -> "Report":
        """Check and return the concern, or raise ``Rejected`` with every problem."""
        problems: list[Problem] = []
        words, passed = "", None
        try:
            words = concern_words(self.words, "words")
        except Rejected as rejected:
            problems += rejected.problems
        try:
            passed = Passed.typed(self.passed_to, self.passed_day, self.passed_time, now, required=False)
        except Rejected as rejected:
            problems += rejected.problems
        particulars = self.particulars.checked(problems)
        if problems:
            raise Rejected(*problems)
        return Report(words, passed=passed, particulars=particulars)


NOWHERE = Origin()


@dataclass(frozen=True)
class Report:
    """The contents of a concern, without anybody's name."""

    words: str
    origin: Origin = NOWHERE
    passed: Passed | None = None
    particulars: Particulars = NO_PARTICULARS


def tell(actor: Actor, new_id: UUID, kind: ConcernKind, text: str) -> None:
    """Record a participant's concern. Repeating the call with the same id does nothing.

    Raise ``Rejected`` if the text is empty or too long.
    """
    words = concern_words(text, "words")
    with acting(actor, Counted.NEVER, role=Role.PARTICIPANT) as tx:
        if kind is ConcernKind.RAISED:
            raise NotFound
        enrolment = enrolments.enrolment(tx, actor.viewer, lock=True)
        if tx.get(ConcernRow, new_id) is None:
            _raise(tx, new_id, enrolment, kind, Report(words))
        tx.commit()


def raise_concern(
    actor: Actor, enrolment_id: UUID, new_id: UUID, seen: Sighting, source: Source | None
) -> None:
    """Raise a concern as a practitioner. Repeating the call with the same id does nothing.

    Raise ``Rejected`` for a mistake in the form.
    """
    told = seen.checked(actor.now)
    with acting(actor, Counted.NEVER, role=Role.PRACTITIONER) as tx:
        enrolment = about_whom(tx, actor, enrolment_id, source, lock=True)
        if tx.get(ConcernRow, new_id) is None:
            origin = origin_of(tx, actor.viewer, enrolment, source)
            _raise(tx, new_id, enrolment, ConcernKind.RAISED, replace(told, origin=origin))
        tx.commit()


def about_whom(
    tx: Transaction, actor: Actor, enrolment_id: UUID, source: Source | None, *, lock: bool = False
) -> Enrolment:
    """Return the enrolment that a concern is about.

    Raise ``NotFound`` unless the enrolment belongs to the viewer's caseload. A practitioner who covers for a
    colleague may also raise a concern about a message to that colleague.
    """
    if source and source.kind is SourceKind.MESSAGE:
        return messages.enrolment(tx, actor.viewer, enrolment_id, actor.now, lock=lock)
    return enrolments.enrolment(tx, actor.viewer, enrolment_id, lock=lock)


def origin_of(tx: Transaction, viewer: Viewer, enrolment: Enrolment, source: Source | None) -> Origin:
    """Return details of the text that caused a concern, but not the text itself.

    Raise ``NotFound`` if the answer, message or note in ``source`` doesn't belong to the enrolment.
    """
    if source is None:
        return NOWHERE
    if source.kind is SourceKind.MESSAGE:
        message = messages.message_row(tx, enrolment, source.id)
        return Origin(message_id=message.id, written_at=message.sent_at)
    if source.kind is SourceKind.NOTE:
        note = notes.note_row(tx, enrolment.id, source.id)
        return Origin(note_id=note.id, written_at=note.at)
    return Origin(question=_question_of(tx, viewer, enrolment.id, source), submission_id=source.id)


def _question_of(tx: Transaction, viewer: Viewer, enrolment_id: UUID, source: Source) -> str:
    """Return the question's wording, or the work's title if there is no question.

    Raise ``NotFound`` if the submission or the question doesn't exist.
    """
    if rounds.enrolment_of_submission(tx, source.id) != enrolment_id:
        raise NotFound
    row = rounds.submission_row(tx, viewer, source.id)
    whole = work.work(tx, tx.get_one(WorkRow, row.work_id), handed_in_only=True)
    if not source.question:
        return whole.activity.title
    submission = next(each for each in whole.submissions if each.id == row.id)
    asked = submission.conversation(whole.activity).asked(source.question)
    if asked is None:
        raise NotFound
    return asked.prompt.ask


def set_rules(actor: Actor, form: dict[str, str], seen: int) -> None:
    """Save the next version of the rules for handling concerns.

    Concerns that were raised earlier keep their deadlines, but the new rules decide who must act on them.
    Raise ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if the page is out of date.
    """
    with acting(actor, role=Role.LEAD) as tx:
        new = typed(form, concern_rules.lead_ids(tx), seen + 1)
        if concern_rules.lock(tx).number != seen:
            raise ChangedElsewhere
        concern_rules.add(tx, new)
        audit.record(tx, audit.Event.CONCERN_RULES_CHANGED, detail=str(new.number))
        tx.commit()


def _raise(tx: Transaction, new_id: UUID, enrolment: Enrolment, kind: ConcernKind, told: Report) -> None:
    case = enrolments.case(tx, enrolment)
    more = vars(told.origin) | vars(told.particulars)
    content = Content(told.words, case.participant, case.practitioner, told.passed, **more)
    limits = concern_rules.rules(tx).limits(tx.now)
    row = concerns.add(tx, new_id, enrolment, kind, content, limits)
    tell_who_is_due(tx, row)
    audit.record(tx, audit.Event.CONCERN_RAISED, subject=row.id, enrolment=enrolment.id)
