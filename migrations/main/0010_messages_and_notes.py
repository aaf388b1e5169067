"""Add messages, absences, practitioners' notes, leads' access to notes, and what was agreed at appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "away_days",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("cover_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_away_days_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["cover_id"], ["accounts.id"], name=op.f("fk_away_days_cover_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away_days")),
    )
    op.create_index(op.f("ix_away_days_account_id"), "away_days", ["account_id"], unique=False)
    op.create_index(op.f("ix_away_days_last"), "away_days", ["last"], unique=False)
    op.create_table(
        "messages",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("his", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["accounts.id"], name=op.f("fk_messages_author_id_accounts")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_messages_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(["read_by"], ["accounts.id"], name=op.f("fk_messages_read_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("enrolment_id", "number", name=op.f("uq_messages_enrolment_id_number")),
    )
    op.create_table(
        "message_drafts",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("typed", sa.LargeBinary(), nullable=False),
        sa.Column("tab", sa.String(length=40), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_message_drafts_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_drafts")),
        sa.UniqueConstraint("enrolment_id", "place", name=op.f("uq_message_drafts_enrolment_id_place")),
    )
    op.create_index(op.f("ix_message_drafts_enrolment_id"), "message_drafts", ["enrolment_id"], unique=False)
    op.create_table(
        "notes",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["accounts.id"], name=op.f("fk_notes_author_id_accounts")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_notes_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("enrolment_id", "number", name=op.f("uq_notes_enrolment_id_number")),
    )
    op.create_table(
        "note_looks",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_note_looks_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["accounts.id"], name=op.f("fk_note_looks_lead_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_looks")),
    )
    op.create_index(op.f("ix_note_looks_enrolment_id"), "note_looks", ["enrolment_id"], unique=False)
    op.create_table(
        "agreements",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_agreements_appointment_id_appointments")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_agreements_by_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("appointment_id", "revision", name=op.f("uq_agreements_appointment_id_revision")),
    )


def downgrade() -> None:
    op.drop_table("agreements")
    op.drop_index(op.f("ix_note_looks_enrolment_id"), table_name="note_looks")
    op.drop_table("note_looks")
    op.drop_table("notes")
    op.drop_index(op.f("ix_message_drafts_enrolment_id"), table_name="message_drafts")
    op.drop_table("message_drafts")
    op.drop_table("messages")
    op.drop_index(op.f("ix_away_days_last"), table_name="away_days")
    op.drop_index(op.f("ix_away_days_account_id"), table_name="away_days")
    op.drop_table("away_days")
