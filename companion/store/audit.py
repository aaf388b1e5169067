"""The audit log, an append-only record of who did what and when.

The audit log never contains text that somebody typed. Every new entry gets a keyed hash. Within a minute, a
background job adds new entries to the audit chain. Transactions that add entries to the audit log never wait
for each other. The background job gives each audit entry its position in the chain, and a hash (its link). A
link is a hash over an entry and all earlier entries.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.waiting import Waiting
from companion.store import audit_head, locks
from companion.store.audit_head import Head
from companion.store.base import Model, Transaction
from companion.store.types import UtcDateTime

OLDEST = 5
"""How many of the oldest audit entries to check, to see whether the keys fit this database."""
DETAIL = re.compile(r"[A-Za-z0-9_.:-]{0,60}")
"""The pattern that the detail of every audit entry must match.

The detail in an audit entry is a key, a state or a number, never text that somebody has typed.
"""


class Event(StrEnum):
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_APPROVED = "account_approved"
    ACCOUNT_LEFT = "account_left"
    ACCOUNT_RETURN_ASKED = "account_return_asked"
    ACCOUNT_RETURNED = "account_returned"
    INVITATION_MADE = "invitation_made"
    JOINED = "joined"
    JOINING_FAILED = "joining_failed"
    STATEMENT_ACKNOWLEDGED = "statement_acknowledged"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    UNLOCKED = "unlocked"
    SESSION_ENDED = "session_ended"
    SESSIONS_ENDED = "sessions_ended"
    DEVICE_KNOWN = "device_known"
    DEVICE_FORGOTTEN = "device_forgotten"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_OFFERED = "second_factor_offered"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    SECOND_FACTOR_FAILED = "second_factor_failed"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    PROVED = "proved"
    PASSPHRASE_CHANGED = "passphrase_changed"  # nosec B105
    RESET_ASKED = "reset_asked"
    RESET_BEGUN = "reset_begun"
    RESET_DONE = "reset_done"
    NOTICES_CHANGED = "notices_changed"
    FAILURES_DISMISSED = "failures_dismissed"
    PATH_MOVED = "path_moved"
    PATH_READ = "path_read"
    HANDED_OVER = "handed_over"
    AFTER_CHANGED = "after_changed"
    PROGRAMME_LOADED = "programme_loaded"
    POLICY_CHANGED = "policy_changed"
    WRAPPING_KEY_COPIED = "wrapping_key_copied"
    TOPICS_CHANGED = "topics_changed"
    APPOINTMENT_ADDED = "appointment_added"
    APPOINTMENT_MOVED = "appointment_moved"
    ATTENDANCE_NOTED = "attendance_noted"
    GROUP_ADDED = "group_added"
    GROUP_LABELLED = "group_labelled"
    GROUP_JOINED = "group_joined"
    GROUP_LEFT = "group_left"
    GROUP_HANDED_OVER = "group_handed_over"
    CALENDAR_ADDRESS_MADE = "calendar_address_made"
    CALENDAR_ADDRESS_ENDED = "calendar_address_ended"
    ACTIVITY_LOADED = "activity_loaded"
    ACTIVITY_CHANGED = "activity_changed"
    ACTIVITY_CHECKED = "activity_checked"
    ACTIVITY_APPROVED = "activity_approved"
    ACTIVITY_RETURNED = "activity_returned"
    ACTIVITY_RETIRED = "activity_retired"
    ACTIVITY_BROUGHT_BACK = "activity_brought_back"
    OWN_ACTIVITY_READ = "own_activity_read"
    WORK_SET = "work_set"
    WORK_CHANGED = "work_changed"
    WORK_WITHDRAWN = "work_withdrawn"
    WITHDRAWAL_SEEN = "withdrawal_seen"
    INTENTION_SAVED = "intention_saved"
    INTENTION_READ = "intention_read"
    WAY_TAKEN = "way_taken"
    ANSWER_SAVED = "answer_saved"
    WORK_SUBMITTED = "work_submitted"
    WORK_DONE_ON_PAPER = "work_done_on_paper"
    PAPER_READ = "paper_read"
    PAPER_TAKEN_BACK = "paper_taken_back"
    SUBMISSION_READ = "submission_read"
    BRIEF_READ = "brief_read"
    OPENED_TOGETHER = "opened_together"
    ANSWER_SHOWN = "answer_shown"
    FEEDBACK_SAVED = "feedback_saved"
    FEEDBACK_RELEASED = "feedback_released"
    WORK_RETURNED = "work_returned"
    FEEDBACK_SEEN = "feedback_seen"
    PLAN_CHANGED = "plan_changed"
    PLAN_READ = "plan_read"
    PLAN_SUGGESTED = "plan_suggested"
    PLAN_SUGGESTION_DECLINED = "plan_suggestion_declined"
    PLAN_REVIEWED = "plan_reviewed"
    PLAN_PARTS_CHANGED = "plan_parts_changed"
    SIGNPOST_CHANGED = "signpost_changed"
    CONCERN_RAISED = "concern_raised"
    CONCERN_READ = "concern_read"
    CONCERN_TAKEN = "concern_taken"
    CONCERN_PASSED_ON = "concern_passed_on"
    CONCERN_CLOSED = "concern_closed"
    CONCERN_NOTED = "concern_noted"
    CONCERN_ESCALATED = "concern_escalated"
    CONCERN_RULES_CHANGED = "concern_rules_changed"
    ERASURE_ASKED = "erasure_asked"
    ERASURE_REFUSED = "erasure_refused"
    ERASURE_BEGUN = "erasure_begun"
    ERASED = "erased"
    RETENTION_DELETED = "retention_deleted"
    RETENTION_RAN = "retention_ran"
    HOLD_SET = "hold_set"
    HOLD_LIFTED = "hold_lifted"
    HELD_DOWNLOADED = "held_downloaded"
    CORRECTION_ASKED = "correction_asked"
    CORRECTION_READ = "correction_read"
    CORRECTION_ANSWERED = "correction_answered"
    MESSAGE_SENT = "message_sent"
    MESSAGE_READ = "message_read"
    AWAY_ADDED = "away_added"
    AWAY_TAKEN_BACK = "away_taken_back"
    NOTE_ADDED = "note_added"
    NOTES_READ = "notes_read"
    NOTES_LOOKED_AT = "notes_looked_at"
    AGREED = "agreed"
    EVALUATION_GIVEN = "evaluation_given"
    EVALUATIONS_GATHERED = "evaluations_gathered"
    EVALUATION_READ = "evaluation_read"
    EVALUATION_QUESTIONS_CHANGED = "evaluation_questions_changed"
    EVALUATION_QUESTIONS_APPROVED = "evaluation_questions_approved"
    FIGURES_COUNTED = "figures_counted"
    LOOK_ASKED = "look_asked"
    LOOK_AGREED = "look_agreed"
    LOOK_REFUSED = "look_refused"
    LOOK_OPENED = "look_opened"
    LOOK_PROLONGED = "look_prolonged"
    LOOK_TOLD = "look_told"
    WITHHELD_READ = "withheld_read"
    DISCLOSURE_DECIDED = "disclosure_decided"
    KEY_ROTATION_BEGUN = "key_rotation_begun"
    KEY_ROTATION_FINISHED = "key_rotation_finished"
    BACKUP_MADE = "backup_made"
    BACKUP_RESTORED = "backup_restored"
    HEAD_REMEMBERED = "head_remembered"
    BINDING_BROKEN = "binding_broken"
    BINDING_BEGUN = "binding_begun"
    BINDING_RENEWED = "binding_renewed"
    REFUSED = "refused"
    FAILED = "failed"


class AuditEntry(Model):
    """An entry about an action that succeeded, was refused or failed.

    ``detail`` is a short code or number, never free text.
    """

    __tablename__ = "audit_entries"

    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    event: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[UUID | None]
    actor_role: Mapped[str | None] = mapped_column(String(20))
    subject_id: Mapped[UUID | None]
    enrolment_id: Mapped[UUID | None] = mapped_column(index=True)
    detail: Mapped[str] = mapped_column(String(60), default="")
    look_id: Mapped[UUID | None]
    """The id of the lead access used to read a record, or None for other entries."""
    mac: Mapped[bytes] = mapped_column(LargeBinary)
    position: Mapped[int | None] = mapped_column(unique=True)
    link: Mapped[bytes | None] = mapped_column(LargeBinary)


def record(
    tx: Transaction,
    event: Event,
    *,
    subject: UUID | None = None,
    enrolment: UUID | None = None,
    detail: str = "",
    look: UUID | None = None,
) -> None:
    """Add an audit entry in the action's own transaction.

    Raise ``ValueError`` if ``detail`` contains free text instead of a short code.
    """
    if not DETAIL.fullmatch(detail):
        raise ValueError("the detail of an entry is a key, never a text")
    entry = AuditEntry(
        id=uuid4(),
        at=tx.now,
        event=event,
        actor_id=tx.actor_id,
        actor_role=tx.by.role if tx.by else None,
        subject_id=subject,
        enrolment_id=enrolment,
        detail=detail,
        look_id=look,
    )
    entry.mac = _mac(tx, entry)
    tx.add(entry)


class Disordered(Exception):
    """Raised if the key store has no saved hash, or the audit chain doesn't contain the saved hash."""


def require_head(tx: Transaction) -> None:
    """Raise ``Disordered`` if the audit chain doesn't contain the latest hash that is saved in the key store.

    Also raise ``Disordered`` if the key store has no saved hash. Call this function before reading anything
    else in ``tx``.
    """
    remembered = audit_head.remembered(tx.keys)
    if remembered is None:
        raise Disordered("The key store remembers no head of the audit. Run migrate.")
    if remembered.position:
        link = tx.scalar(select(AuditEntry.link).where(AuditEntry.position == remembered.position))
        if link != remembered.link:
            raise Disordered(
                f"The record of who did what does not hold entry {remembered.position} as it was chained: entries were "
                "removed, or an older copy of the database was put back."
            )


def seal(tx: Transaction) -> int:
    """Add all new entries to the audit chain, the oldest first. Return the number of entries added.

    The caller must commit the transaction.

    If two processes call this function, the second waits for the first. Raise ``Disordered`` if the audit
    chain doesn't contain the latest hash that is saved in the key store. If entries are missing, don't extend
    the audit chain, or the new entries would hide the gap.
    """
    require_head(tx)
    waiting = locks.lock(tx, select(AuditEntry).where(AuditEntry.position.is_(None)))
    loose = sorted(waiting, key=lambda entry: (entry.at, entry.id))
    newest = newest_head(tx)
    position, link = newest.position, newest.link
    for entry in loose:
        position += 1
        link = _link(tx, link, entry, position)
        entry.position, entry.link = position, link
    return len(loose)


class Wrong(StrEnum):
    """The faults that ``verify`` can find."""

    ENTRY = "entry"
    """An entry was changed, moved or inserted, or its predecessor was removed."""
    UNKNOWN_HEAD = "unknown_head"
    """The audit chain is intact, but the hash that an operator noted is missing, so entries may have been
    removed.
    """
    REMEMBERED = "remembered"
    """The audit chain doesn't contain the latest hash that is saved in the key store."""
    LOOSE = "loose"
    """Somebody changed an entry before it joined the audit chain, or inserted it from outside Companion."""


@dataclass(frozen=True)
class Verdict:
    """The result of checking the audit chain. ``broken_at`` is the first position with an error, if any."""

    sealed: int
    loose: int
    head: str
    broken_at: int | None
    wrong: Wrong | None = None


def verify(tx: Transaction, kept_head: str = "") -> Verdict:
    """Check the whole audit chain, and the entries that aren't in it yet. Call this function before reading
    anything else in ``tx``.

    The check also fails if the audit chain doesn't contain the latest hash that is saved in the key store, or
    doesn't contain ``kept_head``. ``kept_head`` is the position and hash (``position:link``) that an operator
    noted from the audit chain earlier.
    """
    remembered = audit_head.remembered(tx.keys) or Head()
    head, kept_seen = Head(), kept_head in ("", str(Head()))  # an empty chain also has a head
    broken: tuple[int | None, Wrong] | None = None
    rows = tx.scalars(
        select(AuditEntry).where(AuditEntry.position.is_not(None)).order_by(AuditEntry.position)
    )
    for entry in rows.yield_per(1000):
        position = head.position + 1
        fits = entry.position == position and hmac.compare_digest(entry.mac, _mac(tx, entry))
        head = Head(position, _link(tx, head.link, entry, position))
        if not (fits and entry.link == head.link):
            broken = position, Wrong.ENTRY
            break
        if position == remembered.position and head != remembered:
            broken = position, Wrong.REMEMBERED
            break
        kept_seen = kept_seen or kept_head == str(head)
    if broken is None and head.position < remembered.position:
        broken = head.position + 1, Wrong.REMEMBERED
    if broken is None and not kept_seen:
        broken = None, Wrong.UNKNOWN_HEAD
    loose = tx.scalars(select(AuditEntry).where(AuditEntry.position.is_(None))).all()
    if broken is None and any(not hmac.compare_digest(entry.mac, _mac(tx, entry)) for entry in loose):
        broken = head.position + 1, Wrong.LOOSE
    return Verdict(head.position, len(loose), str(head), *(broken or (None, None)))


def last(tx: Transaction, event: Event) -> AuditEntry | None:
    """Return the latest entry of a kind in the audit chain, or None.

    Entries are ordered by their position in the audit chain, not by time, because the clock may have been
    wrong.
    """
    of = select(AuditEntry).where(AuditEntry.event == event, AuditEntry.position.is_not(None))
    return tx.scalar(of.order_by(AuditEntry.position.desc()).limit(1))


def oldest(tx: Transaction) -> datetime | None:
    """Return the time of the oldest audit entry, or None."""
    return tx.scalar(select(func.min(AuditEntry.at)))


def loose(tx: Transaction) -> Waiting:
    """Return how many audit entries aren't in the audit chain yet, and the time of the oldest of them."""
    found = select(func.count(), func.min(AuditEntry.at)).where(AuditEntry.position.is_(None))
    return Waiting(*tx.execute(found).one())


def keyed_with_these_keys(tx: Transaction) -> bool:
    """Return True if the current keys match this audit log. Check only the hashes of the oldest entries.

    Return True if there are no entries.
    """
    oldest = tx.scalars(select(AuditEntry).order_by(AuditEntry.at).limit(OLDEST)).all()
    return not oldest or any(hmac.compare_digest(entry.mac, _mac(tx, entry)) for entry in oldest)


def newest_head(tx: Transaction) -> Head:
    """Return the position and hash of the latest entry in the audit chain."""
    newest = select(func.max(AuditEntry.position)).scalar_subquery()
    row = tx.execute(
        select(AuditEntry.position, AuditEntry.link).where(AuditEntry.position == newest)
    ).first()
    return Head(row.position or 0, row.link or b"") if row else Head()


def head(tx: Transaction) -> str:
    """Return the audit chain's latest link as ``position:link``.

    An operator who notes this position and hash can later check that the end of the audit chain is still
    there.
    """
    return str(newest_head(tx))


def _mac(tx: Transaction, entry: AuditEntry) -> bytes:
    fields = (
        entry.id,
        entry.at.astimezone(UTC).isoformat(),  # the database returns times in UTC
        entry.event,
        entry.actor_id,
        entry.actor_role,
        entry.subject_id,
        entry.enrolment_id,
        entry.detail,
        *([entry.look_id] if entry.look_id else []),  # some entries are older than this column
    )
    return _keyed(tx, "\n".join("" if field is None else str(field) for field in fields).encode())


def _link(tx: Transaction, before: bytes, entry: AuditEntry, position: int) -> bytes:
    return _keyed(tx, before + position.to_bytes(8, "big") + entry.mac)


def _keyed(tx: Transaction, data: bytes) -> bytes:
    return hmac.digest(tx.keys.secret("service:audit"), data, hashlib.sha256)
