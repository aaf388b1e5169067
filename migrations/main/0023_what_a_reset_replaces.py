"""Store with each reset what the person has lost: the passphrase, the second sign-in step, or both."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invitations", sa.Column("lost", sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.drop_column("invitations", "lost")
