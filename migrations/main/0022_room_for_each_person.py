"""Store the number of bytes that each person's data takes up."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_bytes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["accounts.id"], name=op.f("fk_stored_bytes_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_bytes")),
    )


def downgrade() -> None:
    op.drop_table("stored_bytes")
