"""The encrypted columns, each with the column name that its encryption uses.

Every binary column is encrypted, except the columns in ``NOT_SEALED`` and rows' keyed hashes.
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
"""Unencrypted binary columns, such as hashes."""
ONCE_CALLED = {"looks.reason": "note_looks.reason"}
"""Maps each column to its name from before its table was renamed. The column's values can be decrypted only
with its old name.
"""


def sealed_columns(metadata: MetaData) -> list[Column[bytes]]:
    """Return the encrypted columns."""
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and str(column) not in NOT_SEALED and column.name != BINDING
    ]


def place(column: Column[bytes]) -> str:
    """Return the name ``table.column``, which is bound into the encryption of the column's values.

    Decrypting a value requires the value's ``table.column`` name, the row's id and the data key's owner.
    """
    return ONCE_CALLED.get(str(column), str(column))
