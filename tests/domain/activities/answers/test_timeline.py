from typing import Any

from hypothesis import strategies as some

from companion.domain.activities.answers.timeline import Timeline
from companion.domain.forms import Form
from companion.domain.refusals import Problem
from tests.domain.activities.answers.by_chance import ITEMS, WORDS, up_to
from tests.domain.activities.answers.parts import problem
from tests.domain.activities.answers.samples import Sample


def _forms(prompt: Any) -> some.SearchStrategy[Form]:
    stages = some.lists(
        some.tuples(some.sampled_from(ITEMS), some.sampled_from(WORDS), some.sampled_from(("", *WORDS))),
        min_size=1,
        max_size=prompt.most,
    )
    return stages.map(
        lambda rows: {name: [row[n] for row in rows] for n, name in enumerate(("when", "what", "felt"))}
    )


SAMPLE = Sample(
    "timeline",
    said=(
        *("Last spring", "Along the coast.", "How it felt:", "Windy and good."),
        *("In June", "This week", "Quiet."),
    ),
    forms=_forms,
    settings_by_chance=up_to(1, 3),
    values=lambda prompt: [
        [{"when": "last spring", "what": "I took up walking.", "felt": ""}] * many
        for many in prompt.numbers()
    ],
)

QUESTION = Timeline(id="p", ask="Which stages has your life had?")
SAID = [
    {"when": "Up to eleven", "what": "By the sea", "felt": "Safe"},
    {"when": "2005", "what": "My first job", "felt": ""},
]


def test_a_timeline_keeps_its_stages_in_order() -> None:
    form = {
        "when": ["Up to eleven", "", "2005"],
        "what": ["By the sea", " ", "My first job"],
        "felt": ["Safe"],
    }
    assert QUESTION.parse(form) == SAID
    assert QUESTION.parse(QUESTION.fill(SAID)) == SAID
    assert QUESTION.number(SAID) == 2


def test_an_incomplete_stage_of_a_timeline_is_reported_at_its_empty_field() -> None:
    assert problem(QUESTION, {}) == Problem("empty", {"row": 1}, "when")
    assert problem(QUESTION, {"when": ["", "2005"]}) == Problem("empty", {"row": 2}, "what")
    assert problem(QUESTION, {"felt": ["Safe"]}) == Problem("empty", {"row": 1}, "when")


def test_a_timeline_has_a_maximum_number_of_stages() -> None:
    question = Timeline(id="p", ask="?", most=1)
    told = problem(question, {"when": ["a", "", "b"], "what": ["a", "", "b"]})
    assert told == Problem("too_many", {"most": 1, "many": 2, "row": 3}, "when")


def test_the_stages_of_a_timeline_are_drawn_one_below_the_other() -> None:
    picture = QUESTION.picture(SAID)
    first, second = picture.stages
    assert first.y < first.when[0][0] < first.what[0][0] < first.felt[0][0] < second.y
    assert second.felt == ()
    assert second.what[-1][0] < picture.height
    assert picture.whole


def test_the_long_text_of_a_timeline_stage_is_shortened_only_in_the_drawing() -> None:
    picture = QUESTION.picture([{"when": "2005", "what": "word " * 59, "felt": "word " * 59}])
    assert not picture.whole
    assert (len(picture.stages[0].what), len(picture.stages[0].felt)) == (4, 3)
