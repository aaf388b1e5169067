"""Let people choose to get notices by email."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("email", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True))
        outbox.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        outbox.add_column(sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
        outbox.add_column(sa.Column("outcome", sa.String(length=12), nullable=True))
        outbox.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE outbox SET next_try_at = made_at, settled_at = made_at, outcome = 'not_wanted'")
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("next_try_at", nullable=False)
        outbox.alter_column("tries", server_default=None)
        outbox.create_index(op.f("ix_outbox_next_try_at"), ["next_try_at"])


def downgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_index(op.f("ix_outbox_next_try_at"))
        for column in ("settled_at", "outcome", "claimed_until", "tries", "next_try_at"):
            outbox.drop_column(column)
    op.drop_column("accounts", "email")
