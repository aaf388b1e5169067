"""Store whether the participant chose the short version, for each piece of work and each submitted round."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("set_work", "submissions"):
        op.add_column(
            table, sa.Column("short", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )


def downgrade() -> None:
    for table in ("submissions", "set_work"):
        op.drop_column(table, "short")
