"""Store the audit chain's head, and when rows began to be bound."""

import sqlalchemy as sa
from alembic import op

revision = "k0003"
down_revision = "k0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heads",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "binding",
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("edition"),
    )


def downgrade() -> None:
    op.drop_table("binding")
    op.drop_table("heads")
