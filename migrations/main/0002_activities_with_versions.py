"""Add a table for activities, and give each activity version a state, an author and an origin."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

versions = sa.table(
    "activity_versions",
    sa.column("id", sa.Uuid()),
    sa.column("activity_id", sa.Uuid()),
    sa.column("slug", sa.String()),
    sa.column("digest", sa.LargeBinary()),
    sa.column("revision", sa.Integer()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("checked_at", sa.DateTime(timezone=True)),
)
activities = sa.table("activities", sa.column("id", sa.Uuid()), sa.column("slug", sa.String()))


def upgrade() -> None:
    op.create_table(
        "activities",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_activities_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
        sa.UniqueConstraint("slug", name=op.f("uq_activities_slug")),
    )
    op.create_index(op.f("ix_activities_enrolment_id"), "activities", ["enrolment_id"], unique=False)
    with op.batch_alter_table("activity_versions") as table:
        table.add_column(sa.Column("activity_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("revision", sa.Integer(), nullable=True))
        table.add_column(sa.Column("author_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("origin_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    _each_slug_becomes_an_activity()
    with op.batch_alter_table("activity_versions") as table:
        table.alter_column("activity_id", existing_type=sa.Uuid(), nullable=False)
        table.alter_column("revision", existing_type=sa.Integer(), nullable=False)
        table.drop_constraint(op.f("uq_activity_versions_slug_number"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_activity_versions_activity_id_number"), ["activity_id", "number"]
        )
        table.create_foreign_key(
            op.f("fk_activity_versions_activity_id_activities"), "activities", ["activity_id"], ["id"]
        )
        table.create_foreign_key(
            op.f("fk_activity_versions_origin_id_activity_versions"),
            "activity_versions",
            ["origin_id"],
            ["id"],
        )
        table.drop_column("slug")
        table.drop_column("digest")


def _each_slug_becomes_an_activity() -> None:
    connection = op.get_bind()
    for (slug,) in connection.execute(sa.select(versions.c.slug).distinct()).all():
        new_id = uuid.uuid4()
        connection.execute(activities.insert().values(id=new_id, slug=slug))
        connection.execute(versions.update().where(versions.c.slug == slug).values(activity_id=new_id))
    # Existing versions were imported from files, and were checked during the import.
    connection.execute(versions.update().values(revision=1, checked_at=versions.c.created_at))


def downgrade() -> None:
    with op.batch_alter_table("activity_versions") as table:
        table.add_column(sa.Column("slug", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("digest", sa.LargeBinary(), nullable=True))
    connection = op.get_bind()
    for new_id, slug in connection.execute(sa.select(activities.c.id, activities.c.slug)).all():
        connection.execute(
            versions.update().where(versions.c.activity_id == new_id).values(slug=slug, digest=b"")
        )
    with op.batch_alter_table("activity_versions") as table:
        table.alter_column("slug", existing_type=sa.String(length=40), nullable=False)
        table.alter_column("digest", existing_type=sa.LargeBinary(), nullable=False)
        table.drop_constraint(op.f("uq_activity_versions_activity_id_number"), type_="unique")
        table.create_unique_constraint(op.f("uq_activity_versions_slug_number"), ["slug", "number"])
        table.drop_constraint(op.f("fk_activity_versions_activity_id_activities"), type_="foreignkey")
        table.drop_constraint(op.f("fk_activity_versions_origin_id_activity_versions"), type_="foreignkey")
        for column in ("activity_id", "revision", "author_id", "origin_id", "checked_at", "seen_at"):
            table.drop_column(column)
    op.drop_index(op.f("ix_activities_enrolment_id"), table_name="activities")
    op.drop_table("activities")
