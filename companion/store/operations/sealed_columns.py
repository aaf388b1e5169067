"""Which columns hold what is sealed, and where each is bound to: every column of bytes but those named here."""

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
"""Hashes, which are found by, and what a passkey shows to everybody: none of them says anything of a person."""
ONCE_CALLED = {"looks.reason": "note_looks.reason"}
"""Columns whose table had another name when the first were sealed: they stay bound to it."""


def sealed_columns(metadata: MetaData) -> list[Column[bytes]]:
    """The columns that a box of ``Keys`` seals, whoever's. Each is bound to ``table.column`` and its row's id."""
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and str(column) not in NOT_SEALED and column.name != BINDING
    ]


def place(column: Column[bytes]) -> str:
    """The place that its values are bound to, beside their row and their owner: ``table.column``."""
    return ONCE_CALLED.get(str(column), str(column))
