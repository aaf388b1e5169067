"""Add browser sessions that are locked to the shared screen, and the answers discussed on the shared screen."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "discussed_answers",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column("talked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_discussed_answers_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discussed_answers")),
        sa.UniqueConstraint("submission_id", "place", name=op.f("uq_discussed_answers_submission_id_place")),
    )
    op.create_index(op.f("ix_discussed_answers_submission_id"), "discussed_answers", ["submission_id"])
    op.add_column("web_sessions", sa.Column("shared_with", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("web_sessions", "shared_with")
    op.drop_index(op.f("ix_discussed_answers_submission_id"), table_name="discussed_answers")
    op.drop_table("discussed_answers")
