"""A newer version: this one with one more migration, and a mark by which it is told from this one."""

import shutil
from pathlib import Path

from companion.store.migrate import MAIN
from tests.growth.units import ROOT

PARTS = ("companion", "migrations", "static", "templates")
MIGRATION = '''"""Something new: a column that need not be filled, and a table."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answers", sa.Column("later", sa.String(length=20), nullable=True))
    op.create_table("laters", sa.Column("id", sa.Uuid(), primary_key=True))


def downgrade() -> None:
    op.drop_table("laters")
    op.drop_column("answers", "later")
'''
NEW_REVISION = "9999"
MARK = b'"newer"'


def make_newer(folder: Path) -> Path:
    """Its tree. It adds to the databases what this version knows nothing of."""
    for name in PARTS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "wsgi.py", folder)
    before = MAIN.revisions[-1]
    step = MIGRATION.format(revision=NEW_REVISION, before=before)
    (folder / "migrations/main/9999_something_new.py").write_text(step)
    says, marked = folder / "companion/web/public/up.py", 'return {"alive": True, "newer": True}'
    text = says.read_text()
    assert text.count('return {"alive": True}') == 1
    says.write_text(text.replace('return {"alive": True}', marked))
    return folder
