"""What each application and each engine would compile anew is compiled once for all tests of a process."""

from typing import Any, ClassVar

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from werkzeug.routing import Rule


class CompiledRule(Rule):
    """A rule of the URL map, with how its address is built."""

    _kept: ClassVar[dict[tuple[str, str, bool], Any]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        """Three quarters of what it takes to make an application are spent here."""
        key = (self.rule, repr(self.defaults), append_unknown)
        if key not in self._kept:
            self._kept[key] = super()._compile_builder(append_unknown)
        return self._kept[key]


class CompiledTemplates(BytecodeCache):
    """The bytecode of templates."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._kept.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


TEMPLATES = CompiledTemplates()
STATEMENTS: dict[Any, Any] = {}


@event.listens_for(Engine, "engine_connect")
def share_statements(connection: Connection) -> None:
    """Statements are kept by their dialect, and two engines of one kind of database have an equal one."""
    connection.execution_options(compiled_cache=STATEMENTS)


def _of_one_kind(one: DefaultDialect, other: object) -> bool:
    return type(one) is type(other)


DefaultDialect.__eq__ = _of_one_kind  # type: ignore[method-assign,assignment]  # its own compares by place
DefaultDialect.__hash__ = lambda dialect: hash(type(dialect))  # type: ignore[method-assign,assignment]  # its own compares by place
Flask.url_rule_class = CompiledRule
