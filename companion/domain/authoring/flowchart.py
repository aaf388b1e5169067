"""The paths of an activity: its questions with the ways on from each, for words, and the picture of them.

Lengths are in units of the viewBox, as in the pictures of answers. A draft may have any fault: what leads
nowhere or back is named among a question's ways and not drawn.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Branch, Condition, Prompt
from companion.domain.activities.answers._shapes import WIDTH, Arrow, Box, Point, arrow
from companion.domain.activities.answers._words import LEADING, Words, wrap
from companion.domain.activities.layout import AGAIN, NEXT, Layout, Part

LINES = 2
"""Of a question that are drawn at most."""
NUMBER, PADDING, GAP = 38.0, 9.0, 20.0
"""The column of the numbers in a box; what a box keeps free above and below its words; from box to box."""
MARGIN, HEAD = 8.0, 26.0
"""What a part keeps free around its boxes, and above them for its name."""
LEFT = 24.0
"""What is kept free at the left where a part is repeated."""
FIRST_LANE, LANE, MOST_LANES = 14.0, 10.0, 8
"""From the boxes to the first lane, from one lane to the next, and how many there are at most."""
APART = 7.0
"""Ways arrive this far above the middle of a box, and leave as far below it."""
CORNER = 6.0
_SIGNS = re.compile(r"(?m)^[^\S\n]*(?:#+|[-*+])\s+|(?<![\w*])[*_]++(?=\S)|(?<=[^\s*_])[*_]++(?!\w)")


class To(StrEnum):
    """What a way leads to."""

    ON = "on"
    """What stands next."""
    JUMP = "jump"
    """Something further down."""
    LEAVE = "leave"
    """Out of a part, whatever items are left."""
    AGAIN = "again"
    """The next item of a part."""
    NOWHERE = "nowhere"
    """No question of this activity."""
    BACK = "back"
    """This question or an earlier one."""
    OUTSIDE = "outside"
    """The next item, where nothing is repeated."""


@dataclass(frozen=True)
class Way:
    """One way on from a question."""

    to: To
    number: int
    """Of the question that it names; after a part's last item, of what follows the part. 0 is the end."""
    condition: Condition | None = None
    """None is in every other case."""
    asked: Prompt | None = None
    """The prompt that the condition asks about; None where there is none of that name."""
    asked_number: int = 0
    """The number of that prompt where it is another one."""
    idle: bool = False
    """Whether it is never taken, because one before it always is."""


@dataclass(frozen=True)
class FlowchartRow:
    """A question, and its box in the picture."""

    number: int
    prompt: Prompt
    ways: tuple[Way, ...]
    over: int | None
    """The number of the question for each of whose items it is asked; 0 where that is none; None outside parts."""
    recalled: int
    """The number of the question whose answer it shows; 0 for none."""
    reached: bool
    """Whether any path comes to it."""
    box: Box
    told: tuple[int, ...]
    """Numbers of questions that it leads to and that no lane is free for; 0 is the end."""

    @property
    def spine(self) -> Point:
        """Where its number stands, and the way straight on passes."""
        return Point(self.box.x + NUMBER / 2, self.box.middle.y + 5.5)

    @property
    def lines(self) -> tuple[tuple[float, str], ...]:
        """Its words, each line with its baseline."""
        start = self.box.y + PADDING + 13
        return tuple((start + LEADING * place, line) for place, line in enumerate(self.box.words.lines))

    @property
    def foot(self) -> float:
        """The baseline of what is told."""
        return self.box.bottom.y - PADDING - 3


@dataclass(frozen=True)
class Panel:
    """The ground of a part. ``over`` is the number of the question with the items; 0 where there is none."""

    x: float
    y: float
    width: float
    height: float
    over: int

    @property
    def head(self) -> float:
        """The baseline of its name."""
        return self.y + 19


@dataclass(frozen=True)
class Arc:
    """A way from one place to another one further down, along a lane at the right."""

    start: int
    end: int
    lane: int
    arrow: Arrow


@dataclass(frozen=True)
class Picture:
    """Boxes from top to bottom, the last one for the end, and the ways between them."""

    height: float
    words_x: float
    rows: tuple[FlowchartRow, ...]
    end: Box
    panels: tuple[Panel, ...]
    straight: tuple[Arrow, ...]
    arcs: tuple[Arc, ...]
    again: tuple[Arrow, ...]

    @property
    def arrows(self) -> tuple[Arrow, ...]:
        """Every way that is drawn."""
        return (*self.straight, *(arc.arrow for arc in self.arcs), *self.again)


def paths(activity: Activity) -> Picture:
    """The questions of an activity, whether it has faults or not, and how they follow each other."""
    layout = Layout(activity.prompts)
    jumps = [(start, end) for start in range(layout.end) for end in _jumps(layout, start)]
    lanes = lanes_for(jumps)
    many = max(lanes.values(), default=-1) + 1
    left = LEFT if layout.parts else 1.0
    right = WIDTH - 2 - (FIRST_LANE + LANE * (many - 1) if many else 3.0)
    rows, panels = _rows(layout, left, right - left, {jump for jump in jumps if jump[1] not in lanes})
    y = max([row.box.bottom.y for row in rows] + [panel.y + panel.height for panel in panels], default=-19.0)
    end = Box(left, y + GAP, right - left, 2 * PADDING + 16, Words(("",), whole=True))
    boxes = [*(row.box for row in rows), end]
    return Picture(
        height=end.bottom.y + 1,
        words_x=left + NUMBER,
        rows=rows,
        end=end,
        panels=panels,
        straight=tuple(_straight(layout, boxes, panels)),
        arcs=tuple(
            Arc(
                start,
                end,
                lanes[end],
                _around(boxes[start].right, boxes[end].right, _lane_x(right, lanes[end])),
            )
            for start, end in jumps
            if end in lanes
        ),
        again=tuple(
            _around(boxes[place].left, boxes[part.start].left, left - LEFT + 8)
            for part in layout.parts
            for place in _repeating(layout, part)
        ),
    )


def lanes_for(jumps: list[tuple[int, int]]) -> dict[int, int]:
    """For each place that is jumped to, the lane in which all ways to it run; the shortest inside.

    Ways in one lane never pass the same place, unless they lead to the same one. A place for which no lane
    is left is not there.
    """
    first: dict[int, int] = {}
    for start, end in jumps:
        first[end] = min(start, first.get(end, start))
    lanes: dict[int, int] = {}
    taken: list[list[tuple[int, int]]] = [[] for _ in range(MOST_LANES)]
    for end in sorted(first, key=lambda place: (place - first[place], place)):
        for lane, others in enumerate(taken):
            if all(end <= other_start or other_end <= first[end] for other_start, other_end in others):
                others.append((first[end], end))
                lanes[end] = lane
                break
    return lanes


def _jumps(layout: Layout, place: int) -> list[int]:
    """Where ways lead that do not just go on."""
    part = layout.part(place)
    leaves = part is not None and place + 1 == part.end
    return sorted(way for way in layout.led_to(place) if way > place + 1 or (leaves and way == place + 1))


def _repeating(layout: Layout, part: Part) -> list[int]:
    """The places of a part from which its next item follows."""
    return [place for place in range(part.start, part.end) if AGAIN in layout.led_to(place)]


def _rows(
    layout: Layout, x: float, width: float, untold: set[tuple[int, int]]
) -> tuple[tuple[FlowchartRow, ...], tuple[Panel, ...]]:
    rows: list[FlowchartRow] = []
    panels: list[Panel] = []
    reached = layout.reached()
    y = 1.0
    for place, prompt in enumerate(layout.prompts):
        part = layout.part(place)
        if part and place == part.start:
            top = y
            y += HEAD
        told = tuple(_number(layout, end) for start, end in sorted(untold) if start == place)
        words = wrap(_plain(prompt.ask), width - NUMBER - PADDING, LINES)
        height = 2 * PADDING + 16 + LEADING * (len(words.lines) - 1 + bool(told))
        rows.append(
            FlowchartRow(
                number=place + 1,
                prompt=prompt,
                ways=tuple(_ways(layout, place)),
                over=_named(layout, part.over) if part else None,
                recalled=_named(layout, prompt.recall),
                reached=place in reached,
                box=Box(x, y, width, height, words),
                told=told,
            )
        )
        y += height
        if part and place + 1 == part.end:
            y += MARGIN
            panels.append(Panel(1, top, x + width + 3, y - top, _named(layout, part.over)))
        y += GAP
    return tuple(rows), tuple(panels)


def _plain(text: str) -> str:
    """Authored text without the signs of emphasis, headings and lists."""
    return _SIGNS.sub("", text)


def _number(layout: Layout, place: int) -> int:
    """As people count; 0 is the end."""
    return 0 if place == layout.end else place + 1


def _named(layout: Layout, name: str) -> int:
    """The number of the question with this id; 0 where there is none."""
    place = layout.places.get(name, layout.end)
    return 0 if place == layout.end else place + 1


def _ways(layout: Layout, place: int) -> Iterator[Way]:
    prompt, always = layout.prompts[place], False
    for branch in prompt.branches:
        yield replace(_way(layout, place, branch), idle=always)
        always = always or branch.when == Condition()
    if not always:
        yield _on(layout, place)


def _on(layout: Layout, place: int) -> Way:
    part = layout.part(place)
    to = To.AGAIN if part and place + 1 == part.end else To.ON
    return Way(to, _number(layout, place + 1))


def _way(layout: Layout, place: int, branch: Branch) -> Way:
    about = _named(layout, branch.when.prompt or layout.prompts[place].id)
    return replace(
        _leads(layout, place, branch),
        condition=None if branch.when == Condition() else branch.when,
        asked=layout.prompts[about - 1] if about else None,
        asked_number=about if about != place + 1 else 0,
    )


def _leads(layout: Layout, place: int, branch: Branch) -> Way:
    part, to = layout.part(place), layout.places.get(branch.to)
    if branch.to == NEXT:
        return Way(To.AGAIN, _number(layout, part.end)) if part else Way(To.OUTSIDE, 0)
    if to is None:
        return Way(To.NOWHERE, 0)
    number = _number(layout, to)
    if to <= place:
        return Way(To.BACK, number)
    if part and to >= part.end:
        return Way(To.LEAVE, number)
    return Way(To.ON if to == place + 1 else To.JUMP, number)


def _straight(layout: Layout, boxes: list[Box], panels: tuple[Panel, ...]) -> Iterator[Arrow]:
    """The ways from one box to the one below it; out of a part where its items are done."""
    grounds = dict(zip(layout.parts, panels, strict=True))
    for place in range(layout.end):
        x, top = boxes[place].x + NUMBER / 2, boxes[place + 1].y
        part, ways = layout.part(place), layout.led_to(place)
        last = part if part and place + 1 == part.end else None
        if (AGAIN if last else place + 1) in ways:
            yield arrow(Point(x, boxes[place].bottom.y), Point(x, top))
        elif last and _repeating(layout, last):
            ground = grounds[last]
            yield arrow(Point(x, ground.y + ground.height), Point(x, top))


def _lane_x(right: float, lane: int) -> float:
    return right + FIRST_LANE + LANE * lane


def _around(start: Point, end: Point, x: float) -> Arrow:
    """From the edge of a box out to ``x``, along, and in again at the edge of another box, or of the same."""
    y, to = start.y + APART, end.y - APART
    out = CORNER if x > start.x else -CORNER
    along = CORNER if to > y else -CORNER
    points = (
        f"M{start.x:g} {y:g}H{x - out:g}Q{x:g} {y:g} {x:g} {y + along:g}"
        f"V{to - along:g}Q{x:g} {to:g} {x - out:g} {to:g}H{end.x:g}"
    )
    return Arrow(points, arrow(Point(x, to), Point(end.x, to)).head)
