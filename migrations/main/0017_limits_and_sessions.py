"""Add rate limits with growing windows, known devices, the kind of device of each session, and requests to
bring back staff who left.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM tries")  # each row is needed for only an hour
    with op.batch_alter_table("tries") as tries:
        tries.drop_column("started_at")
        tries.add_column(sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False))
        tries.add_column(sa.Column("level", sa.Integer(), nullable=False))
    op.create_table(
        "known_devices",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("mark_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_known_devices_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_devices")),
        sa.UniqueConstraint("mark_hash", name=op.f("uq_known_devices_mark_hash")),
    )
    op.create_index(op.f("ix_known_devices_account_id"), "known_devices", ["account_id"])
    op.add_column("web_sessions", sa.Column("kind", sa.LargeBinary(), nullable=True))
    op.add_column("accounts", sa.Column("return_asked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("accounts", "return_asked_at")
    op.drop_column("web_sessions", "kind")
    op.drop_table("known_devices")
    op.execute("DELETE FROM tries")
    with op.batch_alter_table("tries") as tries:
        tries.drop_column("level")
        tries.drop_column("ends_at")
        tries.add_column(sa.Column("started_at", sa.DateTime(timezone=True), nullable=False))
