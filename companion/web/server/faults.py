"""Describe errors for the log without revealing anything that people have written.

An exception's message can contain people's own words.
"""

import errno
import re
import sqlite3
import traceback
from pathlib import Path

ROOT = f"{Path(__file__).parents[3]}/"
ELSEWHERE = re.compile(r".*/(?:site-packages|python[0-9.]+)/")
FRAMES = 25
"""The maximum number of stack frames in the log, counting back from the error.

A log line must be short enough to be written in a single operation.
"""
CHAIN = 3
"""The log names at most this many errors of a chain (an error, its cause, the cause's cause ...)."""


def described(error: BaseException) -> dict[str, object]:
    """Return an error's traceback, the types of the error and its causes, and the first error code that one of
    them has.
    """
    chain = _chain(error)
    found: dict[str, object] = {"fault": " from ".join(_kind(each) for each in chain)}
    if code := next(filter(None, map(_code, chain)), ""):
        found["code"] = code
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    found["trace"] = [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return found


def _chain(error: BaseException) -> list[BaseException]:
    chain = [error]
    while len(chain) < CHAIN and (before := chain[-1].__cause__ or chain[-1].__context__):
        chain.append(before)
    return chain


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _code(error: BaseException) -> str:
    """Return the error's short code from PostgreSQL, SQLite or the operating system."""
    if state := getattr(error, "sqlstate", None):
        return str(state)
    if isinstance(error, sqlite3.Error):
        return str(getattr(error, "sqlite_errorname", ""))
    return errno.errorcode.get(error.errno or 0, "") if isinstance(error, OSError) else ""


def _place(filename: str) -> str:
    if ELSEWHERE.match(filename):
        return ELSEWHERE.sub("", filename)
    return filename.removeprefix(ROOT) if filename.startswith(ROOT) else Path(filename).name
