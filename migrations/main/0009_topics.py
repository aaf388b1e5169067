"""Add programmes with versions, each enrolment's topics, and records of work done on paper."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme_versions",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_versions")),
        sa.UniqueConstraint("slug", "number", name=op.f("uq_programme_versions_slug_number")),
    )
    op.create_table(
        "enrolment_topics",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=10), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_enrolment_topics_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_topics")),
        sa.UniqueConstraint("enrolment_id", "topic", name=op.f("uq_enrolment_topics_enrolment_id_topic")),
    )
    op.add_column(
        "enrolments", sa.Column("topics_revision", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("set_work", sa.Column("on_paper_on", sa.Date(), nullable=True))
    op.create_table(
        "paper_records",
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kept", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_paper_records_by_id_accounts")),
        sa.ForeignKeyConstraint(
            ["taken_back_by"], ["accounts.id"], name=op.f("fk_paper_records_taken_back_by_accounts")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["set_work.id"], name=op.f("fk_paper_records_work_id_set_work")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_records")),
    )
    op.create_index(op.f("ix_paper_records_work_id"), "paper_records", ["work_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_paper_records_work_id"), table_name="paper_records")
    op.drop_table("paper_records")
    with op.batch_alter_table("set_work") as set_work:
        set_work.drop_column("on_paper_on")
    with op.batch_alter_table("enrolments") as enrolments:
        enrolments.drop_column("topics_revision")
    op.drop_table("enrolment_topics")
    op.drop_table("programme_versions")
