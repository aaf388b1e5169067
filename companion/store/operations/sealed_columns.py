"""Which columns are sealed, and what each is bound to: every column of bytes except those named here."""

from sqlalchemy import Column, LargeBinary, MetaData

from companion.store.row_binding import BINDING

NOT_SEALED = {
    "accounts.sign_in_hash",
    "answers.place",
    "audit_entries.link",
    "audit_entries.mac",
    "calendar_feeds.token_hash",
    "discussed_answers.place",
    "drafts.place",
    "evaluation_drafts.place",
    "invitations.code_hash",
    "known_devices.mark_hash",
    "message_drafts.place",
    "passkey_challenges.challenge",
    "passkeys.credential_id",
    "passkeys.public_key",
    "plan_drafts.place",
    "recovery_codes.code_hash",
    "web_sessions.token_hash",
}
"""Hashes for lookups, and the public part of passkeys: none reveals anything about a person."""
ONCE_CALLED = {"looks.reason": "note_looks.reason"}
"""Columns whose table was renamed after its first values were sealed: they stay bound to the old name."""


def sealed_columns(metadata: MetaData) -> list[Column[bytes]]:
    """Return the columns sealed by a box of ``Keys``. Each value is bound to ``table.column`` and its row's id."""
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and str(column) not in NOT_SEALED and column.name != BINDING
    ]


def place(column: Column[bytes]) -> str:
    """Return what a column's values are bound to, besides row and owner: ``table.column``."""
    return ONCE_CALLED.get(str(column), str(column))
