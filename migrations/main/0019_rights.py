"""Add decisions on requests for erasure, the erasures themselves, correction requests and legal holds."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

OLDER = (
    "DELETE FROM erasure_requests WHERE EXISTS (SELECT 1 FROM erasure_requests later "
    "WHERE later.account_id = erasure_requests.account_id AND (later.asked_at > erasure_requests.asked_at "
    "OR (later.asked_at = erasure_requests.asked_at AND later.id > erasure_requests.id)))"
)
"""A downgrade keeps only each person's latest request, because earlier revisions allow only one."""
GLANCE = ["state", "concern_since", "unread_since", "due_from", "next_at", "reference", "id"]


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _glance(*columns: str) -> None:
    op.drop_index("ix_enrolments_glance", table_name="enrolments")
    op.create_index("ix_enrolments_glance", "enrolments", list(columns))


def upgrade() -> None:
    op.add_column("accounts", _moment("erased_at"))
    op.add_column("enrolments", _moment("erased_at"))
    _glance(*GLANCE, "erased_at")
    with op.batch_alter_table("erasure_requests") as requests:
        requests.drop_constraint("uq_erasure_requests_account_id", type_="unique")
        requests.add_column(_moment("decided_at"))
        requests.add_column(sa.Column("decided_by", sa.Uuid(), nullable=True))
        requests.add_column(sa.Column("outcome", sa.String(length=10), nullable=True))
        requests.add_column(sa.Column("told", sa.String(length=20), nullable=True))
        requests.add_column(sa.Column("reason", sa.LargeBinary(), nullable=True))
        requests.create_index("ix_erasure_requests_account_id", ["account_id"])
        requests.create_foreign_key(
            "fk_erasure_requests_decided_by_accounts", "accounts", ["decided_by"], ["id"]
        )
    op.create_table(
        "erasures",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=10), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        _moment("begun_at", nullable=False),
        _moment("done_at"),
        sa.Column("id", sa.Uuid(), nullable=False),
        _refers("erasures", "account_id", "accounts"),
        _refers("erasures", "by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("account_id", name=op.f("uq_erasures_account_id")),
    )
    op.create_table(
        "holds",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        _moment("set_at", nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        _moment("lifted_at"),
        sa.Column("lifted_why", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _refers("holds", "account_id", "accounts"),
        _refers("holds", "set_by", "accounts"),
        _refers("holds", "lifted_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_account_id"), "holds", ["account_id"])
    op.create_table(
        "corrections",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _moment("asked_at", nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        _moment("answered_at"),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _refers("corrections", "enrolment_id", "enrolments"),
        _refers("corrections", "answered_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_enrolment_id"), "corrections", ["enrolment_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_corrections_enrolment_id"), table_name="corrections")
    op.drop_table("corrections")
    op.drop_index(op.f("ix_holds_account_id"), table_name="holds")
    op.drop_table("holds")
    op.drop_table("erasures")
    op.execute(OLDER)
    with op.batch_alter_table("erasure_requests") as requests:
        requests.drop_constraint("fk_erasure_requests_decided_by_accounts", type_="foreignkey")
        requests.drop_index("ix_erasure_requests_account_id")
        for name in ("decided_at", "decided_by", "outcome", "told", "reason"):
            requests.drop_column(name)
        requests.create_unique_constraint("uq_erasure_requests_account_id", ["account_id"])
    _glance(*GLANCE)
    with op.batch_alter_table("enrolments") as enrolments:
        enrolments.drop_column("erased_at")
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_column("erased_at")
