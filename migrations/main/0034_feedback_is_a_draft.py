"""Store which browser page last saved unsent feedback, and that page's count of saves."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submissions", sa.Column("feedback_tab", sa.String(40), server_default="", nullable=False))
    op.add_column("submissions", sa.Column("feedback_beat", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("submissions", "feedback_beat")
    op.drop_column("submissions", "feedback_tab")
