"""Convert a prompt's branches to form fields, and form fields to branches.

Beside each option, authors can say where the participant goes next. The author can also choose a branch for
each of the responses *not sure* and *rather talk about it*. A branch that depends on a number, or on the
answer to another question, gets its own row in the form. The guide first checks the branches with their own
row in the form, then all others. An author can also type a new question beside an option.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

import msgspec

from companion.domain.activities.answers import BRANCHES_MOST, Branch, Condition, Prompt, Way
from companion.domain.activities.editing import PASSAGE
from companion.domain.activities.layout import END, NEXT
from companion.domain.authoring.condition_codes import code, condition
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected
from companion.domain.text import clean

NEW = "+"
"""The form value of a branch that leads to a new question. A branch to a question that has no id yet uses a
target that starts with ``NEW``.
"""
Options = Sequence[Mapping[str, str]] | None
"""The options that an author wrote for a question, or None if the question has no options."""
WAYS_ON: tuple[Way, ...] = ("not_sure", "talk")
"""The choices that participants have instead of answering, such as “I'm not sure yet”."""


class Beside(NamedTuple):
    """The branch target that an author entered beside an option."""

    column: str
    place: int
    to: str
    ask: str
    """The wording of a new question, if any."""
    to_field: str
    ask_field: str

    @property
    def is_new(self) -> bool:
        """True if the branch leads to a new question. To create a new question, the author only needs to type
        its wording.
        """
        return self.to == NEW or (not self.to and bool(self.ask.strip()))


def typed_branches(
    form: Form, prompt_id: str, ids: Collection[str], options: Options
) -> list[dict[str, Any]]:
    """Return the branches that an author entered for this prompt.

    Until a new question has an id, a branch to it has the target ``NEW`` plus the name of the branch's form
    field. Raise ``Rejected`` if a branch isn't valid.
    """
    problems: list[Problem] = []
    targets = frozenset({*ids, END, NEXT})
    found = [
        *_in_rows(form, prompt_id, targets, problems),
        *_merged(_beside_answers(form, targets, options, problems)),
        *_otherwise(form, targets, problems),
    ]
    if len(found) > BRANCHES_MOST:
        problems.append(Problem("too_many", {"most": BRANCHES_MOST, "many": len(found)}, "when-1"))
    if problems:
        raise Rejected(*problems)
    return [msgspec.to_builtins(branch) for branch in found]


def branch_form(prompt: Prompt) -> Form:
    """Return the form fields for this prompt's branches."""
    conditional = [each for each in prompt.branches if each.when != Condition()]
    in_rows = next(row for row in range(len(conditional) + 1) if _fit_beside(conditional[row:], prompt))
    rest = conditional[in_rows:]
    beside, to_ways = _by_choice(rest), {each.when.way: each.to for each in rest if each.when.way}
    options = getattr(prompt, "options", None)
    offers = prompt.offers() if options is None else ()
    return {
        "options-to": [beside.get(option.id, "") for option in options or ()],
        "options-ask": ["" for _ in options or ()],
        "reply-to-go": [beside.get(each, "") for each in offers],
        "reply-to-ask": ["" for _ in offers],
        **{f"go-{way}": [to_ways.get(way, "")] for way in WAYS_ON},
        **{f"ask-{way}": [""] for way in WAYS_ON},
        "when": [code(each.when, prompt.id) for each in conditional[:in_rows]],
        "to": [each.to for each in conditional[:in_rows]],
        "otherwise": [each.to for each in prompt.branches if each.when == Condition()][:1],
    }


def _by_choice(branches: Iterable[Branch]) -> dict[str, str]:
    return {choice: each.to for each in branches for choice in each.when.one_of}


def _fit_beside(branches: list[Branch], prompt: Prompt) -> bool:
    """Return whether the author's form can show all these branches in the fields next to the prompt's
    options.
    """
    choices, ways = _by_choice(branches), {each.when.way: each.to for each in branches}
    of_choices = (
        Branch(to=choices[each], when=Condition(one_of=(each,)))
        for each in prompt.offers()
        if each in choices
    )
    of_ways = (Branch(to=ways[each], when=Condition(way=each)) for each in WAYS_ON if each in ways)
    return _merged((*of_choices, *of_ways)) == branches


def _merged(branches: Iterable[Branch]) -> list[Branch]:
    """Merge the branches of neighbouring options that lead to the same target."""
    found: list[Branch] = []
    for each in branches:
        last = found[-1] if found else None
        if last and last.to == each.to and last.when.one_of and each.when.one_of:
            both = (*last.when.one_of, *each.when.one_of)
            found[-1] = Branch(to=each.to, when=Condition(one_of=both))
        else:
            found.append(each)
    return found


def new_asks(form: Form) -> dict[str, str]:
    """Return the new questions' wording, keyed by the placeholder ids that branches use until the questions
    are saved.

    Raise ``Rejected`` if the wording isn't valid.
    """
    return {
        f"{NEW}{each.to_field}": clean(each.ask, PASSAGE, each.ask_field)
        for each in _rows_beside(form)
        if each.is_new
    }


def _rows_beside(form: Form) -> Iterator[Beside]:
    for column, to_name, ask_name in (
        ("options", "options-to", "options-ask"),
        ("reply-to", "reply-to-go", "reply-to-ask"),
    ):
        rows = zip_longest(form.get(to_name, ()), form.get(ask_name, ()), fillvalue="")
        for place, (to, ask) in enumerate(rows):
            yield Beside(column, place, to, ask, f"{to_name}-{place + 1}", f"{ask_name}-{place + 1}")
    for place, way in enumerate(WAYS_ON):
        to_name, ask_name = f"go-{way}", f"ask-{way}"
        yield Beside("ways", place, first(form, to_name), first(form, ask_name), to_name, ask_name)


def _beside_answers(
    form: Form, targets: Collection[str], options: Options, problems: list[Problem]
) -> Iterator[Branch]:
    labels = form.get("options-label", ())
    named = [place for place, label in enumerate(labels) if label.strip()]
    ids = {place: option["id"] for place, option in zip(named, options or (), strict=False)}
    offers = form.get("reply-to", ())
    for each in _rows_beside(form):
        if (each.column == "options" and options is None) or not (to := _target(each, targets, problems)):
            continue
        if each.column == "ways":
            yield Branch(to=to, when=Condition(way=WAYS_ON[each.place]))
        elif each.column == "options" and each.place in ids:
            yield Branch(to=to, when=Condition(one_of=(ids[each.place],)))
        elif each.column == "options" and each.place not in named:
            problems.append(Problem("empty", field=f"options-label-{each.place + 1}"))
        elif each.column == "reply-to":
            offer = offers[each.place] if each.place < len(offers) else ""
            if (asked := condition(f"|one_of|{offer}", "")) is not None:
                yield Branch(to=to, when=asked)
            else:
                problems.append(Problem("not_offered", field=each.to_field))


def _target(each: Beside, targets: Collection[str], problems: list[Problem]) -> str:
    """Return the branch's target if it's valid, otherwise an empty string."""
    if each.is_new:
        try:
            clean(each.ask, PASSAGE, each.ask_field)
        except Rejected as rejected:
            problems.extend(rejected.problems)
            return ""
        return f"{NEW}{each.to_field}"
    if each.ask.strip():
        problems.append(Problem("new_or_another", field=each.ask_field))
    elif each.to and each.to not in targets:
        problems.append(Problem("not_offered", field=each.to_field))
    else:
        return each.to
    return ""


def _in_rows(
    form: Form, prompt_id: str, targets: Collection[str], problems: list[Problem]
) -> Iterator[Branch]:
    rows = zip_longest(form.get("when", ()), form.get("to", ()), fillvalue="")
    for row, (when, to) in enumerate(rows, 1):
        if not when and not to:
            continue
        if not when:
            problems.append(Problem("nothing_chosen", field=f"when-{row}"))
        elif to not in targets:
            problems.append(Problem("not_offered" if to else "nothing_chosen", field=f"to-{row}"))
        elif met := condition(when, prompt_id):
            yield Branch(to=to, when=met)
        else:
            problems.append(Problem("not_offered", field=f"when-{row}"))


def _otherwise(form: Form, targets: Collection[str], problems: list[Problem]) -> Iterator[Branch]:
    to = first(form, "otherwise")
    if to in targets:
        yield Branch(to=to)
    elif to:
        problems.append(Problem("not_offered", field="otherwise"))
