"""Save the page on which a practitioner records a session.

If part of the page can't be saved, nothing is saved.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID, uuid5

from companion.domain.activities.activity import Activity
from companion.domain.caseloads.after_session import (
    OWN_MINUTES,
    NextWork,
    Seen,
    kept,
    newly_agreed,
    topics_marked,
)
from companion.domain.drafts import Draft
from companion.domain.forms import Form
from companion.domain.meetings.appointments import Appointment, Attendance, attendance
from companion.domain.messages.notes import note_words
from companion.domain.people import Role
from companion.domain.programme.topics import TopicPlan
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Refused, Rejected, all_of
from companion.domain.work.intention import Intention
from companion.domain.work.work import Card
from companion.services import drafts
from companion.services.act import Actor, Counted, acting
from companion.services.caseloads.after_session import Stored, place_of, stored_of
from companion.services.meetings.attendance import note_row
from companion.services.work import assign, intention
from companion.services.work.assign import Due, QuickWork
from companion.store import audit, people
from companion.store.activities import activities
from companion.store.activities.library import Version
from companion.store.base import Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import appointments
from companion.store.meetings.appointments import AppointmentRow
from companion.store.messages import notes
from companion.store.messages.notes import NoteRow
from companion.store.programme import topics
from companion.store.work.rows import WorkRow


@dataclass(frozen=True)
class AfterForm:
    """The submitted form for recording a session."""

    attendance: str
    topics: Mapping[str, str]
    """The progress of each topic, keyed by topic number."""
    agreed: str
    note: str
    work: NextWork
    questions: QuickWork
    seen: Seen
    form: Form
    draft_seen: int
    tab: str
    beat: int


class SavedPart(StrEnum):
    """A section of the page on which a practitioner records a session."""

    ATTENDANCE = "attendance"
    TOPICS = "topics"
    AGREED = "agreed"
    NOTE = "note"
    WORK = "work"
    WHEN = "when"


@dataclass(frozen=True)
class Saved:
    """The result of saving a session record: its enrolment, any new work, and which sections of the page
    changed.
    """

    enrolment_id: UUID
    work_id: UUID | None
    parts: tuple[SavedPart, ...]


@dataclass(frozen=True)
class _Work:
    """The checked details of the work that the practitioner is setting. The work is a library activity or the
    practitioner's own questions.
    """

    what: Version | Activity
    due: Due
    intention: Intention | None


@dataclass(frozen=True)
class _Checked:
    """The values from the form for recording a session, after checking."""

    attendance: Attendance
    plan: TopicPlan
    agreed: str
    note: str
    work: _Work | None


def save_draft(actor: Actor, appointment_id: UUID, typed: AfterForm) -> Draft:
    """Save unfinished text as a draft.

    Raise ``ChangedElsewhere`` if another window has saved a newer draft.
    """
    with acting(actor, Counted.SAVE, role=Role.PRACTITIONER) as tx:
        enrolment, row = appointments.locked(tx, actor.viewer, appointment_id)
        words = kept(typed.form, stored_of(tx, enrolment, row, actor.now).shown)
        draft = drafts.keep(tx, place_of(tx, actor, row), words, typed)
        tx.commit()
    return draft


def save_draft_if_possible(actor: Actor, appointment_id: UUID, typed: AfterForm) -> None:
    """Save the draft, or do nothing if saving is refused."""
    with suppress(Refused):
        save_draft(actor, appointment_id, typed)


def save(actor: Actor, appointment_id: UUID, once: UUID, typed: AfterForm, *, unapproved_too: bool) -> Saved:
    """Save everything that a practitioner has entered about a session. Repeating the call with the same id
    adds nothing.

    Raise ``Rejected`` for a mistake in the form. Raise ``ChangedElsewhere`` if somebody has made newer
    changes, or if the meeting was moved to the future. A refused form is kept as a draft.
    """
    note_id, work_id = uuid5(once, "note"), uuid5(once, "work")
    try:
        with acting(actor, role=Role.PRACTITIONER) as tx:
            enrolment = appointments.enrolment_locked(tx, actor.viewer, appointment_id)
            _hold_activity(tx, typed.work)
            row = appointments.row_locked(tx, appointment_id)
            if row.starts_at > actor.now:
                raise ChangedElsewhere
            stored = stored_of(tx, enrolment, row, actor.now)
            drafts.settle(tx, place_of(tx, actor, row), kept(typed.form, stored.shown), typed)
            offered = assign.may_set(tx, unapproved_too=unapproved_too)
            offered += assign.made_for(tx, actor.viewer, enrolment.id)
            found = _checked(tx, stored, typed, _Offered(enrolment, offered, work_id))
            parts = _note(tx, enrolment, row, found, note_id)
            if found.work and tx.get(WorkRow, work_id) is None:
                parts += _set(tx, enrolment, found.work)
            tx.commit()
    except NotFound:
        raise
    except Refused:
        save_draft_if_possible(actor, appointment_id, typed)
        raise
    return Saved(enrolment.id, work_id if found.work else None, tuple(parts))


@dataclass(frozen=True)
class _Offered:
    """What setting work needs: the enrolment, the available activity versions and the new work's id."""

    enrolment: Enrolment
    versions: list[Version]
    work_id: UUID

    def chosen(self, tx: Transaction, work: NextWork, own: QuickWork) -> Version | Activity:
        """Return the work to set: an activity in the participant's language, or the practitioner's own
        questions.

        Raise ``Rejected`` if the chosen activity version can't be set as work.
        """
        version_id = work.version()
        if version_id is None:
            return own.activity(OWN_MINUTES)
        language = people.account(tx, self.enrolment.participant_id).language
        try:
            return assign.chosen(self.versions, version_id, language)
        except Rejected as rejected:
            raise Rejected(*(replace(each, field=work.field) for each in rejected.problems)) from rejected


def _hold_activity(tx: Transaction, work: NextWork) -> None:
    """Lock the activity that was chosen as the next work.

    docs/locks.md requires that the activity is locked before the appointment.
    """
    with suppress(Rejected, NotFound):  # both errors are reported later
        version_id = work.version() if work.wanted() else None
        if version_id:
            activities.hold_still(tx, tx.viewer, version_id)


def _checked(tx: Transaction, stored: Stored, typed: AfterForm, offered: _Offered) -> _Checked:
    before, seen, chosen = stored.appointment, typed.seen, typed.attendance
    if chosen != before.attendance and before.revision != seen.appointment:
        raise ChangedElsewhere
    same = chosen == before.attendance != Attendance.NOT_NOTED
    met = (
        Attendance(chosen) if chosen in set(Attendance) else Attendance.ATTENDED
    )  # a wrong value causes a refusal below
    _ok, plan, agreed, note, work = all_of(
        lambda: same or attendance(chosen, before, tx.now),
        lambda: topics_marked(stored.plan, typed.topics, met, seen.topics, tx.now),
        lambda: newly_agreed(typed.agreed, stored.agreed, met, seen.agreed),
        lambda: note_words(typed.note, "note") if typed.note.strip() else "",
        lambda: _work(tx, stored.to_come, typed, offered) if typed.work.wanted() else None,
    )
    return _Checked(met, plan, agreed, note, work)


def _work(tx: Transaction, to_come: list[Appointment], typed: AfterForm, offered: _Offered) -> _Work:
    """Check and return the work that the practitioner is setting, or raise ``Rejected`` with every problem in
    the form.
    """
    work = typed.work
    meeting = next((each for each in to_come if str(each.id) == work.due), None)

    def due() -> None:
        if meeting is None:
            raise Rejected(Problem("not_offered", field="due"))

    what, card, meant, _ok = all_of(
        lambda: offered.chosen(tx, work, typed.questions),
        lambda: Card.typed(work.why, str(OWN_MINUTES)),
        lambda: work.intention(tx.now, meeting.due_at if meeting else None),
        due,
    )
    minutes = what.activity.minutes if isinstance(what, Version) else OWN_MINUTES
    return _Work(what, Due(offered.work_id, work.due, replace(card, minutes=minutes)), meant)


def _note(
    tx: Transaction, enrolment: Enrolment, row: AppointmentRow, found: _Checked, note_id: UUID
) -> list[SavedPart]:
    """Save the attendance, topics, agreement and note. Return the parts of the session's record that the
    practitioner changed.
    """
    parts = []
    if found.attendance != row.attendance:
        note_row(tx, enrolment, row, found.attendance, appointments.words(tx, row))
        parts.append(SavedPart.ATTENDANCE)
    if found.plan != topics.plan(tx, enrolment):
        topics.keep(tx, enrolment, found.plan)
        audit.record(tx, audit.Event.TOPICS_CHANGED, enrolment=enrolment.id)
        parts.append(SavedPart.TOPICS)
    if found.agreed:
        before = notes.agreed(tx, row)
        notes.add_agreed(tx, row, (before.revision if before else 0) + 1, found.agreed)
        audit.record(tx, audit.Event.AGREED, subject=row.id, enrolment=enrolment.id)
        parts.append(SavedPart.AGREED)
    if found.note and tx.get(NoteRow, note_id) is None:
        notes.add_note(tx, enrolment, note_id, found.note)
        audit.record(tx, audit.Event.NOTE_ADDED, subject=note_id, enrolment=enrolment.id)
        parts.append(SavedPart.NOTE)
    return parts


def _set(tx: Transaction, enrolment: Enrolment, work: _Work) -> list[SavedPart]:
    """Set the next work, and save when and where the participant plans to do it."""
    if isinstance(work.what, Version):
        assign.set_within(tx, enrolment, work.what.id, work.what.activity, work.due)
    else:
        assign.set_questions(tx, enrolment, work.what, work.due)
    if work.intention:
        row = tx.get_one(WorkRow, work.due.new_id)
        intention.put(tx, row, enrolment.participant_id, work.intention)
    return [SavedPart.WORK, SavedPart.WHEN] if work.intention else [SavedPart.WORK]
