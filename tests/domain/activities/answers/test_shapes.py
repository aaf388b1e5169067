import re

from hypothesis import given
from hypothesis import strategies as st

from companion.domain.activities.answers._shapes import Box, Point, arrow, height_of, in_box


@given(text=st.text(min_size=1, max_size=300), marked=st.booleans())
def test_any_text_fits_inside_its_box_in_a_drawing(text: str, marked: bool) -> None:
    words = in_box(text, 144, 6)
    box = Box(10, 20, 144, height_of(words, marked=marked) + 12, words, marked)
    baselines = [box.head, *(y for y, _ in box.lines), *([box.foot] if marked else [])]
    assert baselines == sorted(baselines)
    assert box.top.y + 12 < baselines[0]
    assert baselines[-1] < box.bottom.y - 4


def test_an_arrow_in_a_drawing_ends_at_its_target() -> None:
    found = arrow(Point(0, 0), Point(10, 0), Point(10, 40))
    assert found.shaft == "M0 0Q10 0 10 40"
    barbs = [float(y) for y in re.findall(r"(?<=[\d.] )[\d.]+", found.head)]
    assert max(barbs) == 40
    assert barbs[0] == barbs[2] < 40
