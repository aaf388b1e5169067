"""The columns without encryption or a keyed hash, and what an attacker could do by changing each one.

A test fails if a new unencrypted column is neither in its model's ``BOUND`` nor listed in this module. Add
every new column to ``BOUND``. If you leave a column out of the hash, say here what an attacker could gain by
changing it. The threat model (docs/threat-model.md) quotes the explanations in the class ``Why`` word for
word.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Why(StrEnum):
    """The possible actions of an attacker with write access to the main database."""

    CHAINED = (
        "They can't change the audit unnoticed, because each audit entry carries a keyed hash of its own."
    )
    RULES = (
        "They can change the service's rules and authored text: who the named lead is, what stays open "
        "after the programme, what is approved, and what the help page says."
    )
    COUNTS = "They can falsify counts, figures, read marks and the order of boards."
    DELAYS = (
        "They can lift limits on attempts and on storage, keep a session from locking for anybody who has "
        "its cookie, change somebody's language or whether the Shift key leaves the site, and hold back "
        "notices."
    )
    DIARY = (
        "They can move appointments, group meetings and group members, and change what was set, by whom "
        "and for when."
    )
    REQUESTS = (
        "In a lead's name, they can answer a request for erasure or correction, or decide what is "
        "withheld; no erasure follows from that."
    )
    OWN = (
        "They can falsify who last changed a plan, who suggested something for it or who recorded work on "
        "paper, and when an answer was saved. The text itself can be decrypted only in its own row."
    )


UNBOUND: Final[Mapping[str, Why]] = {
    "audit_entries": Why.CHAINED,
    **dict.fromkeys(
        ("after_rules", "concern_rules", "directory_versions", "evaluation_questions", "plan_parts"),
        Why.RULES,
    ),
    "policy_versions": Why.RULES,
    "stored_bytes": Why.DELAYS,
    **dict.fromkeys(("activities", "activity_versions", "activity_returns", "programme_versions"), Why.RULES),
    **dict.fromkeys(("concerns.take_by", "concerns.finish_by"), Why.RULES),
    **dict.fromkeys(("figure_blocks", "evaluation_batches", "evaluations_waiting"), Why.COUNTS),
    **{
        f"enrolments.{name}": Why.COUNTS
        for name in (
            *("next_at", "unread_since", "due_from", "message_due", "concern_since", "to_talk", "counted"),
            "evaluated",
            "topics_revision",
        )
    },
    **dict.fromkeys(
        (
            "concerns.revision",
            "messages.promised_on",
            "messages.read_at",
            "messages.read_by",
            "handovers.seen_at",
            "handovers.opened_at",
        ),
        Why.COUNTS,
    ),
    "discussed_answers": Why.COUNTS,
    **{f"submissions.{name}": Why.COUNTS for name in ("to_talk", "read_at", "seen_at", "short")},
    **{f"submissions.feedback_{name}": Why.COUNTS for name in ("revision", "tab", "beat")},
    **dict.fromkeys(("groups.revision", "passkeys.used_at"), Why.COUNTS),
    **dict.fromkeys(("tries", "known_devices", "outbox", "failure_dismissals", "notice_choices"), Why.DELAYS),
    **dict.fromkeys(
        ("reminder_days", "web_sessions.last_seen_at", "web_sessions.shared_with", "accounts.language"),
        Why.DELAYS,
    ),
    **dict.fromkeys(("accounts.shift_leaves", "accounts.review_keys"), Why.DELAYS),
    "accounts.phrases_kept": Why.COUNTS,
    **dict.fromkeys(
        ("appointments", "group_meetings", "group_members", "group_places", "set_work"), Why.DIARY
    ),
    "enrolment_topics": Why.DIARY,
    **{
        f"{table}.{name}": Why.DIARY
        for table in ("enrolments", "groups")
        for name in ("programme_id", "programme_version", "site")
    },
    **dict.fromkeys(("erasure_requests", "corrections", "disclosures", "acknowledgements"), Why.REQUESTS),
    **dict.fromkeys(("answers", "drafts", "evaluation_drafts", "message_drafts", "held_forms"), Why.OWN),
    **dict.fromkeys(
        ("plan_drafts", "plan_items", "plan_reviews", "plan_suggestions", "plan_versions"), Why.OWN
    ),
    **dict.fromkeys(("paper_records", "phrases"), Why.OWN),
}
"""What an attacker can do by changing each ``table`` or ``table.column``."""
