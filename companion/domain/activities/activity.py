"""The activity, a guided conversation that a practitioner can set as work."""

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
"""The maximum number of accepted warnings in one activity."""
ASKED: Final = frozenset({"format", "id", "title", "language", "topic", "minutes", "introduction", "prompts"})
"""An activity file's fields that participants see, and those that run the conversation."""


Difficulty = Literal["easy", "medium", "hard"]
"""The difficulty of an activity. A ``hard`` activity may be upsetting, so practitioners should plan time to
talk about it with the participant.
"""


class Accepted(Authored, frozen=True, kw_only=True):
    """A warning that the activity's author has accepted, and the author's reason."""

    warning: Named
    prompt: Named = ""
    reason: Line


class Activity(Authored, frozen=True, kw_only=True):
    """One version of an activity."""

    format: Literal[1]
    id: Id
    title: Line
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}$")] = "en"
    topic: Id | None = None
    """The id of the activity's programme topic, if any."""
    minutes: Annotated[int, msgspec.Meta(ge=1, le=120)]
    """The approximate number of minutes that the activity takes."""
    difficulty: Difficulty | None = None
    introduction: Passage
    prompts: Annotated[tuple[Prompt, ...], msgspec.Meta(max_length=MOST_PROMPTS)]
    accepted: Annotated[tuple[Accepted, ...], msgspec.Meta(max_length=ACCEPTED_MOST)] = ()

    def prompt(self, prompt_id: str) -> Prompt | None:
        """Return the prompt with this id, or None."""
        return next((prompt for prompt in self.prompts if prompt.id == prompt_id), None)


@dataclass(frozen=True)
class Finding:
    """An error or a warning about an activity: a message key and its values.

    ``prompt`` is the id of the prompt with the problem, or an empty string. ``at`` says where in the
    activity's parsed file the faulty value is.
    """

    key: str
    prompt: str = ""
    values: dict[str, str | int] = field(default_factory=dict)
    warning: bool = False
    at: At = ()


class BadActivity(Exception):
    """Raised if data isn't a valid activity. ``findings`` say what to correct."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f"{each.prompt}: {each.key} {each.values}" for each in findings))
        self.findings = findings


@functools.cache
def model() -> type[Activity]:
    """Return a subclass of ``Activity`` that accepts every kind of prompt."""
    any_kind: Any = functools.reduce(operator.or_, kinds().values())
    prompts = Annotated[tuple[any_kind, ...], msgspec.Meta(max_length=MOST_PROMPTS)]
    fields = [("prompts", prompts)]
    made = msgspec.defstruct("Activity", fields, bases=(Activity,), frozen=True, kw_only=True)
    return cast(type[Activity], made)


def from_plain(plain: Any) -> Activity:
    """Return an activity from plain data, such as TOML or JSON.

    Raise ``BadActivity`` if the data isn't a valid activity.
    """
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
    """Return the id of the prompt at this path, or an empty string."""
    if at[:1] == ("prompts",) and at[1:]:
        with suppress(LookupError, TypeError, AttributeError):
            return schema_errors.clipped(str(plain["prompts"][at[1]].get("id", "")))
    return ""


def read(data: bytes) -> Activity:
    """Parse an activity from a TOML file. Raise only ``BadActivity``, for any invalid file."""
    try:
        plain = toml_guard.parse(data)
    except BadFile as bad:
        raise BadActivity(Finding(bad.key, values=bad.values)) from bad
    return from_plain(plain)


def to_plain(activity: Activity) -> Any:
    """Return an activity as plain data."""
    return msgspec.to_builtins(activity)


def as_asked(activity: Activity) -> dict[str, Any]:
    """Return the fields that participants see, as plain data."""
    return {name: value for name, value in to_plain(activity).items() if name in ASKED}


def activity_schema() -> dict[str, Any]:
    """Return a JSON Schema for activities, for text editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(model())}
