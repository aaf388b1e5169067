"""Store with each enrolment the dates and the count that boards sort and filter by."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

DATES = ("next_at", "unread_since", "due_from", "concern_since")


def upgrade() -> None:
    for name in DATES:
        op.add_column("enrolments", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("enrolments", sa.Column("to_talk", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE enrolments SET "
        "next_at = (SELECT MIN(starts_at) FROM appointments a WHERE a.enrolment_id = enrolments.id), "
        "unread_since = (SELECT MIN(s.submitted_at) FROM submissions s JOIN set_work w ON w.id = s.work_id "
        "WHERE w.enrolment_id = enrolments.id AND s.read_at IS NULL AND s.outcome IS NULL), "
        "to_talk = (SELECT COALESCE(SUM(s.to_talk), 0) FROM submissions s JOIN set_work w ON w.id = s.work_id "
        "WHERE w.enrolment_id = enrolments.id AND s.outcome IS NULL), "
        "due_from = (SELECT MIN(a.starts_at) FROM set_work w JOIN appointments a ON a.id = w.due_id "
        "WHERE w.enrolment_id = enrolments.id AND NOT EXISTS (SELECT 1 FROM submissions s "
        "WHERE s.work_id = w.id AND (s.outcome IS NULL OR s.outcome <> 'returned'))), "
        "concern_since = (SELECT MIN(raised_at) FROM concerns c "
        "WHERE c.enrolment_id = enrolments.id AND c.state <> 'closed')"
    )
    with op.batch_alter_table("enrolments") as enrolments:
        enrolments.alter_column("to_talk", existing_type=sa.Integer(), nullable=False)
    op.create_index(
        "ix_enrolments_glance",
        "enrolments",
        ["state", "concern_since", "unread_since", "due_from", "next_at", "reference", "id"],
    )


def downgrade() -> None:
    op.drop_index("ix_enrolments_glance", table_name="enrolments")
    with op.batch_alter_table("enrolments") as enrolments:
        for name in (*DATES, "to_talk"):
            enrolments.drop_column(name)
