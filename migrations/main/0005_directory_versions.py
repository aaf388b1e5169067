"""Store the directory of signposts, with a new version for each change."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_versions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("signpost", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["accounts.id"], name=op.f("fk_directory_versions_made_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_versions")),
        sa.UniqueConstraint("number", name=op.f("uq_directory_versions_number")),
    )


def downgrade() -> None:
    op.drop_table("directory_versions")
