"""Store the time by which a message must be read, the time from which an appointment was moved, and the time
at which a handover was read.

If a message is unread during this migration, boards don't show the day by which it must be read until the
enrolment next changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None

BEFORE = ["state", "concern_since", "unread_since", "due_from", "next_at", "reference", "id", "erased_at"]
GLANCE = [*BEFORE[:4], "message_due", *BEFORE[4:]]


def upgrade() -> None:
    op.add_column("messages", sa.Column("promised_on", sa.Date(), nullable=True))
    op.add_column("enrolments", sa.Column("message_due", sa.DateTime(timezone=True), nullable=True))
    op.add_column("appointments", sa.Column("moved_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("appointments", sa.Column("moved_on", sa.Date(), nullable=True))
    op.add_column("handovers", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_enrolments_glance", table_name="enrolments")
    op.create_index("ix_enrolments_glance", "enrolments", GLANCE)


def downgrade() -> None:
    op.drop_index("ix_enrolments_glance", table_name="enrolments")
    op.create_index("ix_enrolments_glance", "enrolments", BEFORE)
    op.drop_column("handovers", "opened_at")
    op.drop_column("appointments", "moved_on")
    op.drop_column("appointments", "moved_from")
    op.drop_column("enrolments", "message_due")
    op.drop_column("messages", "promised_on")
