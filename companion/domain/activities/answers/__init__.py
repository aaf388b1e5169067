"""The kinds of answer. Each kind of answer has a module and a template of the same name.

Each kind of answer is a subclass of ``Prompt``. The method ``parse`` turns a form into an answer. The method
``fill`` turns an answer into a form. For branches that depend on options, the class must define the methods
``chosen`` and ``offers``. Kinds of answer that branches can compare as numbers must define ``number`` and
``numbers``. Answers are stored as plain JSON. To add a kind of answer, add ``answers/<kind>.py``,
``templates/answers/<kind>.html`` and a test.
"""

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import msgspec

from companion.domain.authored import Authored, Id, Line, Passage
from companion.domain.forms import Form

Value = Any
"""An answer as plain JSON, with a different structure for each kind of prompt."""

Way = Literal["answered", "not_sure", "talk"]
"""The way in which a participant has responded to a prompt."""

Named = Annotated[str, msgspec.Meta(max_length=40)]
"""A reference from one part of an activity file to another part, such as a prompt, by its id.

The prompt with this id may have been removed from the activity.
"""
OPTIONS_MOST = 40
"""The maximum number of options in a question."""
BRANCHES_MOST = 50
REPLIES_MOST = BRANCHES_MOST


class Example(NamedTuple):
    """A sample question with an answer."""

    ask: str
    form: Form
    settings: Mapping[str, Any] = MappingProxyType({})


class Condition(Authored, frozen=True, kw_only=True):
    """The condition for a branch or a reply.

    Fields of the condition that are empty are ignored; the answer must match all the others. A condition
    without fields is always met.
    """

    prompt: Named = ""
    """The id of the prompt whose answer the condition tests. An empty ``prompt`` means the prompt that the
    condition belongs to.
    """
    way: Way | None = None
    one_of: Annotated[tuple[Named, ...], msgspec.Meta(max_length=OPTIONS_MOST)] = ()
    at_least: int | None = None
    at_most: int | None = None


class Branch(Authored, frozen=True, kw_only=True):
    """A jump to another prompt if a condition is met.

    A branch leads to a later prompt or to ``end``. In a repeated part, ``next`` leads to the next item.
    """

    to: Named
    when: Condition = Condition()


class Reply(Authored, frozen=True, kw_only=True):
    """A reply that the activity's author wrote for a participant's answer.

    If the author wrote several replies to an answer, the participant sees only the first whose condition is
    met.
    """

    say: Line
    when: Condition = Condition()
    recall: Named = ""
    """The id of the earlier prompt whose answer this reply quotes. Companion shows a reply that quotes an
    answer only if that answer has been given.
    """


class Prompt(Authored, frozen=True, kw_only=True, tag_field="kind"):
    """One question of an activity."""

    id: Id
    ask: Passage
    help: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    recall: Named = ""
    """The id of the earlier prompt whose answer is quoted above this question."""
    for_each: Named = ""
    """The id of the earlier prompt whose list this prompt asks about. If ``for_each`` gives the id of an
    earlier prompt, ask this prompt once for each item in the answer to that prompt. Neighbouring prompts that
    ask about the same list make up one repeated part.
    """
    plan: Named = ""
    """The id of the part of the relapse-prevention plan into which participants can copy this answer."""
    branches: Annotated[tuple[Branch, ...], msgspec.Meta(max_length=BRANCHES_MOST)] = ()
    replies: Annotated[tuple[Reply, ...], msgspec.Meta(max_length=REPLIES_MOST)] = ()
    short: bool = False
    """True if the prompt belongs to the activity's two-minute version."""

    fields: ClassVar[tuple[str, ...]] = ("answer",)
    """The names of this prompt's form fields. Drafts contain all the form fields."""
    free_text: ClassVar[bool] = False
    """True if participants answer in their own words.

    A page for free text must show the line about urgent help.
    """
    by_day: ClassVar[bool] = False
    """True for answers with one entry a day."""
    example: ClassVar[Example]

    def parse(self, form: Form) -> Value:
        """Return the answer that the participant entered in the form. Raise ``Rejected`` if the answer isn't
        valid.
        """
        raise NotImplementedError  # each kind implements this

    def fill(self, value: Value) -> Form:
        """Return the form fields for this answer."""
        raise NotImplementedError  # each kind implements this

    def stays_open(self, value: Value) -> bool:
        """Return whether the participant can add entries on later days.

        Until the answer is finished, the guided conversation asks no further prompt.
        """
        return False

    def taken(self, value: Value, before: Value, today: date, last_day: date | None) -> Value:
        """Return the answer to store if the participant answers on the day ``today``. Raise ``Rejected`` if
        the answer isn't allowed.

        ``before`` is the answer that the participant gave earlier, if any. ``last_day`` is the day of the
        appointment for which the work is due, if any. Companion calls this method only if ``by_day`` is True.
        """
        return value

    def chosen(self, value: Value) -> frozenset[str]:
        """Return the ids of the chosen options, for conditions that use ``one_of``."""
        return frozenset()

    def choosing(self, option_id: str) -> Value:
        """Return an answer that chooses this option, or None if authors write no options for this kind of
        prompt.
        """
        return None

    def offers(self) -> tuple[str, ...]:
        """Return every option id that the method ``chosen`` can return, in the order in which the page shows
        the options.
        """
        return ()

    def number(self, value: Value) -> int | None:
        """Return the answer as a number, for conditions that use ``at_least`` or ``at_most``. Return None if
        this kind of answer isn't a number.
        """
        return None

    def numbers(self) -> range:
        """Return the range of numbers that an answer to this prompt can have, or an empty range."""
        return range(0)

    def items(self, value: Value) -> list[str]:
        """Return the items in the answer, as text to show."""
        return []

    def in_one(self, value: Value) -> str:
        """Return the answer on one line, or an empty string if this kind of answer needs more."""
        return ""

    @property
    def most_items(self) -> int:
        """The maximum number of items in an answer (0 for answers without items)."""
        return 0

    def faults(self) -> list[str]:
        """Return the errors in this prompt's settings, as message keys."""
        return []


def kinds() -> dict[str, type[Prompt]]:
    """Return a dict of all kinds of prompt, keyed by name and in alphabetical order."""
    _look()
    found = {str(kind.__struct_config__.tag): kind for kind in Prompt.__subclasses__()}
    return dict(sorted(found.items()))


@functools.cache
def _look() -> None:
    """Import every module in this package."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
