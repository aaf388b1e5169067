"""Read, draft and send messages."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from companion.domain.drafts import Draft, draft_of
from companion.domain.enrolments.after_programme import Scope
from companion.domain.forms import Form
from companion.domain.meetings.absence import Reads, reads_by, who_reads
from companion.domain.messages.messages import Message, message_words
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, Problem, Rejected, SlowDown
from companion.services import drafts
from companion.services.act import Actor, Counted, acting
from companion.store import audit, outbox, people, rate_limits
from companion.store.base import Transaction
from companion.store.enrolments import after_programme, enrolments
from companion.store.enrolments.enrolments import Case, Enrolment
from companion.store.meetings import absence
from companion.store.messages import message_drafts, messages
from companion.store.messages.messages import MessageRow
from companion.store.people import Account

FIELDS = ("words",)
"""The fields of the message form that are saved in a draft."""


@dataclass(frozen=True)
class Thread:
    """The messages on a page, the earliest first, with further details."""

    case: Case
    messages: list[Message]
    before: int | None
    """The number of this page's first message, for the link to earlier messages; None if there are none."""
    new_before: int
    """The number of unread messages that are older than all messages on this page."""
    new: UUID | None
    """The first message that was unread when the viewer opened the page."""
    reads: Reads
    reader: str
    """The name of the person who reads the participant's messages, or an empty string."""
    covering: bool
    """True if the viewer is only covering, and so can see the messages but not the rest of the record."""
    can_read: bool
    """True if the participant can read messages now."""

    def late(self, today: date) -> Message | None:
        """Return the first unread message that should have been read before today."""
        return next((each for each in self.messages if each.is_late(today)), None)


@dataclass(frozen=True)
class MessageForm:
    """The form with which a participant or a practitioner saves or sends a message."""

    draft_seen: int
    tab: str
    form: Form
    beat: int = 0

    @property
    def kept(self) -> Form:
        """Return the form fields to save as a draft. Raise ``Rejected`` if the fields contain more than
        ``DRAFT_MOST`` characters in total.
        """
        return draft_of(self.form, FIELDS)

    @property
    def words(self) -> str:
        """Return the text of the message as typed."""
        return next(iter(self.form.get("words", ())), "")


def open_thread(actor: Actor, enrolment_id: UUID | None, before: int | None) -> Thread:
    """Return a page of the latest messages, or of the messages before message number ``before``.

    If the viewer is a participant, mark messages from staff as read. If the viewer is a member of staff, mark
    the participant's messages as read. The audit log records each time that staff read messages. For
    participants, audit opening a page of messages only if at least one message is new.
    """
    with acting(actor, Counted.NEVER) as tx:
        enrolment = messages.enrolment(tx, actor.viewer, enrolment_id, actor.now, lock=True)
        rows = messages.newest(tx, enrolment.id, before)
        side = actor.viewer.role is Role.PARTICIPANT
        new = next((row.id for row in rows if row.his is not side and row.read_at is None), None)
        fresh = messages.mark_read(tx, rows)
        covering = not side and enrolment.practitioner_id != actor.viewer.account_id
        if fresh or not side:
            audit.record(
                tx, audit.Event.MESSAGE_READ, enrolment=enrolment.id, detail="as_cover" if covering else ""
            )
        left = bool(people.gone(tx, [enrolment.practitioner_id]))
        reads = reads_by(actor.now, enrolment.practitioner_id, absence.times_away(tx, actor.now), left=left)
        earlier = rows[0].number if rows and rows[0].number > 1 else None
        thread = Thread(
            enrolments.case(tx, enrolment),
            messages.opened(tx, enrolment.id, rows),
            earlier,
            messages.unread_before(tx, enrolment.id, earlier, his=not side) if earlier else 0,
            new,
            reads,
            people.name(tx, tx.get_one(Account, reads.reader)) if reads.reader else "",
            covering,
            _can_read(tx, enrolment, actor.now),
        )
        tx.commit()
    return thread


def send(actor: Actor, enrolment_id: UUID | None, new_id: UUID, typed: MessageForm) -> None:
    """Send a message. Repeating the call with the same id does nothing.

    Raise ``Rejected`` if the message isn't valid or the participant can't read messages. Raise ``SlowDown``
    after too many messages. Save a refused message as a draft, unless another window has already saved one.
    """
    try:
        with acting(actor) as tx:
            enrolment = messages.enrolment(tx, actor.viewer, enrolment_id, actor.now, lock=True)
            if tx.get(MessageRow, new_id) is None:
                if not _can_read(tx, enrolment, actor.now):
                    raise Rejected(Problem("cannot_read", field="words"))
                rate_limits.count(
                    tx, "message.thread", f"{actor.viewer.account_id} {enrolment.id}", actor.now
                )
                rate_limits.count(tx, "message.account", str(actor.viewer.account_id), actor.now)
                _send(tx, enrolment, new_id, message_words(typed.words))
                with suppress(ChangedElsewhere):  # another window's draft stays
                    place = message_drafts.draft_place(tx, enrolment.id, actor.viewer)
                    drafts.settle(tx, place, typed.kept, typed)
            tx.commit()
    except (Rejected, SlowDown):
        _keep_if_possible(actor, enrolment_id, typed)
        raise


def save_draft(actor: Actor, enrolment_id: UUID | None, typed: MessageForm) -> Draft:
    """Save the unfinished message as a draft.

    Raise ``Rejected`` for overlong text. Raise ``ChangedElsewhere`` if another window has saved a newer
    draft.
    """
    with acting(actor, Counted.SAVE) as tx:
        enrolment = messages.enrolment(tx, actor.viewer, enrolment_id, actor.now, lock=True)
        place = message_drafts.draft_place(tx, enrolment.id, actor.viewer)
        draft = drafts.keep(tx, place, typed.kept, typed)
        tx.commit()
    return draft


def _can_read(tx: Transaction, enrolment: Enrolment, now: datetime) -> bool:
    return after_programme.open_now(tx, enrolment, now).scope.holds(Scope.MESSAGES)


def _send(tx: Transaction, enrolment: Enrolment, new_id: UUID, text: str) -> None:
    his, to, promised_on = tx.viewer.role is Role.PARTICIPANT, enrolment.participant_id, None
    if his:  # the message waits if nobody covers for the practitioner
        times, own = absence.times_away(tx, tx.now), enrolment.practitioner_id
        left = bool(people.gone(tx, {own}))
        to = who_reads(tx.now, own, times, left=left) or own
        promised_on = reads_by(tx.now, own, times, left=left).by
    row = messages.add(tx, enrolment, new_id, text, promised_on)
    outbox.notify(tx, to, outbox.Notice.MESSAGE_SENT, row.id)
    audit.record(tx, audit.Event.MESSAGE_SENT, subject=row.id, enrolment=enrolment.id)


def _keep_if_possible(actor: Actor, enrolment_id: UUID | None, typed: MessageForm) -> None:
    try:
        save_draft(actor, enrolment_id, typed)
    except (Rejected, ChangedElsewhere):
        return  # the browser's page still contains the text
