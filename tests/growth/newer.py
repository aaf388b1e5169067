"""A newer version of Companion, with one more migration and a recognisable text."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import cache_from_source
from pathlib import Path

from companion.store.operations.migrations import MAIN
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


@contextmanager
def newer_version(folder: Path) -> Iterator[Path]:
    """Yield the source tree of a newer version, and finally remove the tree.

    The current version doesn't know the newer version's migration.
    """
    for name in PARTS:
        shutil.copytree(ROOT / name, folder / name)
        if sys.pycache_prefix and bytecode(ROOT / name).exists():
            shutil.copytree(bytecode(ROOT / name), bytecode(folder / name), copy_function=_copy)
    shutil.copy(ROOT / "wsgi.py", folder)
    _change(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(bytecode(folder), ignore_errors=True)


def bytecode(tree: Path) -> Path:
    """Return the folder that contains the compiled bytecode of the modules in ``tree``."""
    return Path(cache_from_source(str(tree / "any.py"))).parent


def _copy(source: str, target: str) -> None:
    with suppress(FileNotFoundError):  # another process may be writing the file at this moment
        shutil.copy2(source, target)


def _change(folder: Path) -> None:
    before = MAIN.revisions[-1]
    step = MIGRATION.format(revision=NEW_REVISION, before=before)
    (folder / "migrations/main/9999_something_new.py").write_text(step)
    says, marked = folder / "companion/web/public/up.py", 'return {"alive": True, "newer": True}'
    text = says.read_text()
    assert text.count('return {"alive": True}') == 1
    says.write_text(text.replace('return {"alive": True}', marked))
