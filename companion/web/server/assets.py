"""Serve style sheets, scripts and the icon. A file's URL contains a hash of its content. Browsers cache the
file for a year.

A script begins with its messages in the page's language (``templates/scripts``).
"""

import functools
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, render_template, request

from companion.translations import languages
from companion.web.gate import access
from companion.web.page.languages import language, speak, speaking_as
from companion.web.public.help import numbers_at_hand
from companion.web.server.compression import compressed, encoding

KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"
NOT_KEPT = "public, no-cache"
"""The caching header to send when the hash in the URL doesn't match the file. During an update, some requests
use the URLs of the old version of Companion, and others use the URLs of the new version.
"""
LEFT_OUT = re.compile(r"/\*.*?\*/\n?|^ +", re.DOTALL | re.MULTILINE)
"""The parts that are removed from a style sheet: comments and indentation.

Scripts are sent unchanged.
"""
SPEAKING = re.compile(r"js/([a-z]+)\.([a-z]{2,3})\.js")
"""The pattern for the names of script files with translated text. Each file name contains the code of its
language, such as ``cy``.
"""


@dataclass(frozen=True)
class File:
    body: bytes
    kind: str
    digest: str


class Files:
    """The files that Companion serves from one folder.

    Asset names are looked up in a list, and never used as file paths.
    """

    def __init__(self, folder: Path, templates: Path) -> None:
        self._paths = _by_name(folder)
        self._speak = {path.stem for path in (templates / "scripts").glob("*.js")}
        self._read = functools.cache(_read)
        self._compressed = functools.cache(functools.partial(compressed, once=True))

    def name(self, plain: str) -> str:
        """Return the name that pages use for a file. A script that contains messages has a different file
        name in each language.
        """
        script = plain.removeprefix("js/").removesuffix(".js")
        return f"js/{script}.{language()}.js" if script in self._speak else plain

    def get(self, name: str) -> File | None:
        """Return the file with this name, or None."""
        spoken = SPEAKING.fullmatch(name)
        if spoken and spoken[1] in self._speak and spoken[2] in languages():
            return self._read(self._paths[f"js/{spoken[1]}.js"], _words(spoken[1], spoken[2]))
        paths = self._paths.get(name)
        return self._read(paths) if paths else None

    @access.apart
    @access.uncounted  # a log entry would reveal which page somebody opens
    @access.public
    def send(self, filename: str) -> Response:
        """``GET /static/...``: send the file to anybody."""
        if spoken := SPEAKING.fullmatch(filename):
            speak(spoken[2])  # the language depends only on the URL, so everybody can get a cached copy
        file = self.get(filename)
        if file is None:
            abort(404)
        chosen = encoding()
        response = Response(self._compressed(file.body, chosen), mimetype=file.kind)
        if chosen:
            response.headers["Content-Encoding"] = chosen
        response.vary.add("Accept-Encoding")
        response.headers["Cache-Control"] = FOREVER if request.args.get("v") == file.digest else NOT_KEPT
        response.set_etag(f"{file.digest}{chosen}")
        return response.make_conditional(request)  # type: ignore[return-value]  # ``make_conditional`` returns the same response


def install(app: Flask) -> None:
    """Serve the files, and add the hash of the content to every link."""
    app.jinja_env.filters["in_script"] = _in_script
    files = Files(Path(str(app.static_folder)), Path(app.root_path, "templates"))
    app.view_functions["static"] = files.send

    @app.url_defaults
    def name_content(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["filename"] = files.name(values["filename"])
            file = files.get(values["filename"])
            values["v"] = file.digest if file else ""


def _by_name(folder: Path) -> dict[str, tuple[Path, ...]]:
    """Return the paths of the files in this folder, keyed by the name that pages use for each file.

    A style sheet's parts are in one folder, and are sent as one file.
    """
    found: dict[str, tuple[Path, ...]] = {}
    for path in sorted(each for each in folder.rglob("*") if each.suffix in KINDS):
        plain = path.relative_to(folder)
        name = f"{plain.parent}.css" if plain.suffix == ".css" and len(plain.parts) > 2 else plain.as_posix()
        found[name] = (*found.get(name, ()), path)
    return found


def _read(paths: tuple[Path, ...], words: str = "") -> File:
    text, suffix = "".join(path.read_text() for path in paths), paths[0].suffix
    if suffix == ".css":
        text = LEFT_OUT.sub("", text)
    body = (words + text).encode()
    return File(body, KINDS[suffix], hashlib.sha256(body).hexdigest()[:8])


def _in_script(text: str) -> str:
    """Return the text as a JavaScript literal, for script files only.

    Don't use this function in HTML pages, where the text would need more escaping.
    """
    return json.dumps(str(text), ensure_ascii=False)


def _words(script: str, code: str) -> str:
    return speaking_as(code, lambda: _said(script, code, numbers_at_hand()))


@functools.lru_cache(maxsize=100)
def _said(script: str, _code: str, _numbers: str) -> str:
    """Return the lines that define a script's translated messages and telephone numbers."""
    return render_template(f"scripts/{script}.js") + "\n"
