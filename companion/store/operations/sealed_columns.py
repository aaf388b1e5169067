"""The encrypted columns, and the names to which their values are bound.

Every column of bytes is encrypted except those in ``NOT_SEALED``.
"""

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
"""Columns that aren't encrypted because they reveal nothing about a person, such as hashes."""
ONCE_CALLED = {"looks.reason": "note_looks.reason"}
"""Columns whose table was renamed, with the old name to which encrypted values are still bound."""


def sealed_columns(metadata: MetaData) -> list[Column[bytes]]:
    """Return the encrypted columns. Each value is bound to ``table.column`` and the id of its row."""
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and str(column) not in NOT_SEALED and column.name != BINDING
    ]


def place(column: Column[bytes]) -> str:
    """Return the name ``table.column`` to which a column's values are bound, besides row and owner."""
    return ONCE_CALLED.get(str(column), str(column))
