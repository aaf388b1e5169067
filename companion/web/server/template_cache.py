"""What templates are compiled to is kept beside Python's own bytecode; each process would compile them anew.

Run as a module it compiles all of them, for an account that cannot write there.
"""

import hashlib
import os
import sys
import threading
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from companion.web.page import context, flashes, i18n
from companion.web.server import assets

ROOT = Path(__file__).parents[3]
DIGEST = hashlib.sha256().digest_size
"""Bytes that stand before the bytecode: a file that was cut off is compiled anew."""


class Compiled(BytecodeCache):
    """Kept in a folder, which is trusted as that of Python's own bytecode: Jinja unpickles what it finds.

    Where it cannot be written to, or Python is told to keep no bytecode, nothing is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was kept of just this text by this version of Python, if anything was."""
        with suppress(OSError):
            kept = self._file(bucket).read_bytes()
            digest, bytecode = kept[:DIGEST], kept[DIGEST:]
            if hashlib.sha256(bytecode).digest() == digest:
                bucket.bytecode_from_string(bytecode)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Whole or not at all: others may be reading."""
        if sys.dont_write_bytecode:
            return
        file = self._file(bucket)
        bytecode = bucket.bytecode_to_string()
        begun = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            begun.write_bytes(hashlib.sha256(bytecode).digest() + bytecode)
            begun.replace(file)

    def _file(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.jinja"


def install(app: Flask) -> None:
    """Have this application's templates kept."""
    beside = Path(app.root_path, "templates", "any.py")
    app.jinja_env.bytecode_cache = Compiled(Path(cache_from_source(str(beside))).parent)


def compile_all() -> None:
    """Compile every template. Raises ``TemplateSyntaxError`` for one that is none."""
    app = Flask("companion", root_path=str(ROOT))
    for part in (i18n, context, assets, flashes):
        part.install(app)  # their filters
    install(app)
    for name in app.jinja_env.list_templates(filter_func=lambda name: not name.startswith("__pycache__/")):
        app.jinja_env.get_template(name)


if __name__ == "__main__":
    compile_all()
