"""A question that is answered with steps in order. The steps are drawn as a chain or as a ring."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import msgspec

from companion.domain.activities.answers import Example, Prompt, Value
from companion.domain.activities.answers._rows import at_row, cell, filled
from companion.domain.activities.answers._shapes import WIDTH, Arrow, Box, Point, arrow, height_of, in_box
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected

MOST = 300
"""The maximum number of characters in one step."""
LEAST = 2
GAP = 26.0
COLUMN = 144.0
"""The width of one step's box if the steps are drawn as a ring."""
RING_LINES, CHAIN_LINES = 6, 4


@dataclass(frozen=True)
class Link:
    """The arrow from one step to the next. ``beyond`` is True if the arrow comes after the step that the
    participant marked.
    """

    arrow: Arrow
    beyond: bool


@dataclass(frozen=True)
class Picture:
    """A drawing of the steps and arrows in order."""

    height: float
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    whole: bool


class Steps(Prompt, frozen=True, kw_only=True, tag="steps"):
    """A prompt answered with a list of steps in a chain or cycle of events. The list has at least two steps,
    and at most ``most`` steps. The page shows the steps as a drawing. Participants can mark the step at which
    they could have stopped.
    """

    shape: Literal["chain", "ring"] = "chain"
    most: Annotated[int, msgspec.Meta(ge=LEAST, le=8)] = 8

    fields: ClassVar[tuple[str, ...]] = ("step", "out")
    free_text: ClassVar[bool] = True
    example: ClassVar[Example] = Example(
        "Which steps led you out of the house?",
        {
            "step": [
                "I called my sister back.",
                "I put my shoes on.",
                "I took the keys.",
                "I walked to the bridge.",
            ],
            "out": ["3"],
        },
        {"shape": "ring"},
    )

    def parse(self, form: Form) -> Value:
        rows = {place: row[0] for place, row in filled(form, ["step"])}
        if len(rows) > self.most:
            problem = Problem("too_many", {"most": self.most, "many": len(rows)}, "step")
            raise Rejected(at_row(problem, list(rows)[self.most]))
        out = self._out(form)
        needed = [*range(1, LEAST + 1)] if len(rows) < LEAST else [out] if out else []
        for place in needed:
            if place not in rows:
                raise Rejected(Problem("empty", {"row": place}, "step"))
        steps = [cell(text, MOST, "step", place) for place, text in rows.items()]
        return {"steps": steps, "out": list(rows).index(out) + 1 if out else None}

    def _out(self, form: Form) -> int | None:
        """Return the number of the marked step, starting at 1, or None."""
        text = first(form, "out")
        if not text:
            return None
        if text not in {str(place) for place in range(1, self.most + 1)}:
            raise Rejected(Problem("not_offered", field="out"))
        return int(text)

    def fill(self, value: Value) -> Form:
        return {"step": list(value["steps"]), "out": [str(value["out"] or "")]}

    def chosen(self, value: Value) -> frozenset[str]:
        """Return the option ``out`` if the participant marked a step where they could have stopped, or
        nothing.
        """
        return frozenset({"out"} if value["out"] else ())

    def offers(self) -> tuple[str, ...]:
        return ("out",)

    def number(self, value: Value) -> int | None:
        """Return the number of steps."""
        return len(value["steps"])

    def numbers(self) -> range:
        return range(LEAST, self.most + 1)

    def items(self, value: Value) -> list[str]:
        """Return the steps, in order."""
        return list(value["steps"])

    @property
    def most_items(self) -> int:
        return self.most

    def picture(self, value: Value) -> Picture:
        """Draw the steps as a chain downwards, or as a clockwise ring."""
        steps, out = value["steps"], value["out"]
        draw = _ring if self.shape == "ring" else _chain
        boxes, arrows = draw(steps, out)
        return Picture(
            height=max(box.bottom.y for box in boxes) + 1,
            boxes=tuple(boxes),
            links=tuple(
                Link(each, beyond=out is not None and place >= out) for place, each in enumerate(arrows, 1)
            ),
            whole=all(box.words.whole for box in boxes),
        )


def _chain(steps: list[str], out: int | None) -> tuple[list[Box], list[Arrow]]:
    boxes: list[Box] = []
    for place, step in enumerate(steps, 1):
        words = in_box(step, WIDTH - 2, CHAIN_LINES)
        y = boxes[-1].bottom.y + GAP if boxes else 1
        marked = place == out
        boxes.append(Box(1, y, WIDTH - 2, height_of(words, marked=marked), words, marked))
    return boxes, [arrow(one.bottom, other.top) for one, other in pairwise(boxes)]


def _ring(steps: list[str], out: int | None) -> tuple[list[Box], list[Arrow]]:
    """Lay the steps out clockwise in a ring, and return their boxes and arrows.

    The first step is at the top. The steps go down the ring's right side and back up the left side.
    """
    words = [in_box(step, COLUMN, RING_LINES) for step in steps]
    side = (len(steps) - 1) // 2
    rows = [[0], *([place, len(steps) - place] for place in range(1, side + 1))]
    if len(steps) % 2 == 0:
        rows.append([side + 1])
    boxes: dict[int, Box] = {}
    y = 1.0
    for row in rows:
        height = max(height_of(words[place], marked=place + 1 == out) for place in row)
        columns = [WIDTH - 1 - COLUMN, 1.0] if len(row) == 2 else [(WIDTH - COLUMN) / 2]
        for place, x in zip(row, columns, strict=True):
            boxes[place] = Box(x, y, COLUMN, height, words[place], marked=place + 1 == out)
        y += height + GAP
    ring = [boxes[place] for place in range(len(steps))]
    return ring, [_turn(one, other) for one, other in pairwise([*ring, ring[0]])]


def _turn(one: Box, other: Box) -> Arrow:
    """Return the arrow from one step in a ring to the next step."""
    a, b = one.middle, other.middle
    if a.x == b.x == WIDTH / 2:  # a ring of two steps, one above the other
        edge, reach = ("right", 60.0) if a.y < b.y else ("left", -60.0)
        start, end = getattr(one, edge), getattr(other, edge)
        return arrow(start, Point(start.x + reach, start.y), Point(end.x + reach, end.y), end)
    if a.x == b.x:
        return arrow(one.bottom, other.top) if a.y < b.y else arrow(one.top, other.bottom)
    if a.y == b.y:
        return arrow(one.left, other.right)
    if a.x == WIDTH / 2:
        start, end = (one.right, other.top) if a.x < b.x else (one.left, other.bottom)
        return arrow(start, Point(b.x, a.y), end)
    start, end = (one.bottom, other.right) if a.x > b.x else (one.top, other.left)
    return arrow(start, Point(a.x, b.y), end)
