"""Calculate the minimum and maximum number of prompts that remain in an activity."""

from collections.abc import Callable, Iterable, Mapping

from companion.domain.activities.layout import AGAIN, Layout, Part

Span = tuple[int, int]
"""The minimum and maximum number of prompts until the end of the activity."""


def still_to_come(layout: Layout, place: int, items_left: int, counts: Callable[[Part], range]) -> Span:
    """Return the minimum and maximum number of prompts from the prompt at ``place``, included, to the end.

    ``items_left`` counts the items after the current item of the current part. ``counts`` returns how many
    items a list may have if a part is repeated for each item.
    """
    left = {layout.end: (0, 0)}
    here = layout.part(place)
    at = layout.end - 1
    while at >= (here.end if here else place):
        if part := layout.part(at):
            whole = _of_part(layout, part, counts(part), left)
            left |= dict.fromkeys(
                range(part.start, part.end), whole
            )  # a draft can have a branch into the middle of a part
            at = part.start
        else:
            left[at] = _either((left[way] for way in layout.led_to(at)), asked=1)
        at -= 1
    if here is None:
        return left[place]
    after = left[here.end]
    for _ in range(items_left):
        after = _of_item(layout, here, after, left)[here.start]
    return _of_item(layout, here, after, left)[place]


def _of_part(layout: Layout, part: Part, counts: range, left: Mapping[int, Span]) -> Span:
    """Return the fewest and the most prompts left, counted from the start of a repeated part."""
    spans = [left[part.end]]
    for _ in range(counts[-1]):
        spans.append(_of_item(layout, part, spans[-1], left)[part.start])
    return _either(spans[counts[0] :])


def _of_item(layout: Layout, part: Part, after: Span, left: Mapping[int, Span]) -> dict[int, Span]:
    """For each prompt in a repeated part, return the fewest and the most prompts left until the end."""
    spans = {AGAIN: after}
    for place in range(part.end - 1, part.start - 1, -1):
        ways = layout.led_to(place)
        spans[place] = _either((spans[way] if way in spans else left[way] for way in ways), asked=1)
    return spans


def _either(spans: Iterable[Span], asked: int = 0) -> Span:
    fewest, most = zip(*spans, strict=True)
    return asked + min(fewest), asked + max(most)
