"""Store practitioners' saved phrases, and whether single-key shortcuts work on the review page."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phrases",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_phrases_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrases")),
    )
    op.create_index(op.f("ix_phrases_account_id"), "phrases", ["account_id"])
    op.add_column(
        "accounts", sa.Column("review_keys", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column("accounts", sa.Column("phrases_kept", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("accounts", "phrases_kept")
    op.drop_column("accounts", "review_keys")
    op.drop_index(op.f("ix_phrases_account_id"), table_name="phrases")
    op.drop_table("phrases")
