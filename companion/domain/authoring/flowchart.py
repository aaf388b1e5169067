"""An activity's flowchart: where each question can lead.

Lengths are in units of the SVG's viewBox. Branches in a draft may be wrong: they may lead back, or to a
question that doesn't exist. The page lists a draft's wrong branches, but the flowchart doesn't draw them.
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
"""The maximum number of lines of text drawn for a question."""
NUMBER, PADDING, GAP = 38.0, 9.0, 20.0
"""The sizes of a box's number column, its vertical padding and the gap between boxes."""
MARGIN, HEAD = 8.0, 26.0
"""The space around a repeated part's boxes, and the height of the part's name."""
LEFT = 24.0
"""The width kept free on the left of the flowchart for arrows that lead back."""
FIRST_LANE, LANE, MOST_LANES = 14.0, 10.0, 8
"""The distance from the boxes to the first vertical lane for arrows, the distance between two lanes, and the
maximum number of lanes.
"""
APART = 7.0
"""How far above or below the middle of a box's side an arrow meets it.

An arrow that leads to a box ends slightly above the middle of the box's side. An arrow that leaves a box
starts slightly below the middle of the box's side.
"""
CORNER = 6.0
_SIGNS = re.compile(r"(?m)^[^\S\n]*(?:#+|[-*+])\s+|(?<![\w*])[*_]++(?=\S)|(?<=[^\s*_])[*_]++(?!\w)")


class To(StrEnum):
    """What an arrow or a branch leads to, such as the next question or a later question."""

    ON = "on"
    """The arrow leads to the next question, or from the last question to the end."""
    JUMP = "jump"
    """The arrow skips at least one question, and leads to a later question or to the end."""
    LEAVE = "leave"
    """An arrow from a question in a repeated part to a later question outside the part, or to the end."""
    AGAIN = "again"
    """An arrow back to the start of a repeated part, which runs again for the second and later items in the
    participant's list.
    """
    NOWHERE = "nowhere"
    """The branch leads to a question that isn't in the activity."""
    BACK = "back"
    """The branch leads back to the question that contains the branch, or to an earlier question."""
    OUTSIDE = "outside"
    """An error: a branch leads to the next list item, but the branch's question isn't repeated for each
    item.
    """


@dataclass(frozen=True)
class Way:
    """A way for the conversation to continue after a question."""

    to: To
    number: int
    """The next question's number, or 0 for the end.

    If an arrow goes back to the start of a repeated part, ``number`` is the number of the question asked once
    the list has no more items.
    """
    condition: Condition | None = None
    """The condition under which the conversation continues along this arrow, or None."""
    asked: Prompt | None = None
    """The prompt whose answer the condition tests, or None if the prompt is missing."""
    asked_number: int = 0
    """The number of the question that the condition tests, or 0 for this question."""
    idle: bool = False
    """True if this arrow is never followed, because an earlier branch always applies."""


@dataclass(frozen=True)
class FlowchartRow:
    """A question and its box in the flowchart."""

    number: int
    prompt: Prompt
    ways: tuple[Way, ...]
    over: int | None
    """If this question repeats for each item of a list, the number of the question that asks for the list.

    ``over`` is 0 if this question repeats for the items of a list question that isn't in the activity.
    ``over`` is None if this question isn't repeated for each item of a list.
    """
    recalled: int
    """The number of the question whose answer this question quotes, or 0."""
    reached: bool
    """True if any path reaches this question."""
    box: Box
    told: tuple[int, ...]
    """The numbers of the possible next questions whose arrows don't fit in the drawing. The number 0
    represents the activity's end.
    """

    @property
    def spine(self) -> Point:
        """The point at which the question's number is drawn."""
        return Point(self.box.x + NUMBER / 2, self.box.middle.y + 5.5)

    @property
    def lines(self) -> tuple[tuple[float, str], ...]:
        """The question's lines of text, each with its baseline."""
        start = self.box.y + PADDING + 13
        return tuple((start + LEADING * place, line) for place, line in enumerate(self.box.words.lines))

    @property
    def foot(self) -> float:
        """The vertical position of the note's text at the bottom of the question's box. The note lists the
        questions whose arrows didn't fit into the flowchart.
        """
        return self.box.bottom.y - PADDING - 3


@dataclass(frozen=True)
class Panel:
    """The shading behind the questions that are repeated for each item of a list. ``over`` is the number of
    the question that asks for the repeated part's list, or 0 if there is none.
    """

    x: float
    y: float
    width: float
    height: float
    over: int

    @property
    def head(self) -> float:
        return self.y + 19


@dataclass(frozen=True)
class Arc:
    """An arrow that runs down the right-hand side of the boxes, to a later question or to the end."""

    start: int
    end: int
    lane: int
    arrow: Arrow


@dataclass(frozen=True)
class Picture:
    """The flowchart: a column of boxes with arrows. The last box marks the end of the activity."""

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
        return (*self.straight, *(arc.arrow for arc in self.arcs), *self.again)


def paths(activity: Activity) -> Picture:
    """Return an activity's flowchart, even for an activity with errors."""
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
    """Map the position of each jump target to the lane that its arrows are drawn in.

    All arrows to the same question share one vertical line. Arrows to different questions can share a lane
    only if they don't overlap. The shortest arrows get the vertical lanes that are closest to the flowchart's
    boxes. Leave out questions whose arrows fit in no lane of the chart.
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
    """Return the positions to which the conversation can jump from this question."""
    part = layout.part(place)
    leaves = part is not None and place + 1 == part.end
    return sorted(way for way in layout.led_to(place) if way > place + 1 or (leaves and way == place + 1))


def _repeating(layout: Layout, part: Part) -> list[int]:
    """Return the positions of the questions that can lead back to the start of the repeated part."""
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
    """Return an author's text without the Markdown characters for emphasis, headings and lists."""
    return _SIGNS.sub("", text)


def _number(layout: Layout, place: int) -> int:
    """Return the question's number, starting at 1; return 0 for the end of the activity."""
    return 0 if place == layout.end else place + 1


def _named(layout: Layout, name: str) -> int:
    """Return the number of the question with this id, or 0."""
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
    """Yield the straight arrows: those between neighbouring boxes, and those from a repeated part to the next
    question.
    """
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
    """Return an arrow from one box to another. ``x`` is the horizontal position of the arrow's vertical line."""
    y, to = start.y + APART, end.y - APART
    out = CORNER if x > start.x else -CORNER
    along = CORNER if to > y else -CORNER
    points = (
        f"M{start.x:g} {y:g}H{x - out:g}Q{x:g} {y:g} {x:g} {y + along:g}"
        f"V{to - along:g}Q{x:g} {to:g} {x - out:g} {to:g}H{end.x:g}"
    )
    return Arrow(points, arrow(Point(x, to), Point(end.x, to)).head)
