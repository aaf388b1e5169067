"""Allow set work to be withdrawn. Store when, by whom and why, and when the participant saw this."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("set_work", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("set_work", sa.Column("withdrawn_by", sa.Uuid(), nullable=True))
    op.add_column("set_work", sa.Column("withdrawn_words", sa.LargeBinary(), nullable=True))
    op.add_column("set_work", sa.Column("withdrawal_seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("withdrawal_seen_at", "withdrawn_words", "withdrawn_by", "withdrawn_at"):
        op.drop_column("set_work", name)
