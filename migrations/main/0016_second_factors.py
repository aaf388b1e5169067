"""Add passkeys, unconfirmed secrets for one-time codes, the time when the passphrase was last given, and
resets.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passkeys",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_passkeys_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_account_id"), "passkeys", ["account_id"])
    op.create_table(
        "passkey_challenges",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["web_sessions.id"],
            name=op.f("fk_passkey_challenges_session_id_web_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenges")),
    )
    op.create_index(op.f("ix_passkey_challenges_session_id"), "passkey_challenges", ["session_id"])
    op.add_column("one_time_codes", sa.Column("replacement", sa.LargeBinary(), nullable=True))
    op.add_column("web_sessions", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("accounts", sa.Column("reset_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("invitations", sa.Column("resets", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("invitations", sa.Column("made_by", sa.Uuid(), nullable=True))
    with op.batch_alter_table("invitations") as invitations:
        invitations.alter_column("resets", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("invitations") as invitations:
        invitations.drop_column("made_by")
        invitations.drop_column("resets")
    for table, column in (
        ("accounts", "reset_asked_at"),
        ("web_sessions", "proved_at"),
        ("one_time_codes", "replacement"),
    ):
        op.drop_column(table, column)
    for table in ("passkey_challenges", "passkeys"):
        op.drop_table(table)
