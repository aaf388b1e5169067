"""An activity: a guided conversation that can be set as work, as its author wrote it.

``read`` turns a file into an ``Activity``; ``check`` says what is wrong with one. Branches lead
forward only, so every path ends.
"""

import functools
import operator
import tomllib
from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast

import msgspec

from companion.domain.answers import Authored, Branch, Id, Line, Passage, Prompt, kinds

END = "end"
"""Where a branch leads that closes the conversation."""

LARGEST_FILE = 200_000
"""Bytes of an activity's file that are read at most."""


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
    prompts: Annotated[tuple[Prompt, ...], msgspec.Meta(min_length=1, max_length=200)]

    def prompt(self, prompt_id: str) -> Prompt | None:
        """The prompt with this id, or None."""
        return next((prompt for prompt in self.prompts if prompt.id == prompt_id), None)

    def ways_on(self, index: int) -> list[int]:
        """Every index that may follow the prompt at ``index``; ``len(prompts)`` is the end."""
        places = {prompt.id: place for place, prompt in enumerate(self.prompts)} | {END: len(self.prompts)}
        prompt = self.prompts[index]
        ways = [places[branch.to] for branch in prompt.branches]
        always = any(branch.when == type(branch.when)() for branch in prompt.branches)
        return ways if always else [*ways, index + 1]


@dataclass(frozen=True)
class Finding:
    """One fault of an activity: where (a prompt's id, or empty), a message key and its values."""

    prompt: str
    key: str
    detail: str = ""


class BadActivity(Exception):
    """The file is not an activity. ``findings`` say what to mend."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(f"{f.prompt or 'file'}: {f.key} {f.detail}".strip() for f in findings))
        self.findings = findings


@functools.cache
def _model() -> type[Activity]:
    """``Activity`` with its prompts typed as one of all the kinds there are."""
    any_kind: Any = functools.reduce(operator.or_, kinds().values())
    prompts = Annotated[tuple[any_kind, ...], msgspec.Meta(min_length=1, max_length=200)]
    fields = [("prompts", prompts)]
    model = msgspec.defstruct("Activity", fields, bases=(Activity,), frozen=True, kw_only=True)
    return cast(type[Activity], model)


def from_plain(plain: Any) -> Activity:
    """An activity from plain data, such as decoded TOML or JSON. Raises ``BadActivity``."""
    try:
        activity = msgspec.convert(plain, type=_model())
    except msgspec.ValidationError as error:
        raise BadActivity([Finding("", "bad_file", str(error))]) from error
    findings = check(activity)
    if findings:
        raise BadActivity(findings)
    return activity


def read(data: bytes) -> Activity:
    """The activity in a TOML file. Raises ``BadActivity``; never another error, whatever the bytes."""
    if len(data) > LARGEST_FILE:
        raise BadActivity([Finding("", "file_too_large", str(len(data)))])
    try:
        plain = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadActivity([Finding("", "bad_syntax", str(error))]) from error
    return from_plain(plain)


def to_plain(activity: Activity) -> Any:
    """Plain data that ``from_plain`` turns into the same activity."""
    return msgspec.to_builtins(activity)


def check(activity: Activity) -> list[Finding]:
    """Every fault that the types alone do not show. An empty list means that it can be used."""
    places: dict[str, int] = {}
    findings = []
    for place, prompt in enumerate(activity.prompts):
        if prompt.id in places or prompt.id == END:
            findings.append(Finding(prompt.id, "id_twice"))
        places[prompt.id] = place
        findings += [Finding(prompt.id, fault) for fault in prompt.faults()]
    for place, prompt in enumerate(activity.prompts):
        for branch in prompt.branches:
            findings += _branch_findings(branch, prompt, place, places)
    return findings or _unreachable(activity)


def _branch_findings(branch: Branch, prompt: Prompt, place: int, places: dict[str, int]) -> list[Finding]:
    findings = []
    if branch.to != END and places.get(branch.to, -1) <= place:
        key = "branch_back" if branch.to in places else "branch_nowhere"
        findings.append(Finding(prompt.id, key, branch.to))
    if places.get(branch.when.prompt or prompt.id, len(places)) > place:
        findings.append(Finding(prompt.id, "asks_later_prompt", branch.when.prompt))
    return findings


def _unreachable(activity: Activity) -> list[Finding]:
    reached = {0}
    for place in range(len(activity.prompts)):
        if place in reached:
            reached.update(activity.ways_on(place))
    return [
        Finding(prompt.id, "unreachable")
        for place, prompt in enumerate(activity.prompts)
        if place not in reached
    ]
