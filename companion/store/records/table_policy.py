"""For each table with participants' data, how downloads and erasures treat it.

A test fails if a table is missing from this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select

from companion.store.base import Model


class LeftOut(StrEnum):
    """The reason why a participant's download of their data doesn't contain a table or column."""

    GUARDS = "guards"
    """The table or column only helps to protect the account, like the hash of the passphrase."""
    FOUND_BY = "found_by"
    """The column contains a keyed hash for finding a row."""
    FOR_STAFF = "for_staff"
    """The download leaves out information that staff write for their own use, but a participant can ask a lead
    for this information.
    """
    SAFETY = "safety"
    """The table or column contains data about concerns, legal holds or leads' access to records.

    A participant who learned about a concern could put a child in danger.
    """
    OTHERS = "others"
    """The table or column is mainly about people other than the participant."""
    TECHNICAL = "technical"
    """Companion needs the table or column only for its own work, such as sorting rows or sending emails."""
    ELSEWHERE = "elsewhere"
    """The participant's download already contains this data in another part."""


class Fate(StrEnum):
    """The effect of an erasure on a table's rows."""

    DELETED = "deleted"
    BLANKED = "blanked"
    """The row is kept for counting, without the columns that identify somebody."""
    KEPT = "kept"


@dataclass(frozen=True)
class Belonging:
    """One table's policy for downloads and erasures.

    ``via`` is the column that links the table's rows to a participant.
    """

    via: str
    fate: Fate = Fate.DELETED
    blank: Mapping[str, Any] = field(default_factory=dict)
    """The values that replace a row's contents when an erasure blanks the row."""
    out: LeftOut | None = None
    """Why the participant's download leaves the table out, or None."""
    but: Mapping[str, LeftOut] = field(default_factory=dict)
    """The columns that aren't in the download."""
    released: Mapping[str, str] = field(default_factory=dict)
    """Map each column that can hold a practitioner's draft to the column that is set when the draft is sent.
    The participant's download leaves out a draft that the practitioner hasn't sent.
    """
    parent_has: str = ""
    """The participant's download includes a row only if its parent row has a value in this column."""


FOUND_BY: Final = {"place": LeftOut.FOUND_BY, "tab": LeftOut.TECHNICAL, "beat": LeftOut.TECHNICAL}
GLANCE: Final = (
    "next_at",
    "unread_since",
    "due_from",
    "message_due",
    "concern_since",
    "to_talk",
    "topics_revision",
    "counted",
)

BELONGINGS: Final[Mapping[str, Belonging]] = {
    "accounts": Belonging(
        "id",
        Fate.BLANKED,
        {"name": b"", **dict.fromkeys(("sign_in_hash", "sign_in_name", "passphrase_hash", "email"))},
        but={
            "sign_in_hash": LeftOut.FOUND_BY,
            "passphrase_hash": LeftOut.GUARDS,
            "second_step": LeftOut.GUARDS,
            "erased_at": LeftOut.TECHNICAL,
            "review_keys": LeftOut.TECHNICAL,
            "phrases_kept": LeftOut.TECHNICAL,
        },
    ),
    "one_time_codes": Belonging("id", out=LeftOut.GUARDS),
    "recovery_codes": Belonging("account_id", out=LeftOut.GUARDS),
    "passkeys": Belonging(
        "account_id", but=dict.fromkeys(("credential_id", "public_key", "sign_count"), LeftOut.GUARDS)
    ),
    "passkey_challenges": Belonging("session_id", out=LeftOut.GUARDS),
    "invitations": Belonging("account_id", but={"code_hash": LeftOut.GUARDS, "word_hash": LeftOut.GUARDS}),
    "acknowledgements": Belonging("account_id"),
    "web_sessions": Belonging("account_id", but={"token_hash": LeftOut.GUARDS}),
    "held_forms": Belonging("session_id"),
    "known_devices": Belonging("account_id", but={"mark_hash": LeftOut.GUARDS}),
    "notice_choices": Belonging("id"),
    "stored_bytes": Belonging("id", out=LeftOut.TECHNICAL),
    "reminder_days": Belonging("account_id"),
    "outbox": Belonging("account_id", out=LeftOut.TECHNICAL),
    "failure_dismissals": Belonging("account_id", out=LeftOut.TECHNICAL),
    "enrolments": Belonging(
        "participant_id",
        Fate.BLANKED,
        {
            **dict.fromkeys(("next_at", "unread_since", "due_from", "message_due")),
            "to_talk": 0,
            "counted": True,
        },
        but=dict.fromkeys(GLANCE, LeftOut.TECHNICAL)
        | {"concern_since": LeftOut.SAFETY, "erased_at": LeftOut.TECHNICAL},
    ),
    "enrolment_steps": Belonging(
        "enrolment_id", Fate.BLANKED, {"reason": None}, but={"reason": LeftOut.FOR_STAFF}
    ),
    "handovers": Belonging(
        "enrolment_id",
        Fate.BLANKED,
        {"reason": b""},
        but=dict.fromkeys(("reason", "seen_at", "opened_at"), LeftOut.FOR_STAFF),
    ),
    "enrolment_topics": Belonging("enrolment_id", out=LeftOut.FOR_STAFF),
    "appointments": Belonging("enrolment_id", but={"words": LeftOut.FOR_STAFF}),
    "agreements": Belonging("appointment_id"),
    "group_members": Belonging("enrolment_id", out=LeftOut.OTHERS),
    "group_places": Belonging("appointment_id", out=LeftOut.OTHERS),
    "activities": Belonging("enrolment_id", out=LeftOut.ELSEWHERE),
    "activity_versions": Belonging("activity_id", out=LeftOut.ELSEWHERE),
    "activity_returns": Belonging("version_id", out=LeftOut.FOR_STAFF),
    "set_work": Belonging("enrolment_id", but={"version_id": LeftOut.ELSEWHERE}),
    "answers": Belonging("work_id", but={"place": LeftOut.FOUND_BY}),
    "drafts": Belonging("work_id", but=FOUND_BY),
    "submissions": Belonging(
        "work_id",
        but=dict.fromkeys(("feedback_revision", "feedback_tab", "feedback_beat"), LeftOut.FOR_STAFF),
        released={"words": "outcome"},
    ),
    "comments": Belonging("submission_id", parent_has="outcome"),
    "discussed_answers": Belonging("submission_id", but={"place": LeftOut.FOUND_BY}),
    "paper_records": Belonging("work_id", but={"kept": LeftOut.FOR_STAFF}),
    "plan_versions": Belonging("enrolment_id"),
    "plan_items": Belonging("enrolment_id"),
    "plan_suggestions": Belonging("enrolment_id"),
    "plan_reviews": Belonging("enrolment_id"),
    "plan_drafts": Belonging("enrolment_id", but=FOUND_BY),
    "messages": Belonging("enrolment_id"),
    "message_drafts": Belonging("enrolment_id", but=FOUND_BY),
    "notes": Belonging("enrolment_id", out=LeftOut.FOR_STAFF),
    "looks": Belonging("enrolment_id", Fate.BLANKED, {"reason": b""}, out=LeftOut.SAFETY),
    "look_steps": Belonging("look_id", Fate.BLANKED, {"reason": None}, out=LeftOut.SAFETY),
    "disclosures": Belonging("enrolment_id", Fate.KEPT, out=LeftOut.SAFETY),
    "evaluation_drafts": Belonging("enrolment_id", but=FOUND_BY),
    "corrections": Belonging("enrolment_id"),
    "erasure_requests": Belonging("account_id", Fate.KEPT, but={"reason": LeftOut.FOR_STAFF}),
    "erasures": Belonging("account_id", Fate.KEPT, out=LeftOut.TECHNICAL),
    "holds": Belonging("account_id", Fate.KEPT, out=LeftOut.SAFETY),
    "concerns": Belonging("enrolment_id", Fate.KEPT, out=LeftOut.SAFETY),
    "concern_steps": Belonging("concern_id", Fate.KEPT, out=LeftOut.SAFETY),
}

NOT_HIS: Final[Mapping[str, str]] = {
    "after_rules": "a rule of the service",
    "away_days": "days of the staff",
    "calendar_feeds": "a practitioner's calendar",
    "phrases": "a practitioner's own phrases, about nobody",
    "concern_rules": "a rule of the service",
    "evaluation_questions": "questions to everybody",
    "groups": "a practitioner's group",
    "group_meetings": "a meeting of a group",
    "plan_parts": "the parts of everybody's plan",
    "directory_versions": "the help page",
}
"""The tables without participants' data, each with a description."""


def table(name: str) -> Table:
    """Return the table with this name."""
    return Model.metadata.tables[name]


def his(name: str, account_id: UUID) -> ColumnElement[bool]:
    """Select this participant's rows."""
    belonging, here = BELONGINGS[name], table(name)
    column = here.c[belonging.via]
    parent = parent_of(name)
    if parent in ("", "accounts"):
        return column == account_id
    above = table(parent)
    rows = select(above.c.id).where(his(parent, account_id))
    if belonging.parent_has:
        rows = rows.where(above.c[belonging.parent_has].is_not(None))
    return column.in_(rows)


def parent_of(name: str) -> str:
    """Return the name of the table that this table's foreign key points to. Return an empty string if the
    table's ``via`` column isn't a foreign key.
    """
    targets = [key.column.table.name for key in table(name).c[BELONGINGS[name].via].foreign_keys]
    return targets[0] if targets else ""
