"""A cache of compiled templates, which all processes share.

Run as a program, this module compiles all templates in advance.
"""

import hashlib
import os
import re
import sys
import threading
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from jinja2.ext import Extension

from companion.web.page import context, flashes, i18n
from companion.web.server import assets

ROOT = Path(__file__).parents[3]
INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
DIGEST = hashlib.sha256().digest_size
"""The length of the digest that comes before the bytecode. With the digest, Companion can check that a cached
file contains all of the bytecode.
"""


class Compiled(BytecodeCache):
    """A template cache in a folder. Jinja unpickles the cached files, so anybody who can write to the folder
    can run code in Companion.

    Nothing is cached if the folder isn't writable, or if Python was told not to write bytecode files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the bytecode cached for this template text and Python version, if there is any."""
        with suppress(OSError):
            kept = self._file(bucket).read_bytes()
            digest, bytecode = kept[:DIGEST], kept[DIGEST:]
            if hashlib.sha256(bytecode).digest() == digest:
                bucket.bytecode_from_string(bytecode)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write the bytecode atomically, because other processes may be reading the file."""
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


class Unindented(Extension):
    """Remove HTML templates' indentation. Indentation is 2 % of a page's compressed bytes."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return INDENTATION.sub("", source) if name and name.endswith(".html") else source


def install(app: Flask) -> None:
    """Compile the application's templates without indentation, and cache the templates."""
    app.jinja_env.add_extension(Unindented)
    beside = Path(app.root_path, "templates", "any.py")
    app.jinja_env.bytecode_cache = Compiled(Path(cache_from_source(str(beside))).parent)


def compile_all() -> None:
    """Compile every template. Raise ``TemplateSyntaxError`` for an invalid template."""
    app = Flask("companion", root_path=str(ROOT))
    for part in (i18n, context, assets, flashes):
        part.install(app)  # these modules add filters for templates
    install(app)
    for name in app.jinja_env.list_templates(filter_func=lambda name: not name.startswith("__pycache__/")):
        app.jinja_env.get_template(name)


if __name__ == "__main__":
    compile_all()
