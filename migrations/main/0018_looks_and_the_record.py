"""Add lead access with its decisions, decisions about the access log, and triggers that protect the audit
log.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEPT = [
    "id",
    "at",
    "event",
    "actor_id",
    "actor_role",
    "subject_id",
    "enrolment_id",
    "detail",
    "look_id",
    "mac",
]
"""The columns of an audit entry that never change.

An entry's position in the audit chain is set only once.
"""
SAID = "the audit only grows"


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    _add_looks()
    _add_steps_and_disclosures()
    op.add_column("audit_entries", sa.Column("look_id", sa.Uuid(), nullable=True))
    (_guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite)()


def _add_looks() -> None:
    """Convert the records of leads who read notes into lead access for a concern, which participants can't
    see.
    """
    op.create_table(
        "looks",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _refers("looks", "enrolment_id", "enrolments"),
        _refers("looks", "lead_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index(op.f("ix_looks_enrolment_id"), "looks", ["enrolment_id"])
    op.execute(
        "INSERT INTO looks (id, enrolment_id, lead_id, purpose, state, reason, asked_at, opened_at, until, told_from) "
        "SELECT id, enrolment_id, lead_id, 'concern', 'opened', reason, at, at, at, at FROM note_looks"
    )
    op.drop_table("note_looks")


def _add_steps_and_disclosures() -> None:
    op.create_table(
        "look_steps",
        sa.Column("look_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _refers("look_steps", "look_id", "looks"),
        _refers("look_steps", "by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_steps")),
        sa.UniqueConstraint("look_id", "number", name=op.f("uq_look_steps_look_id_number")),
    )
    op.create_table(
        "disclosures",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _refers("disclosures", "enrolment_id", "enrolments"),
        _refers("disclosures", "by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosures")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_disclosures_entry_id_number")),
    )
    op.create_index(op.f("ix_disclosures_enrolment_id"), "disclosures", ["enrolment_id"])


def _guard_sqlite() -> None:
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in KEPT)
    op.execute(
        "CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries "
        f"WHEN OLD.position IS NOT NULL OR {changed} BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_last BEFORE DELETE ON audit_entries "
        f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    )


def _guard_postgresql() -> None:
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in KEPT)
    op.execute(
        "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation'; END$$"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries FOR EACH ROW "
        f"WHEN (OLD.position IS NOT NULL OR {changed}) EXECUTE FUNCTION audit_only_grows()"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_last BEFORE DELETE ON audit_entries FOR EACH ROW "
        "EXECUTE FUNCTION audit_only_grows()"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_whole BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT "
        "EXECUTE FUNCTION audit_only_grows()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER audit_entries_stay" + _on())
    op.execute("DROP TRIGGER audit_entries_last" + _on())
    if _on():
        op.execute("DROP TRIGGER audit_entries_whole" + _on())
        op.execute("DROP FUNCTION audit_only_grows()")
    with op.batch_alter_table("audit_entries") as batch:
        batch.drop_column("look_id")
    op.drop_table("disclosures")
    op.drop_table("look_steps")
    op.create_table(
        "note_looks",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _refers("note_looks", "enrolment_id", "enrolments"),
        _refers("note_looks", "lead_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_looks")),
    )
    op.create_index(op.f("ix_note_looks_enrolment_id"), "note_looks", ["enrolment_id"])
    op.execute(
        "INSERT INTO note_looks (id, enrolment_id, lead_id, reason, at) "
        "SELECT id, enrolment_id, lead_id, reason, opened_at FROM looks WHERE opened_at IS NOT NULL"
    )
    op.drop_table("looks")


def _on() -> str:
    return " ON audit_entries" if op.get_bind().dialect.name == "postgresql" else ""
