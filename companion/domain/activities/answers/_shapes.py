"""The parts of pictures of answers: boxes and arrows, in units of the viewBox."""

import math
from dataclasses import dataclass

from companion.domain.activities.answers._words import LEADING, Words, balanced

WIDTH = 320.0
"""Width of every picture: slightly reduced on a narrow phone, slightly enlarged on a wide screen."""
PADDING, INSET = 10.0, 8.0
"""Space inside a box above and below its words, and at the sides."""
HEAD = 20.0
"""Extra space in a box: for its name above the words, and for its mark below them."""
BARB = 7.0
"""Length of the two strokes of an arrowhead."""


@dataclass(frozen=True)
class Point:
    """A point in a picture, measured from its top left."""

    x: float
    y: float


@dataclass(frozen=True)
class Box:
    """A frame with words in it. ``head`` and ``foot`` are the baselines of its name and its mark."""

    x: float
    y: float
    width: float
    height: float
    words: Words
    marked: bool = False

    @property
    def middle(self) -> Point:
        """Its centre, which every line of text is centred on."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    @property
    def top(self) -> Point:
        """The middle of its upper edge."""
        return Point(self.middle.x, self.y)

    @property
    def bottom(self) -> Point:
        """The middle of its lower edge."""
        return Point(self.middle.x, self.y + self.height)

    @property
    def left(self) -> Point:
        """The middle of its left edge."""
        return Point(self.x, self.middle.y)

    @property
    def right(self) -> Point:
        """The middle of its right edge."""
        return Point(self.x + self.width, self.middle.y)

    @property
    def head(self) -> float:
        """The baseline of its name."""
        spare = self.height - height_of(self.words, marked=self.marked)
        return self.y + spare / 2 + PADDING + 11

    @property
    def lines(self) -> tuple[tuple[float, str], ...]:
        """Its lines, each with its baseline."""
        return tuple(
            (self.head + HEAD + LEADING * place, line) for place, line in enumerate(self.words.lines)
        )

    @property
    def foot(self) -> float:
        """The baseline of its mark."""
        return self.lines[-1][0] + HEAD


def height_of(words: Words, *, marked: bool = False) -> float:
    """Return the height that a box needs for these words."""
    return 2 * PADDING + HEAD + LEADING * (len(words.lines) - 1) + 10 + (HEAD if marked else 0)


def in_box(text: str, width: float, most: int) -> Words:
    """Return the words wrapped for a box of this width, in at most ``most`` lines."""
    return balanced(text, width - 2 * INSET, most)


def line(*points: Point) -> str:
    """Return the path through two points, or a curve with the points in between as its corners."""
    start, *rest = points
    curve = {1: "L", 2: "Q", 3: "C"}[len(rest)]
    return f"M{_at(start)}{curve}{' '.join(_at(point) for point in rest)}"


@dataclass(frozen=True)
class Arrow:
    """Two paths, because the shaft may be dashed and the head must not be."""

    shaft: str
    head: str


def arrow(*points: Point) -> Arrow:
    """Return a ``line`` with an arrowhead at its end."""
    before, end = points[-2:]
    angle = math.atan2(end.y - before.y, end.x - before.x)
    barbs = [
        Point(end.x - BARB * math.cos(angle + turn), end.y - BARB * math.sin(angle + turn))
        for turn in (-0.6, 0.6)
    ]
    return Arrow(line(*points), f"M{_at(barbs[0])}L{_at(end)}L{_at(barbs[1])}")


def _at(point: Point) -> str:
    return f"{round(point.x, 1):g} {round(point.y, 1):g}"
