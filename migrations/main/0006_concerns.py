"""Add concerns with their steps and rules, and requests for erasure."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "concern_rules",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("cover_id", sa.Uuid(), nullable=True),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("take_days", sa.Integer(), nullable=False),
        sa.Column("finish_days", sa.Integer(), nullable=False),
        sa.Column("hours_until_all", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_concern_rules_by_id_accounts")),
        sa.ForeignKeyConstraint(
            ["cover_id"], ["accounts.id"], name=op.f("fk_concern_rules_cover_id_accounts")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["accounts.id"], name=op.f("fk_concern_rules_lead_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_rules")),
        sa.UniqueConstraint("number", name=op.f("uq_concern_rules_number")),
    )
    op.create_table(
        "erasure_requests",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_erasure_requests_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_requests")),
        sa.UniqueConstraint("account_id", name=op.f("uq_erasure_requests_account_id")),
    )
    op.create_table(
        "concerns",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("take_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finish_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_concerns_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(["raised_by"], ["accounts.id"], name=op.f("fk_concerns_raised_by_accounts")),
        sa.ForeignKeyConstraint(["taken_by"], ["accounts.id"], name=op.f("fk_concerns_taken_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
    )
    op.create_index(op.f("ix_concerns_enrolment_id"), "concerns", ["enrolment_id"], unique=False)
    op.create_index(op.f("ix_concerns_state"), "concerns", ["state"], unique=False)
    op.create_table(
        "concern_steps",
        sa.Column("concern_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("told_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_concern_steps_by_id_accounts")),
        sa.ForeignKeyConstraint(
            ["concern_id"], ["concerns.id"], name=op.f("fk_concern_steps_concern_id_concerns")
        ),
        sa.ForeignKeyConstraint(["told_id"], ["accounts.id"], name=op.f("fk_concern_steps_told_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_steps")),
        sa.UniqueConstraint(
            "concern_id", "kind", "told_id", name=op.f("uq_concern_steps_concern_id_kind_told_id")
        ),
        sa.UniqueConstraint("concern_id", "number", name=op.f("uq_concern_steps_concern_id_number")),
    )


def downgrade() -> None:
    op.drop_table("concern_steps")
    op.drop_index(op.f("ix_concerns_state"), table_name="concerns")
    op.drop_index(op.f("ix_concerns_enrolment_id"), table_name="concerns")
    op.drop_table("concerns")
    op.drop_table("erasure_requests")
    op.drop_table("concern_rules")
