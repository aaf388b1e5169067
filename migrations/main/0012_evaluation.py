"""Add the evaluation and the service's anonymous figures.

At first, no enrolment is marked as evaluated or counted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FLAGS = ("evaluated", "counted")


def upgrade() -> None:
    for name in FLAGS:
        op.add_column("enrolments", sa.Column(name, sa.Boolean(), nullable=True))
    op.execute("UPDATE enrolments SET evaluated = FALSE, counted = FALSE")
    with op.batch_alter_table("enrolments") as enrolments:
        for name in FLAGS:
            enrolments.alter_column(name, nullable=False)
    op.create_table(
        "evaluation_questions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["accounts.id"], name=op.f("fk_evaluation_questions_approved_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["accounts.id"], name=op.f("fk_evaluation_questions_made_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_questions")),
        sa.UniqueConstraint("number", name=op.f("uq_evaluation_questions_number")),
    )
    op.create_table(
        "evaluation_drafts",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("typed", sa.LargeBinary(), nullable=False),
        sa.Column("tab", sa.String(length=40), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_evaluation_drafts_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_drafts")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_evaluation_drafts_enrolment_id")),
    )
    op.create_table(
        "evaluations_waiting",
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations_waiting")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "evaluation_batches",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_batches")),
        sa.UniqueConstraint("number", name=op.f("uq_evaluation_batches_number")),
    )
    op.create_table(
        "figure_blocks",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("programme_version", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("atoms", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_blocks")),
        sa.UniqueConstraint("number", name=op.f("uq_figure_blocks_number")),
    )


def downgrade() -> None:
    for table in (
        "figure_blocks",
        "evaluation_batches",
        "evaluations_waiting",
        "evaluation_drafts",
        "evaluation_questions",
    ):
        op.drop_table(table)
    with op.batch_alter_table("enrolments") as enrolments:
        for name in FLAGS:
            enrolments.drop_column(name)
