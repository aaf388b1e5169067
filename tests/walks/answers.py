"""What somebody types to a prompt of any kind, such that it is taken."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as some

from companion.domain.activities.answers import Prompt, Value
from companion.domain.forms import Form

WORDS = (
    "I walked.",
    "I walked home along the river.",
    "Tea, then a book.\r\nThe light was good.",
    "cafe\u0301 and 🌊👩\u200d👩\u200d👧",
)
"""Lines and letters that are stored another way than they are typed, too."""
ITEMS = ("a walk", "a short walk", "a short walks", "a shorter walk", " tea", "tea", "ferry", "the ferries")
"""Few, so that lists share items; some are much alike, and are one item in better words."""


def one(words: some.SearchStrategy[str]) -> some.SearchStrategy[list[str]]:
    """A form field with one text."""
    return words.map(lambda text: [text])


def fields(**typed: some.SearchStrategy[list[str]]) -> some.SearchStrategy[Form]:
    """A form; ``_`` stands for ``-`` in names."""
    return some.fixed_dictionaries({name.replace("_", "-"): texts for name, texts in typed.items()})


def together(form: some.SearchStrategy[Form], other: some.SearchStrategy[Form]) -> some.SearchStrategy[Form]:
    """The fields of both forms."""
    return some.tuples(form, other).map(lambda pair: {**pair[0], **pair[1]})


WRITTEN = one(some.sampled_from(WORDS))
PERHAPS = one(some.sampled_from(("", *WORDS)))
TO_TEN = one(some.integers(0, 10).map(str))
DAY = fields(day=one(some.integers(1, 6).map(str)), month=some.just(["11"]), year=some.just(["2026"]))


def _list(prompt: Any) -> some.SearchStrategy[Form]:
    return fields(answer=some.lists(some.sampled_from(ITEMS), min_size=1, max_size=prompt.most))


def _steps(prompt: Any) -> some.SearchStrategy[Form]:
    rows = some.lists(some.sampled_from(ITEMS), min_size=2, max_size=prompt.most)
    return rows.flatmap(
        lambda steps: fields(
            step=some.just(steps),
            out=one(some.sampled_from(["", *(str(n) for n in range(1, len(steps) + 1))])),
        )
    )


def _timeline(prompt: Any) -> some.SearchStrategy[Form]:
    stages = some.lists(
        some.tuples(some.sampled_from(ITEMS), some.sampled_from(WORDS), some.sampled_from(("", *WORDS))),
        min_size=1,
        max_size=prompt.most,
    )
    return stages.map(
        lambda rows: {name: [row[n] for row in rows] for n, name in enumerate(("when", "what", "felt"))}
    )


def _daily_record(prompt: Any) -> some.SearchStrategy[Form]:
    """One day more, and perhaps those so far with it."""
    numbers = {f"number_{n}": TO_TEN for n, _ in enumerate(prompt.measures, 1)}
    day = fields(noted_on=one(some.sampled_from(["2026-11-23", "2026-11-24"])))
    new = together(day, fields(line=PERHAPS, **numbers))
    before: Form = {
        "on": ["2026-11-23", "2026-11-24"],
        "numbers": [" ".join("3" for _ in prompt.measures)] * 2,
        "said": ["", WORDS[0]],
    }
    return together(some.sampled_from([{}, before]), new).map(lambda form: {**form, "finished": ["yes"]})


def _of_options(prompt: Any) -> list[str]:
    return [option.id for option in prompt.options]


FORMS: dict[str, Callable[[Any], some.SearchStrategy[Form]]] = {
    "short_text": lambda prompt: fields(answer=WRITTEN),
    "long_text": lambda prompt: fields(answer=WRITTEN),
    "letter": lambda prompt: fields(answer=WRITTEN),
    "yes_no": lambda prompt: fields(answer=one(some.sampled_from(["yes", "no"]))),
    "one_choice": lambda prompt: fields(answer=one(some.sampled_from(_of_options(prompt)))),
    "several_choices": lambda prompt: fields(
        answer=some.lists(some.sampled_from(_of_options(prompt)), min_size=1, max_size=4, unique=True)
    ),
    "scale": lambda prompt: fields(answer=one(some.sampled_from(prompt.steps).map(str))),
    "date": lambda prompt: DAY,
    "list": _list,
    "steps": _steps,
    "timeline": _timeline,
    "triangle": lambda prompt: fields(**dict.fromkeys(prompt.asked, WRITTEN)),
    "two_sides": lambda prompt: fields(
        for_now=WRITTEN, for_later=PERHAPS, against_now=PERHAPS, against_later=WRITTEN
    ).map(lambda form: {name.replace("-", "_"): texts for name, texts in form.items()}),
    "if_then": lambda prompt: fields(situation=WRITTEN, plan=WRITTEN),
    "commitment": lambda prompt: fields(
        what=WRITTEN, when=WRITTEN, where=WRITTEN, sure=TO_TEN, surer=PERHAPS
    ),
    "daily_record": _daily_record,
}
"""For each kind, what can be typed to a prompt of it."""


def forms(prompt: Prompt) -> some.SearchStrategy[Form]:
    """A form that the prompt takes."""
    return FORMS[str(prompt.__struct_config__.tag)](prompt)


def reworded(prompt: Prompt, form: Form) -> some.SearchStrategy[Form]:
    """The form with one of its items in words that are much alike."""
    name = prompt.fields[0]
    return some.sampled_from(range(len(form[name]))).map(
        lambda at: {**form, name: [text + "s" if n == at else text for n, text in enumerate(form[name])]}
    )


def changes(prompt: Prompt, value: Value) -> some.SearchStrategy[Form]:
    """What he may send in place of an answer: another one, the same, or the same a little better put."""
    stands = prompt.fill(value)
    better = [reworded(prompt, stands)] * 2 if prompt.free_text and prompt.most_items else []
    return some.one_of(forms(prompt), forms(prompt), some.just(stands), *better)
