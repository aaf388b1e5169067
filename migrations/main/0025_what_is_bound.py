"""Add the keyed hash for row binding, and a column that says whether an account has a second sign-in step."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BOUND = (
    "accounts",
    "away_days",
    "agreements",
    "calendar_feeds",
    "comments",
    "concern_steps",
    "concerns",
    "enrolment_steps",
    "enrolments",
    "erasures",
    "groups",
    "handovers",
    "holds",
    "invitations",
    "look_steps",
    "looks",
    "messages",
    "notes",
    "one_time_codes",
    "passkey_challenges",
    "passkeys",
    "recovery_codes",
    "submissions",
    "web_sessions",
)


def upgrade() -> None:
    for table in BOUND:
        op.add_column(table, sa.Column("binding", sa.LargeBinary(), nullable=True))
    op.add_column(
        "accounts", sa.Column("second_step", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("accounts", "second_step")
    for table in reversed(BOUND):
        op.drop_column(table, "binding")
