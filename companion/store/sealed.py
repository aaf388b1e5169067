"""Which columns hold what is sealed: every column of bytes but those that are named here."""

from sqlalchemy import Column, LargeBinary, MetaData

NOT_SEALED = {
    "accounts.sign_in_hash",
    "answers.place",
    "audit_entries.link",
    "audit_entries.mac",
    "calendar_feeds.token_hash",
    "drafts.place",
    "evaluation_drafts.place",
    "invitations.code_hash",
    "message_drafts.place",
    "plan_drafts.place",
    "recovery_codes.code_hash",
    "web_sessions.token_hash",
}
"""Hashes: they open nothing, and are found by."""


def sealed_columns(metadata: MetaData) -> list[Column[bytes]]:
    """The columns that a box of ``Keys`` seals, whoever's. Each is bound to ``table.column`` and its row's id."""
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and str(column) not in NOT_SEALED
    ]
