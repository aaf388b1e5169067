"""Store each enrolment's pathway state, programme and site.

Existing enrolments get the state "in the programme".
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COLUMNS = {
    "programme_id": sa.String(length=40),
    "programme_version": sa.Integer(),
    "site": sa.String(length=40),
    "state": sa.String(length=20),
    "state_since": sa.Date(),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("enrolments", sa.Column(name, kind, nullable=True))
    op.execute(
        "UPDATE enrolments SET programme_id = 'five-sessions', programme_version = 1, state = 'in_programme', "
        "state_since = DATE(created_at), site = COALESCE((SELECT site FROM appointments "
        "WHERE enrolment_id = enrolments.id ORDER BY starts_at LIMIT 1), 'epsom')"
    )
    with op.batch_alter_table("enrolments") as enrolments:
        for name in COLUMNS:
            enrolments.alter_column(name, nullable=False)
        enrolments.create_index(op.f("ix_enrolments_state"), ["state"])
    op.create_table(
        "enrolment_steps",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_enrolment_steps_by_id_accounts")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_enrolment_steps_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_steps")),
        sa.UniqueConstraint("enrolment_id", "number", name=op.f("uq_enrolment_steps_enrolment_id_number")),
    )


def downgrade() -> None:
    op.drop_table("enrolment_steps")
    with op.batch_alter_table("enrolments") as enrolments:
        enrolments.drop_index(op.f("ix_enrolments_state"))
        for name in COLUMNS:
            enrolments.drop_column(name)
