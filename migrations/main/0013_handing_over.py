"""Add handovers, the authors of set work and feedback, staff who left, and the rules for after the programme.

Before this revision each enrolment had only one practitioner, who set all the work and gave all the feedback.
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

HIS = "SELECT practitioner_id FROM enrolments"
WROTE = {
    "set_work": ("set_by", f"{HIS} WHERE enrolments.id = set_work.enrolment_id"),
    "submissions": (
        "outcome_by",
        f"{HIS} JOIN set_work ON set_work.enrolment_id = enrolments.id WHERE set_work.id = submissions.work_id",
    ),
    "comments": (
        "by_id",
        f"{HIS} JOIN set_work ON set_work.enrolment_id = enrolments.id "
        "JOIN submissions ON submissions.work_id = set_work.id WHERE submissions.id = comments.submission_id",
    ),
}


def upgrade() -> None:
    op.add_column("accounts", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("enrolment_steps") as steps:
        steps.add_column(sa.Column("back", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("enrolment_steps") as steps:
        steps.alter_column("back", server_default=None)
    _first_steps()
    for table, (column, whose) in WROTE.items():
        op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
        only = " WHERE outcome IS NOT NULL" if table == "submissions" else ""
        op.execute(f"UPDATE {table} SET {column} = ({whose}){only}")  # this SQL has no user input
        with op.batch_alter_table(table) as changed:
            changed.alter_column(column, nullable=table == "submissions")
            changed.create_foreign_key(op.f(f"fk_{table}_{column}_accounts"), "accounts", [column], ["id"])
    op.create_table(
        "handovers",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_handovers_by_id_accounts")),
        sa.ForeignKeyConstraint(["from_id"], ["accounts.id"], name=op.f("fk_handovers_from_id_accounts")),
        sa.ForeignKeyConstraint(["to_id"], ["accounts.id"], name=op.f("fk_handovers_to_id_accounts")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_handovers_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_enrolment_id"), "handovers", ["enrolment_id"])
    op.create_table(
        "after_rules",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_after_rules_by_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_after_rules")),
        sa.UniqueConstraint("number", name=op.f("uq_after_rules_number")),
    )


def _first_steps() -> None:
    """Add a first step to each enrolment that was created before steps were recorded."""
    table = sa.table(
        "enrolment_steps",
        *(sa.column(name) for name in ("number", "state", "back")),
        sa.column("id", sa.Uuid()),
        sa.column("enrolment_id", sa.Uuid()),
        sa.column("by_id", sa.Uuid()),
        sa.column("day", sa.Date()),
        sa.column("at", sa.DateTime(timezone=True)),
    )
    enrolments = sa.table(
        "enrolments",
        sa.column("state"),
        sa.column("id", sa.Uuid()),
        sa.column("practitioner_id", sa.Uuid()),
        sa.column("state_since", sa.Date()),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    bind = op.get_bind()
    without = sa.select(enrolments).where(enrolments.c.id.not_in(sa.select(table.c.enrolment_id)))
    for row in bind.execute(without).all():
        bind.execute(
            table.insert().values(
                id=uuid4(),
                enrolment_id=row.id,
                number=1,
                state=row.state,
                day=row.state_since,
                at=row.created_at,
                by_id=row.practitioner_id,
                back=False,
            )
        )


def downgrade() -> None:
    op.drop_table("after_rules")
    op.drop_index(op.f("ix_handovers_enrolment_id"), "handovers")
    op.drop_table("handovers")
    for table, (column, _) in reversed(WROTE.items()):
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(op.f(f"fk_{table}_{column}_accounts"), type_="foreignkey")
            changed.drop_column(column)
    with op.batch_alter_table("enrolment_steps") as steps:
        steps.drop_column("back")
    op.drop_column("accounts", "left_at")
