"""Compile each URL rule and each SQL statement only once per process."""

from types import MethodType
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect

from companion.web.application import Portal
from companion.web.server.url_rules import LateRule


class CompiledRule(LateRule):
    """A URL rule whose parsing code is compiled only once."""

    _kept: ClassVar[dict[tuple[str, str], "CompiledRule"]] = {}

    def compile(self) -> None:
        """Compile the URL rule, or copy the compiled code of an identical URL rule."""
        first = self._kept.setdefault((self.rule, repr(self.defaults)), self)
        if first is self:
            super().compile()
            return
        self._parts, self._trace, self._converters = first._parts, first._trace, first._converters
        self.arguments |= first.arguments
        self._build, self._build_unknown = (
            MethodType(build.__func__, self)  # type: ignore[attr-defined]  # werkzeug created both methods
            for build in (first._build, first._build_unknown)
        )


STATEMENTS: dict[Any, Any] = {}


def _share_statements(connection: Connection) -> None:
    """Share one cache of compiled statements between all engines, keyed by dialect."""
    connection.execution_options(compiled_cache=STATEMENTS)


def _of_one_kind(one: DefaultDialect, other: object) -> bool:
    return type(one) is type(other)


def install() -> None:
    """From now on, share compiled URL rules and SQL statements between this process's tests."""
    event.listen(Engine, "engine_connect", _share_statements)
    DefaultDialect.__eq__ = _of_one_kind  # type: ignore[method-assign,assignment]  # by default, each dialect equals only itself
    DefaultDialect.__hash__ = lambda dialect: hash(type(dialect))  # type: ignore[method-assign,assignment]  # by default, each dialect equals only itself
    Portal.url_rule_class = CompiledRule
