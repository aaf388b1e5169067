"""Boxes and arrows in drawings of answers and in flowcharts. Lengths are in units of the SVG's viewBox."""

import math
from dataclasses import dataclass

from companion.domain.activities.answers._words import LEADING, Words, balanced

WIDTH = 320.0
"""The width of every drawing except charts."""
PADDING, INSET = 10.0, 8.0
"""The space between a box's border and its text, vertically (``PADDING``) and horizontally (``INSET``)."""
HEAD = 20.0
"""The height that a box needs for the title above its text or the note below it."""
BARB = 7.0
"""The length of each of an arrowhead's two strokes."""


@dataclass(frozen=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True)
class Box:
    """A text box in a drawing.

    ``head`` is the vertical position of the text box's title in the drawing. ``foot`` is the vertical
    position of the note below the box's text.
    """

    x: float
    y: float
    width: float
    height: float
    words: Words
    marked: bool = False

    @property
    def middle(self) -> Point:
        """The centre of the text box. Every line of the box's text is centred horizontally on this point."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    @property
    def top(self) -> Point:
        """The middle of the box's upper edge."""
        return Point(self.middle.x, self.y)

    @property
    def bottom(self) -> Point:
        """The middle of the box's lower edge."""
        return Point(self.middle.x, self.y + self.height)

    @property
    def left(self) -> Point:
        """The point in the middle of this box's left edge."""
        return Point(self.x, self.middle.y)

    @property
    def right(self) -> Point:
        """The middle of the box's right edge."""
        return Point(self.x + self.width, self.middle.y)

    @property
    def head(self) -> float:
        spare = self.height - height_of(self.words, marked=self.marked)
        return self.y + spare / 2 + PADDING + 11

    @property
    def lines(self) -> tuple[tuple[float, str], ...]:
        """The box's lines of text, each with its baseline."""
        return tuple(
            (self.head + HEAD + LEADING * place, line) for place, line in enumerate(self.words.lines)
        )

    @property
    def foot(self) -> float:
        return self.lines[-1][0] + HEAD


def height_of(words: Words, *, marked: bool = False) -> float:
    """Return the height of a box for this text."""
    return 2 * PADDING + HEAD + LEADING * (len(words.lines) - 1) + 10 + (HEAD if marked else 0)


def in_box(text: str, width: float, most: int) -> Words:
    """Wrap the text to a box of this width, in at most ``most`` lines."""
    return balanced(text, width - 2 * INSET, most)


def line(*points: Point) -> str:
    """Return the SVG path of a line.

    With more than two points, the line is a curve.

    The points between the first and the last are the curve's control points.
    """
    start, *rest = points
    curve = {1: "L", 2: "Q", 3: "C"}[len(rest)]
    return f"M{_at(start)}{curve}{' '.join(_at(point) for point in rest)}"


@dataclass(frozen=True)
class Arrow:
    """An arrow as two SVG paths.

    The arrow's shaft can be dashed, but its head is always solid.
    """

    shaft: str
    head: str


def arrow(*points: Point) -> Arrow:
    """Return an arrow along the line that ``line`` draws. The arrowhead is at the last point."""
    before, end = points[-2:]
    angle = math.atan2(end.y - before.y, end.x - before.x)
    barbs = [
        Point(end.x - BARB * math.cos(angle + turn), end.y - BARB * math.sin(angle + turn))
        for turn in (-0.6, 0.6)
    ]
    return Arrow(line(*points), f"M{_at(barbs[0])}L{_at(end)}L{_at(barbs[1])}")


def _at(point: Point) -> str:
    return f"{round(point.x, 1):g} {round(point.y, 1):g}"
