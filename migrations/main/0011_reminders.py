"""Add reminders on chosen days, the daily email for practitioners, and a record of emails that may have
arrived.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("once", sa.String(length=40), nullable=True))
        outbox.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        outbox.add_column(sa.Column("letter_id", sa.Uuid(), nullable=True))
        outbox.add_column(sa.Column("unsure", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE outbox SET due_at = made_at")
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("due_at", nullable=False)
        outbox.alter_column("unsure", server_default=None)
        outbox.create_unique_constraint(
            op.f("uq_outbox_account_id_notice_subject_id_once"),
            ["account_id", "notice", "subject_id", "once"],
        )
    op.create_table(
        "notice_choices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["accounts.id"], name=op.f("fk_notice_choices_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_choices")),
    )
    op.create_table(
        "reminder_days",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_reminder_days_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_days")),
        sa.UniqueConstraint("account_id", "days", name=op.f("uq_reminder_days_account_id_days")),
    )
    op.create_table(
        "failure_dismissals",
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_failure_dismissals_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["accounts.id"], name=op.f("fk_failure_dismissals_viewer_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failure_dismissals")),
        sa.UniqueConstraint(
            "viewer_id", "account_id", name=op.f("uq_failure_dismissals_viewer_id_account_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("failure_dismissals")
    op.drop_table("reminder_days")
    op.drop_table("notice_choices")
    # The previous version doesn't know the outcome "set_aside".
    op.execute("UPDATE outbox SET outcome = 'failed' WHERE outcome = 'set_aside'")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f("uq_outbox_account_id_notice_subject_id_once"), type_="unique")
        for name in ("unsure", "letter_id", "due_at", "once"):
            outbox.drop_column(name)
