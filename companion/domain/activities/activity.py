"""An activity: a guided conversation that can be set as work, as its author wrote it.

``read`` turns a file into an ``Activity``. Whether it holds together is for the checker to say.
"""

import functools
import operator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, cast

import msgspec

from companion.domain.activities import schema_errors, toml_guard
from companion.domain.activities.answers import Named, Prompt, kinds
from companion.domain.activities.toml_guard import At, BadFile
from companion.domain.authored import Authored, Id, Line, Passage

FORMAT: Final = 1
MOST_PROMPTS = 200
ACCEPTED_MOST = 1_000
"""Warnings that an author stands by: five for each question."""
ASKED: Final = frozenset({"format", "id", "title", "language", "topic", "minutes", "introduction", "prompts"})
"""What a participant gets of an activity. Everything else in it is for staff."""


class Accepted(Authored, frozen=True, kw_only=True):
    """A warning of the checker that the author stands by, and why."""

    warning: Named
    prompt: Named = ""
    reason: Line


class Activity(Authored, frozen=True, kw_only=True):
    """One version of a guided conversation."""

    format: Literal[1]
    id: Id
    title: Line
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}$")] = "en"
    topic: Id | None = None
    """The topic of the programme that it belongs to."""
    minutes: Annotated[int, msgspec.Meta(ge=1, le=120)]
    """About how long it takes."""
    introduction: Passage
    prompts: Annotated[tuple[Prompt, ...], msgspec.Meta(max_length=MOST_PROMPTS)]
    accepted: Annotated[tuple[Accepted, ...], msgspec.Meta(max_length=ACCEPTED_MOST)] = ()

    def prompt(self, prompt_id: str) -> Prompt | None:
        """The prompt with this id, or None."""
        return next((prompt for prompt in self.prompts if prompt.id == prompt_id), None)


@dataclass(frozen=True)
class Finding:
    """Something about an activity that needs a change, or at least a look: a message key and its values.

    ``prompt`` is the id of the prompt that it is about, or empty; ``at`` is where it stands in the plain data.
    A warning can be accepted with a reason.
    """

    key: str
    prompt: str = ""
    values: dict[str, str | int] = field(default_factory=dict)
    warning: bool = False
    at: At = ()


class BadActivity(Exception):
    """It is not an activity. ``findings`` say what to mend."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f"{each.prompt}: {each.key} {each.values}" for each in findings))
        self.findings = findings


@functools.cache
def model() -> type[Activity]:
    """``Activity`` with its prompts typed as one of all the kinds there are."""
    any_kind: Any = functools.reduce(operator.or_, kinds().values())
    prompts = Annotated[tuple[any_kind, ...], msgspec.Meta(max_length=MOST_PROMPTS)]
    fields = [("prompts", prompts)]
    made = msgspec.defstruct("Activity", fields, bases=(Activity,), frozen=True, kw_only=True)
    return cast(type[Activity], made)


def from_plain(plain: Any) -> Activity:
    """An activity from plain data, such as decoded TOML or JSON. Raises ``BadActivity``."""
    if isinstance(plain, dict) and isinstance(plain.get("format"), int) and plain["format"] != FORMAT:
        raise BadActivity(Finding("other_format", values={"known": FORMAT}, at=("format",)))
    try:
        return msgspec.convert(plain, type=model())
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        found = [
            Finding(each.key, _prompt_id(plain, each.at), each.values, at=each.at)
            for each in schema_errors.misfits(plain, model())
        ]
        raise BadActivity(*found or [Finding("bad_file", values={"error": str(error)[:200]})]) from error


def _prompt_id(plain: Any, at: At) -> str:
    """The id of the prompt that this is a part of, if it is one."""
    if at[:1] == ("prompts",) and at[1:]:
        with suppress(LookupError, TypeError, AttributeError):
            return schema_errors.clipped(str(plain["prompts"][at[1]].get("id", "")))
    return ""


def read(data: bytes) -> Activity:
    """The activity in a TOML file. Raises ``BadActivity``; never another error, whatever the bytes."""
    try:
        plain = toml_guard.parse(data)
    except BadFile as bad:
        raise BadActivity(Finding(bad.key, values=bad.values)) from bad
    return from_plain(plain)


def to_plain(activity: Activity) -> Any:
    """Plain data that ``from_plain`` turns into the same activity."""
    return msgspec.to_builtins(activity)


def as_asked(activity: Activity) -> dict[str, Any]:
    """Return the plain data of what a participant is asked, without what staff wrote about it to each other."""
    return {name: value for name, value in to_plain(activity).items() if name in ASKED}


def activity_schema() -> dict[str, Any]:
    """The JSON Schema of ``to_plain``'s data, for editors of files."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(model())}
