"""The parts into which every relapse-prevention plan is divided. Leads can edit the parts of the plan.

A part's id and fields never change. A participant's items stay in their part of the plan, even if a lead
rewords that part.
"""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from companion.domain.activities.activity import Activity, Finding
from companion.domain.activities.answers.short_text import ShortText
from companion.domain.activities.readability import wording
from companion.domain.authored import Authored, Id
from companion.domain.order import one_place
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean, clean_line

PARTS_MOST = 20
ACTIVITIES_MOST = 50
"""The maximum number of activities that a part of the plan can name."""
TITLE_MOST, ASK_MOST = 80, 300
POINTED_AT = frozenset({"first", "people", "signs"})
"""The ids of the parts that *How am I today?* shows. A lead can reword but not retire the parts on *How am I
today?*.
"""


class BadParts(Exception):
    """Raised if a file of plan parts isn't valid. The message says where the error is and what is wrong."""


class Shape(StrEnum):
    """The kind of item that a part of the plan contains."""

    LINE = "line"
    IF_THEN = "if_then"
    """A situation, and what the participant does in that situation."""
    PERSON = "person"
    """A person's first name or role, and optionally how to reach that person."""


class AtStage(Authored, frozen=True, kw_only=True):
    """The wording of a part's question for one stage."""

    stage: Literal["green", "amber", "red"]
    ask: Annotated[str, msgspec.Meta(min_length=1, max_length=ASK_MOST)]
    help: Annotated[str, msgspec.Meta(max_length=ASK_MOST)] = ""


class Part(Authored, frozen=True, kw_only=True):
    """A part of the plan, with the question about that part."""

    id: Id
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=TITLE_MOST)]
    ask: Annotated[str, msgspec.Meta(min_length=1, max_length=ASK_MOST)]
    help: Annotated[str, msgspec.Meta(max_length=ASK_MOST)] = ""
    shape: Shape = Shape.LINE
    staged: bool = False
    """True if each item has a stage: green, amber or red."""
    at: Annotated[tuple[AtStage, ...], msgspec.Meta(max_length=3)] = ()
    """The questions about this part of the plan, for its green, amber and red stages. If the green,
    amber or red stage has its own question, the guided conversation shows that question instead of ``ask``
    and ``help``.
    """
    activities: Annotated[tuple[Id, ...], msgspec.Meta(max_length=ACTIVITIES_MOST)] = ()
    """The ids of activities whose answers usually belong in this part of the plan."""
    retired: bool = False
    """True if the guided conversation no longer asks about this part of the plan. The items in a retired part
    stay in participants' plans.
    """


class Parts(Authored, frozen=True, kw_only=True):
    """All the parts of the plan, in order."""

    format: Literal[1]
    parts: Annotated[tuple[Part, ...], msgspec.Meta(min_length=1, max_length=PARTS_MOST)]

    def __post_init__(self) -> None:
        ids = [part.id for part in self.parts]
        if len(set(ids)) < len(ids):
            raise ValueError("two parts have the same id")
        if missing := POINTED_AT - {part.id for part in self.parts if not part.retired}:
            raise ValueError(f"the part {min(missing)} is missing")

    def part(self, part_id: str) -> Part | None:
        """Return the part with this id, retired or not, or None."""
        return next((part for part in self.parts if part.id == part_id), None)

    @property
    def asked(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if not part.retired)

    def likely(self, activity_id: str) -> Part | None:
        """Return the part to which this activity's answers usually belong, or None."""
        return next((part for part in self.asked if activity_id in part.activities), None)


def with_new_ones(parts: Parts, shipped: Parts) -> Parts:
    """Return the stored parts of the plan, followed by any parts that are new in this version of Companion.
    Leave out new parts that would make more than ``PARTS_MOST`` parts.
    """
    known = {part.id for part in parts.parts}
    new = [part for part in shipped.parts if part.id not in known]
    return msgspec.structs.replace(parts, parts=(*parts.parts, *new)[: max(PARTS_MOST, len(known))])


def read_parts(data: bytes) -> Parts:
    """Parse the plan's parts from TOML, or raise ``BadParts`` if the file isn't valid."""
    try:
        return msgspec.toml.decode(data, type=Parts)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadParts(str(error)) from error


def worded(part: Part, title: str, ask: str, help: str) -> Part:
    """Return a copy of this part of the plan with a new title, question and help text. Raise ``Rejected`` if
    the wording isn't valid.

    If a lead changes the question or help text, all three stages (green, amber and red) show the change.
    """
    title, ask, help = _typed(title, ask, help)
    at = part.at if (ask, help) == (part.ask, part.help) else ()
    return msgspec.structs.replace(part, title=title, ask=ask, help=help, at=at)


def changed(parts: Parts, part: Part) -> Parts:
    """Replace the plan's part that has the same id as ``part``. Return the plan's parts."""
    return msgspec.structs.replace(
        parts, parts=tuple(part if each.id == part.id else each for each in parts.parts)
    )


def retired(parts: Parts, part: Part, *, retired: bool) -> Parts:
    """Retire a part of the plan or bring it back. Return the plan's parts.

    Raise ``Rejected`` for an attempt to retire a part that the page *How am I today?* shows.
    """
    if retired and part.id in POINTED_AT:
        raise Rejected(Problem("part_needed"))
    return changed(parts, msgspec.structs.replace(part, retired=retired))


def added(parts: Parts, new_id: str, shape: str, staged: bool, title: str, ask: str, help: str) -> Parts:
    """Return the plan's parts with a new part at the end.

    Raise ``Rejected`` if the new part isn't valid or there are too many parts.
    """
    if shape not in set(Shape):
        raise Rejected(Problem("not_offered", field="shape"))
    title, ask, help = _typed(title, ask, help)
    if len(parts.parts) >= PARTS_MOST:
        raise Rejected(Problem("too_many", {"most": PARTS_MOST, "many": PARTS_MOST + 1}))
    new = Part(id=new_id, title=title, ask=ask, help=help, shape=Shape(shape), staged=staged)
    return msgspec.structs.replace(parts, parts=(*parts.parts, new))


def moved(parts: Parts, part: Part, to: str) -> Parts:
    """Move a part of the plan ``up`` or ``down`` by one position. Return the plan's parts. Raise ``Rejected``
    if ``to`` is neither ``up`` nor ``down``.
    """
    return msgspec.structs.replace(parts, parts=one_place(parts.parts, part, to))


class Made(StrEnum):
    """The kind of change to a part of the plan."""

    ADDED = "added"
    REWORDED = "reworded"
    RETIRED = "retired"
    BROUGHT_BACK = "brought_back"
    MOVED = "moved"


def made_of(before: Parts, after: Parts) -> list[tuple[Made, Part]]:
    """Return the changes between two versions of the plan's parts.

    If two parts swapped places, count only one as moved: the one that now comes first.
    """
    found = []
    for part in after.parts:
        old = before.part(part.id)
        if old is None:
            found.append((Made.ADDED, part))
        elif old.retired != part.retired:
            found.append((Made.RETIRED if part.retired else Made.BROUGHT_BACK, part))
        elif old != part:
            found.append((Made.REWORDED, part))
    there = {part.id for part in before.parts}
    orders = [part.id for part in before.parts], [part.id for part in after.parts if part.id in there]
    moved = next((new for old, new in zip(*orders, strict=True) if old != new), None)
    return [*found, *((Made.MOVED, part) for part in after.parts if part.id == moved)]


def look_again(part: Part) -> list[Finding]:
    """Return warnings if a part contains forbidden words or is hard to read."""
    words = [(part.ask, part.help), *((each.ask, each.help) for each in part.at)]
    asked = tuple(
        ShortText(id=f"question-{number}", ask=ask, help=help) for number, (ask, help) in enumerate(words)
    )
    about = Activity(format=1, id="part", title=part.title, minutes=1, introduction=part.title, prompts=asked)
    return list(wording(about))


def _typed(title: str, ask: str, help: str) -> tuple[str, str, str]:
    problems: list[Problem] = []
    texts: list[str] = []
    for text, most, field in ((title, TITLE_MOST, "title"), (ask, ASK_MOST, "ask"), (help, ASK_MOST, "help")):
        try:
            checked = clean_line if field == "title" else clean
            texts.append(checked(text, most, field, required=field != "help"))
        except Rejected as rejected:
            problems += rejected.problems
    if problems:
        raise Rejected(*problems)
    return texts[0], texts[1], texts[2]
