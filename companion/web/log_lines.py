"""The log: one JSON object on each line, with only the fields listed in this module.

An event is a fixed sentence from the code, without any values. The log never contains names or people's own
words.
"""

import logging
import re
import sys
import threading
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import msgspec
from gunicorn.glogging import Logger

from companion.web.server.faults import described

KEY = r"[A-Za-z0-9_.-]{1,60}"
PLACE = r"[\w./<>-]{1,120}:[0-9]+ [\w<>]{1,80}"
SENTENCE = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,300}"
FIELDS = {
    "time": r"[0-9T:.-]{23}Z",
    "level": r"[a-z]{1,8}",
    "event": SENTENCE,
    "request": r"[0-9]{4}-[0-9]{4}-[0-9]{4}",
    "endpoint": KEY,
    "method": r"GET|HEAD|POST|OPTIONS|other",
    "status": r"[1-5][0-9]{2}",
    "milliseconds": r"[0-9]{1,9}(\.[0-9])?",
    "database": SENTENCE,
    "fault": rf"{KEY}( from {KEY}){{0,2}}",
    "code": KEY,
    "trace": PLACE,
    "where": PLACE,
    "job": r"[a-z_]{1,60}",
    "head": r"[0-9]{1,18}:[0-9a-f]{0,64}",
    "damaged": r"(account|evaluation|key) [a-z0-9:-]{1,60}|row [a-z_]{1,40} [a-f0-9-]{36}|"
    r"activity [a-z0-9-]{1,40} [a-z]{2} [0-9]{1,9}",
    "last": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "lock": r"[a-z_' ]{1,80}",
}
"""The fields that a log line may contain, with a pattern for each field's values. A field that isn't in this
dictionary is never logged, and neither is a value that doesn't match its field's pattern.
"""
GIVEN = ("status", "milliseconds", "database", "code", "job", "head", "damaged", "last", "lock")
"""The fields that callers may pass as ``extra``."""
OWN = "companion."
"""The prefix of the names of Companion's own loggers.

Without the dot at the end, the prefix would also match Flask's logger, which is named ``companion`` and logs
URLs.
"""
SERVERS_OWN = ("arbiter", "sock")
"""The gunicorn modules whose messages are about processes and sockets, never about requests."""

_SHAPES = {field: re.compile(shape) for field, shape in FIELDS.items()}
at_hand: ContextVar[Mapping[str, str]] = ContextVar("at_hand", default={})  # noqa: B039 (nobody changes it)
"""The current request's number in the log, its endpoint and its method."""


class Lines(logging.Formatter):
    """A formatter that writes each log record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:23] + "Z",
            "level": record.levelname.lower(),
            **_event(record),
            **at_hand.get(),
            **(described(record.exc_info[1]) if record.exc_info and record.exc_info[1] else {}),
            **{name: record.__dict__[name] for name in GIVEN if name in record.__dict__},
        }
        return msgspec.json.encode({name: each for name, each in fields.items() if fits(name, each)}).decode()


def tells(record: logging.LogRecord) -> bool:
    """Return whether the record is logged.

    Other libraries' warnings and errors are logged without their messages.
    """
    return record.name.startswith(OWN) or record.levelno >= logging.WARNING


def fits(field: str, value: object) -> bool:
    """Return whether this field, with this value, may appear in a log line."""
    if field == "trace" and isinstance(value, list):
        return all(fits(field, place) for place in value)
    shape = _SHAPES.get(field)
    return bool(shape and isinstance(value, (str, int, float)) and shape.fullmatch(str(value)))


def _event(record: logging.LogRecord) -> dict[str, object]:
    """Return the log line's fields that say what happened."""
    if record.name.startswith(OWN):
        return {"event": record.msg}
    where = f"{record.name}.{record.module}:{record.lineno} {record.funcName}"
    said = record.getMessage() if record.name == "gunicorn.error" and record.module in SERVERS_OWN else ""
    return {
        "event": said if fits("event", said) else "something outside Companion was logged",
        "where": where,
    }


def _said(level: str) -> Callable[..., None]:
    def say(log: Logger, message: str, *args: object, **options: Any) -> None:
        getattr(log.error_log, level)(
            message, *args, stacklevel=2, **options
        )  # the record then names the code that called this method

    return say


class ServerLog(Logger):
    """gunicorn's own log, in Companion's log format.

    ``web/server/request_log.py`` logs the requests.
    """

    critical, error, warning = _said("critical"), _said("error"), _said("warning")
    info, debug, exception = _said("info"), _said("debug"), _said("exception")

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Lines())


def begin() -> None:
    """Use Companion's log format for every log message of the process, including uncaught exceptions."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    handler.addFilter(tells)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # otherwise the logging module prints values that it can't format
    sys.excepthook = lambda _kind, error, _trace: _uncaught(error)
    threading.excepthook = lambda args: _uncaught(args.exc_value)


def _uncaught(error: BaseException | None) -> None:
    logging.getLogger(__name__).critical(
        "nobody caught an error, which ended a process or a thread", exc_info=error
    )
