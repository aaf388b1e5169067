"""The columns that are neither encrypted nor bound, and what an attacker who can write to the main database
could do with each of them.

A test fails if a new column is missing from this module. Either bind the column, or say here what an attacker
can do with it. The threat model contains each sentence in ``Why``.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Why(StrEnum):
    """The possible actions of an attacker who can write to the main database, worded as in
    docs/threat-model.md.
    """

    CHAINED = "Nothing, unseen, to the audit: its entries carry a keyed hash of their own."
    RULES = (
        "Change the service's rules and authored text: who the named lead is, what stays open after the programme, "
        "what is approved, and what the help page says."
    )
    COUNTS = "Falsify counts, figures, read marks and the order of boards."
    DELAYS = (
        "Lift limits on tries and on what somebody may store, keep a session from locking for whoever has its cookie, "
        "choose somebody's language and whether the Shift key leaves the site, and hold back notices."
    )
    DIARY = "Move appointments, groups' meetings and members, and what was set, by whom and for when."
    REQUESTS = (
        "Answer a request for an erasure or a correction, or what is withheld, in a lead's name, without an erasure "
        "following from it."
    )
    OWN = (
        "Falsify who last changed a plan, suggested something for it or noted work on paper, and when an answer was "
        "saved; the words themselves open in their own place alone."
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
"""For each ``table`` or ``table.column``, what an attacker can do by changing it."""
