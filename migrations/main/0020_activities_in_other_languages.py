"""Store each activity's language. Activities in different languages may have the same id."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

activities = sa.table("activities", sa.column("slug", sa.String()), sa.column("language", sa.String()))


def upgrade() -> None:
    with op.batch_alter_table("activities") as table:
        table.add_column(sa.Column("language", sa.String(length=2), nullable=True))
    op.execute(activities.update().values(language="en"))
    with op.batch_alter_table("activities") as table:
        table.alter_column("language", existing_type=sa.String(length=2), nullable=False)
        table.drop_constraint(op.f("uq_activities_slug"), type_="unique")
        table.create_unique_constraint(op.f("uq_activities_slug_language"), ["slug", "language"])


def downgrade() -> None:
    apart = sa.func.substr(activities.c.slug, 1, 37) + "-" + activities.c.language
    op.execute(activities.update().where(activities.c.language != "en").values(slug=apart))
    with op.batch_alter_table("activities") as table:
        table.drop_constraint(op.f("uq_activities_slug_language"), type_="unique")
        table.create_unique_constraint(op.f("uq_activities_slug"), ["slug"])
        table.drop_column("language")
