"""Capture log lines during a test, as written to standard error."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from companion.web.log_lines import FIELDS, Lines, fits, tells


class Said:
    """The lines that were logged during a test."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of_no_allowed_shape(self) -> list[dict[str, Any]]:
        """Return the log lines with forbidden fields or values, or without required fields."""
        return [
            line
            for line in self.lines
            if not all(fits(*field) for field in line.items())
            or not {"time", "level", "event"} <= line.keys() <= FIELDS.keys()
        ]


@contextmanager
def listening(*names: str) -> Iterator[Said]:
    """Capture these loggers' lines at level INFO or above.

    If no logger is named, capture all loggers' lines.
    """
    said = Said()
    handler = logging.StreamHandler(said.stream)
    handler.setFormatter(Lines())
    handler.addFilter(tells)
    loggers = [logging.getLogger(name) for name in names or ("",)]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        yield said
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
