"""The columns in a participant's download, by table.

Columns that aren't listed in this module aren't in the download. A test fails unless every column is
either listed here or excluded in table_policy.py.
"""

from collections.abc import Mapping
from typing import Final

DRAFT: Final = ("typed", "revision", "saved_at")

HELD_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "accounts": (
        *("role", "name", "language", "sign_in_name", "email", "shift_leaves"),
        *("created_at", "joined_at", "approved_at", "reset_asked_at", "left_at", "return_asked_at"),
    ),
    "passkeys": ("account_id", "name", "added_at", "used_at"),
    "invitations": ("account_id", "resets", "lost", "made_by", "made_at", "expires_at", "used_at"),
    "acknowledgements": ("account_id", "statement_version", "language", "at"),
    "web_sessions": (
        *(
            "account_id",
            "created_at",
            "last_seen_at",
            "complete",
            "proved_at",
            "ended_at",
            "kind",
            "shared_with",
        ),
    ),
    "held_forms": ("session_id", "page", "typed"),
    "known_devices": ("account_id", "kind", "created_at", "used_at"),
    "notice_choices": ("digest", "refusals", "set_aside_at"),
    "reminder_days": ("account_id", "days"),
    "enrolments": (
        *("participant_id", "practitioner_id", "reference", "programme_id", "programme_version", "site"),
        *("state", "state_since", "created_at", "evaluated"),
    ),
    "enrolment_steps": ("enrolment_id", "number", "state", "day", "at", "by_id", "back"),
    "handovers": ("enrolment_id", "from_id", "to_id", "at", "by_id"),
    "appointments": (
        *("enrolment_id", "kind", "starts_at", "minutes", "site", "revision", "attendance", "cancelled_at"),
        *("moved_from", "moved_on", "seen_starts_at", "seen_cancelled"),
    ),
    "agreements": ("appointment_id", "revision", "words", "by_id", "at"),
    "set_work": (
        *("enrolment_id", "due_id", "card", "set_at", "set_by", "revision", "started", "done"),
        *("fewest_left", "most_left", "saved_at", "on_paper_on", "intention", "short"),
        *("withdrawn_at", "withdrawn_by", "withdrawn_words", "withdrawal_seen_at"),
    ),
    "answers": ("work_id", "value", "revision", "saved_at"),
    "drafts": ("work_id", *DRAFT),
    "submissions": (
        *("work_id", "round", "submitted_at", "said", "to_talk", "read_at"),
        *("outcome", "outcome_at", "outcome_by", "words", "seen_at", "short"),
    ),
    "comments": ("submission_id", "body", "saved_at", "by_id"),
    "discussed_answers": ("submission_id", "question", "talked_at", "shown"),
    "paper_records": ("work_id", "day", "at", "by_id", "taken_back_at", "taken_back_by"),
    "plan_versions": ("enrolment_id", "number", "at", "by_id", "act", "together", "next_review", "asked_at"),
    "plan_items": ("enrolment_id", "item_id", "since", "until", "place", "content"),
    "plan_suggestions": ("enrolment_id", "by_id", "at", "content", "accepted", "decided_at"),
    "plan_reviews": ("enrolment_id", "started_at", "began_at", "ended_at", "looked_at"),
    "plan_drafts": ("enrolment_id", *DRAFT),
    "messages": (
        *("enrolment_id", "number", "author_id", "his", "words", "sent_at", "promised_on"),
        *("read_at", "read_by"),
    ),
    "message_drafts": ("enrolment_id", *DRAFT),
    "evaluation_drafts": ("enrolment_id", *DRAFT),
    "corrections": (
        *("enrolment_id", "content", "asked_at", "outcome", "answer", "answered_at", "answered_by"),
    ),
    "erasure_requests": ("account_id", "asked_at", "decided_at", "decided_by", "outcome", "told"),
}
"""The columns in the download, by table. The column ``id`` is always in the download."""

TO_THE_DAY: Final[Mapping[str, frozenset[str]]] = {
    "set_work": frozenset({"set_at"}),
    "appointments": frozenset({"cancelled_at"}),
    "handovers": frozenset({"at"}),
}
"""Columns that contain exact times. For these columns, a participant's download shows the date without the
time.

Exact times could reveal which participants are in the same group.
"""
