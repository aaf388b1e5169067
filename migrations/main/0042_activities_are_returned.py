"""Store which activity versions leads returned to their authors, with the leads' remarks."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity_returns",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_by", sa.Uuid(), nullable=False),
        sa.Column("remark", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["activity_versions.id"],
            name=op.f("fk_activity_returns_version_id_activity_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_returns")),
    )
    op.create_index(op.f("ix_activity_returns_version_id"), "activity_returns", ["version_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_activity_returns_version_id"), table_name="activity_returns")
    op.drop_table("activity_returns")
