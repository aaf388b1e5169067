"""Add groups, their members and meetings, and each member's own appointment for a meeting."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.create_table(
        "groups",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=10), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("programme_version", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _refers("groups", "practitioner_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("reference", name=op.f("uq_groups_reference")),
    )
    op.create_index(op.f("ix_groups_practitioner_id"), "groups", ["practitioner_id"])
    op.create_table(
        "group_members",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _refers("group_members", "group_id", "groups"),
        _refers("group_members", "enrolment_id", "enrolments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_members")),
    )
    for column in ("group_id", "enrolment_id"):
        op.create_index(op.f(f"ix_group_members_{column}"), "group_members", [column])
    op.create_table(
        "group_meetings",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _refers("group_meetings", "group_id", "groups"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_meetings")),
    )
    for column in ("group_id", "starts_at"):
        op.create_index(op.f(f"ix_group_meetings_{column}"), "group_meetings", [column])
    op.create_table(
        "group_places",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _refers("group_places", "meeting_id", "group_meetings"),
        _refers("group_places", "appointment_id", "appointments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_places")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_group_places_appointment_id")),
    )
    op.create_index(op.f("ix_group_places_meeting_id"), "group_places", ["meeting_id"])


def downgrade() -> None:
    for table in ("group_places", "group_meetings", "group_members", "groups"):
        op.drop_table(table)
