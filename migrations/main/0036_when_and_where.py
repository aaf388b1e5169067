"""Store each participant's encrypted plan for when and where to do a piece of work."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("set_work", sa.Column("intention", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("set_work", "intention")
