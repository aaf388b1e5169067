"""The page for writing one question of an activity."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from flask import render_template

from companion.domain.activities import editing
from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import BRANCHES_MOST, REPLIES_MOST, Condition, Prompt, kinds
from companion.domain.activities.readability import labels
from companion.domain.authoring.condition_codes import askable, condition
from companion.domain.authoring.flowchart import paths
from companion.domain.authoring.new_questions import passing_by
from companion.domain.authoring.prompt_form import blank, form_of
from companion.domain.forms import Form, first
from companion.domain.plan.plan_parts import Part
from companion.domain.refusals import Problem
from companion.store.plan import plan
from companion.web.activities.library import Desk
from companion.web.gate import current

FIRST_KIND = "short_text"
REPLY_FIELDS = ("reply-when", "reply-say", "reply-recall")
ASKABLE_MOST = 20
"""How many earlier questions the condition of a new branch or reply can choose from."""
CONDITIONS_MOST = 300
"""The maximum number of conditions that the page offers. Limit the number of conditions, because each row
of the form lists all of them.

Each row keeps the author's chosen condition among its options, even if it's no longer offered.
"""

Numbered = tuple[int, Prompt]
"""A question's number, and the question."""
Offered = tuple[int, Prompt, list[tuple[str, Condition]]]
"""A numbered question, and the codes and conditions that can test its answer."""


class Asking(NamedTuple):
    """The condition under which a branch is taken or a reply is shown. ``asked`` is the question whose answer
    the condition tests, and ``number`` is that question's number.

    If the activity doesn't contain the question, ``number`` is 0 and ``asked`` is None.
    """

    number: int
    asked: Prompt | None
    condition: Condition


class BranchRow(NamedTuple):
    """One row of the branches form: a condition, and the question to go to if it's met.

    If the branch's condition isn't one that the form offers, ``also`` adds it to the choices.
    """

    when: str
    to: str
    also: Asking | None


class ReplyRow(NamedTuple):
    """A reply as the author entered it: its condition, its wording, and the prompt (by id) whose answer it
    quotes.
    """

    when: str
    say: str
    recall: str
    also: Asking | None


def plan_parts() -> Sequence[Part]:
    """Return the parts of the plan to which a question's answer can be added."""
    with current.store().reading() as tx:
        return plan.parts(tx)[1].asked


def kind_of(prompt: Prompt) -> str:
    """Return the prompt kind's name."""
    return str(prompt.__struct_config__.tag)


def kind_in(form: Form, old: Prompt | None) -> str:
    """Return the kind of question that the author chose in the form.

    If the form's kind of question is unknown, return the question's saved kind. For a new question, return
    the default kind.
    """
    chosen = first(form, "kind")
    return chosen if chosen in kinds() else kind_of(old) if old else FIRST_KIND


def new_form(activity: Activity, asked: Form) -> Form:
    """Return the form for a new question of the chosen kind.

    The form lists each branch that would skip the new question, with a box, already ticked, to include the
    question. When the author saves the form, the ticked branches lead to the new question.
    """
    kind = kind_in(asked, None)
    where = {"after": asked["after"]} if "after" in asked else {}
    through = [each.id for each in passing_by(activity, place_in(activity, asked)[1])]
    return {**form_of(blank(kinds()[kind])), **where, "kind": [kind], "through": through}


def place_in(activity: Activity, form: Form) -> tuple[str, int]:
    """Return where a new question goes: the id of the question before it (empty if there is none), and its
    position.

    A new question comes last unless the form names a position.
    """
    ids = [prompt.id for prompt in activity.prompts]
    after = first(form, "after")
    if after not in ids and (after or "after" not in form):
        after = ids[-1] if ids else ""
    return after, ids.index(after) + 1 if after else 0


def page(found: Desk, old: Prompt | None, form: Form, problems: tuple[Problem, ...] = ()) -> str:
    """Return the page for changing the question ``old``, or for adding a new question if ``old`` is None.

    If somebody else has changed the activity, the page shows the current version too.
    """
    activity, kind = found.version.activity, kind_in(form, old)
    after, at = place_in(activity, form)
    if old:
        at = editing.place(activity, old.id)
    this = old if old and kind_of(old) == kind else blank(kinds()[kind], old.id if old else "")
    rest = activity.prompts[at + 1 :] if old else activity.prompts[at:]
    earlier, later = list(enumerate(activity.prompts[:at], 1)), list(enumerate(rest, at + 2))
    numbered = {prompt.id: (number, prompt) for number, prompt in (*earlier, (at + 1, this), *later)}
    can_ask = list(offered(earlier, (at + 1, this), form))
    codes = {code for *_, codes in can_ask for code, _ in codes}
    also = functools.partial(_also, this=this, numbered=numbered, codes=codes)
    changed = found.changed_since(form)
    return render_template(
        "activities/question.html",
        desk=found,
        activity=activity,
        old=old,
        kind=kind,
        kinds=kinds(),
        form=form,
        text=functools.partial(first, form),
        problems=(*changed, *problems),
        conflict=bool(changed),
        after=after,
        number=at + 1,
        offered=can_ask,
        rows=[BranchRow(when, to, also(when)) for when, to in typed_rows(form, BRANCHES_MOST, "when", "to")],
        passing=[] if old else passing_by(activity, at),
        reply_rows=[
            ReplyRow(when, say, recall, also(when))
            for when, say, recall in typed_rows(form, REPLIES_MOST, *REPLY_FIELDS)
        ],
        this=this,
        earlier=earlier,
        later=later,
        numbered=numbered,
        parts=plan_parts() if kinds()[kind].free_text else (),
        drawn=paths(activity).rows[at] if old else None,
        labels=labels,
    )


def offered(earlier: list[Numbered], this: Numbered, form: Form) -> Iterator[Offered]:
    """Yield the questions that a branch's or a reply's condition may test.

    Yield the current question, and at most ``ASKABLE_MOST`` questions directly before it. Include earlier
    questions that the form's conditions already use. Stop adding questions once the next one would take
    the page over ``CONDITIONS_MOST`` conditions.
    """
    rows = (*form.get("when", ()), *form.get("reply-when", ()))
    typed = (condition(when, this[1].id) for when in rows)
    named = {each.prompt for each in typed if each}
    left = CONDITIONS_MOST
    for place, (number, prompt) in enumerate([this, *reversed(earlier)]):
        if place <= ASKABLE_MOST or prompt.id in named:
            conditions = list(askable(prompt))
            left -= len(conditions)
            if left >= 0:
                yield number, prompt, conditions


def typed_rows(form: Form, most: int, *names: str) -> list[tuple[str, ...]]:
    """Return at most ``most`` + 1 rows that the author has filled in, followed by two empty rows. ``names``
    are the names of the form fields in each row.
    """
    empty = ("",) * len(names)
    typed = list(zip_longest(*(form.get(name, ()) for name in names), fillvalue=""))[: most + 1]
    while typed and typed[-1] == empty:
        typed.pop()
    return [*typed, empty, empty]


def _also(when: str, this: Prompt, numbered: Mapping[str, Numbered], codes: set[str]) -> Asking | None:
    """Return the condition if the form doesn't offer it as a choice, for example because the activity was
    imported. Otherwise return None.
    """
    asks = condition(when, this.id) if when not in codes else None
    number, asked = numbered.get(asks.prompt or this.id, (0, None)) if asks else (0, None)
    return Asking(number, asked, asks) if asks else None
