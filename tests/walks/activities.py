"""Generate valid activities at random.

The activities contain every kind of prompt, branch and quotation. Some prompts are repeated for each item of
a list.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from hypothesis import strategies as some

from companion.domain.activities.activity import Activity, from_plain
from companion.domain.activities.answers import Prompt, kinds
from companion.domain.activities.layout import END, NEXT, Layout
from companion.domain.authored import Id
from tests.domain.activities.answers.by_chance import Plain
from tests.domain.activities.answers.samples import every_kind, sample_of

MOST = 9
"""The usual maximum number of prompts in a generated activity."""


LISTS = [str(each.__struct_config__.tag) for each in every_kind().prompts if each.most_items]
"""The kinds of prompt whose answers are lists."""


@dataclass
class Place:
    """A prompt in a randomly generated activity.

    Neighbouring prompts with the same ``part`` form a group that is repeated for each item of a list.
    """

    plain: Plain
    part: int = 0
    spine: bool = False
    """Whether every path through the activity that gets this far asks this prompt."""
    over: str = ""
    branches: list[Plain] = field(default_factory=list)

    @property
    def id(self) -> Id:
        return str(self.plain["id"])

    @property
    def prompt(self) -> Prompt:
        repeated = {"for_each": self.over} if self.over else {}
        (prompt,) = _activity([{**self.plain, **repeated, "branches": self.branches}]).prompts
        return prompt


@some.composite
def activities(draw: some.DrawFn, least: int = 1, most: int = MOST) -> Activity:
    """Generate a valid activity that has at least ``least`` prompts and at most ``most`` prompts.

    The activity may have one or two prompts more than ``most`` if it ends with a repeated group.
    """
    places = _places(draw, draw(some.integers(least, most), label="prompts"))
    _lead_on(draw, places)
    _recall(draw, places)
    return _activity([{**each.plain, "branches": each.branches} for each in places])


def _activity(prompts: list[Plain]) -> Activity:
    return from_plain(
        {
            "format": 1,
            "id": "walk",
            "title": "A walk",
            "minutes": 5,
            "introduction": "This looks at walks.",
            "prompts": prompts,
        }
    )


def _places(draw: some.DrawFn, count: int) -> list[Place]:
    places: list[Place] = []
    # the number of times out of ten that the first prompt is a list
    first = draw(some.sampled_from([8, 2]))
    while len(places) < count:
        over = _over(draw, places)
        repeated = draw(some.integers(1, 3)) if over else 1
        part = len(places) + 1 if over else 0
        for _ in range(repeated):
            lists = draw(some.integers(0, 9)) < (4 if places else first)
            kind = draw(some.sampled_from(LISTS if lists else sorted(kinds())))
            plain = {"id": f"p{len(places)}", "kind": kind, "ask": "What was it like?"}
            plain |= draw(sample_of(kind).settings_by_chance)
            if over:
                plain["for_each"] = over
            spine = not over and kind in LISTS and draw(some.integers(0, 3)) > 0
            places.append(Place(plain, part, spine, over))
    return places


def _over(draw: some.DrawFn, places: list[Place]) -> str:
    """If the next prompts are repeated for each item of a list, return that list's id, otherwise an empty
    string.
    """
    lists = [each.id for each in places if each.spine and each.id != places[-1].over]
    return draw(some.sampled_from(["", *lists, *lists])) if lists else ""


def _lead_on(draw: some.DrawFn, places: list[Place]) -> None:
    """Add branches. A branch from outside a repeated group may lead only to the first prompt of the group."""
    reached = {0}
    for at, place in enumerate(places):
        targets = [*_targets(places, at)] * 2 + [END]
        count = draw(some.sampled_from([0, 0, 1, 2, 3]))
        whens = draw(some.lists(_conditions(places, at), max_size=count, unique_by=repr))
        for when in whens:
            place.branches.append({"to": draw(some.sampled_from(targets)), "when": when})
        reached |= {_number(each["to"], places) for each in place.branches if each["to"] != NEXT}
        after = at + 1
        if place.part and (after == len(places) or places[after].part != place.part):
            reached.add(after)  # a part without items is skipped
        elif after < len(places) and after not in reached:
            reached.add(after)
            continue
        if draw(some.integers(0, 4)) == 4:
            place.branches.append({"to": draw(some.sampled_from(targets))})


def _targets(places: list[Place], at: int) -> Iterable[str]:
    """Yield the possible targets of a branch, except the activity's end."""
    here = places[at].part
    if here:
        yield NEXT
    for to in range(at + 1, len(places)):
        inside = places[to].part and places[to - 1].part == places[to].part
        if not inside or places[to].part == here:
            yield places[to].id
        if places[to].spine:
            return


def _number(name: str, places: list[Place]) -> int:
    return len(places) if name == END else int(name[1:])


def _conditions(places: list[Place], at: int) -> some.SearchStrategy[Plain]:
    here = places[at].part
    asked = [
        each for each in places[: at + 1] if not each.part or each.part == here
    ]  # a condition can test an answer from a part only within the same part
    return some.sampled_from(asked).flatmap(lambda each: _condition(each.prompt, own=each is places[at]))


def _condition(asked: Prompt, *, own: bool) -> some.SearchStrategy[Plain]:
    """Generate a condition that an answer to this prompt can meet."""
    name = some.sampled_from([{}, {"prompt": asked.id}]) if own else some.just({"prompt": asked.id})
    sorts: list[some.SearchStrategy[Plain]] = [
        some.sampled_from(["answered", "not_sure", "talk"]).map(lambda way: {"way": way})
    ]
    offers, numbers = sorted(asked.offers()), asked.numbers()
    chosen = some.lists(some.sampled_from(offers or [""]), min_size=1, max_size=2, unique=True)
    if offers:
        sorts.append(chosen.map(lambda options: {"one_of": options}))
        sorts.append(chosen.map(lambda options: {"one_of": options, "way": "answered"}))
    if numbers:
        number = some.sampled_from(numbers[:12])
        sorts.append(number.map(lambda least: {"at_least": least}))
        sorts.append(number.map(lambda most: {"at_most": most}))
        between = some.tuples(number, number).map(sorted)
        sorts.append(between.map(lambda pair: {"at_least": pair[0], "at_most": pair[1]}))
    if offers and numbers:
        sorts.append(some.tuples(chosen, number).map(lambda pair: {"one_of": pair[0], "at_least": pair[1]}))
    return some.tuples(name, some.one_of(sorts)).map(lambda pair: {**pair[0], **pair[1]})


def _recall(draw: some.DrawFn, places: list[Place]) -> None:
    """Make some prompts quote the answer to a question that always comes earlier."""
    layout = Layout([each.prompt for each in places])
    for place, before in zip(places, layout.asked_before(), strict=False):
        here = place.part
        asked = [each.id for each in places if each.id in before and each.part in (0, here)]
        recalled = draw(some.sampled_from(["", *asked])) if asked else ""
        if recalled:
            place.plain["recall"] = recalled
