"""Add indexes for finding staff among all accounts, and current enrolments in a caseload."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("accounts") as table:
        table.create_index(op.f("ix_accounts_role"), ["role"])
    with op.batch_alter_table("enrolments") as table:
        table.drop_index(op.f("ix_enrolments_practitioner_id"))
        table.create_index(op.f("ix_enrolments_practitioner_id_state"), ["practitioner_id", "state"])


def downgrade() -> None:
    with op.batch_alter_table("enrolments") as table:
        table.drop_index(op.f("ix_enrolments_practitioner_id_state"))
        table.create_index(op.f("ix_enrolments_practitioner_id"), ["practitioner_id"])
    with op.batch_alter_table("accounts") as table:
        table.drop_index(op.f("ix_accounts_role"))
