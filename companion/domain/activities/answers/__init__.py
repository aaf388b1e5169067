"""The kinds of answer. Each kind has a module in this folder and a template with the same name.

A kind is a subclass of ``Prompt``. The subclass's fields are the settings that authors can choose. Each kind
implements ``parse``, which turns a form into a value, and ``fill``, which turns a value into a form. If
branches can test the answer, the kind also implements ``chosen``, ``offers``, ``number`` and ``numbers``.
``items`` lists the items for which a part of the activity is repeated. Answers are stored as plain JSON. To
add a kind, add ``answers/<kind>.py``, ``templates/answers/<kind>.html`` and a test.
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
"""An answer as plain JSON. The answer's structure depends on the kind of prompt."""

Way = Literal["answered", "not_sure", "talk"]
"""The way in which a participant has dealt with a prompt. Whichever way it was dealt with, the prompt counts
as done.
"""

Named = Annotated[str, msgspec.Meta(max_length=40)]
"""The id of something that an author refers to, such as a prompt. The prompt may have been deleted since."""
OPTIONS_MOST = 40
"""The maximum number of options in a question. Nobody reads more than 40 options on a phone."""
BRANCHES_MOST = 50
"""The maximum number of branches from a question: one for each option, and ten for other conditions."""
REPLIES_MOST = BRANCHES_MOST
"""The maximum number of replies to a question. The limit is the same as for branches."""


class Example(NamedTuple):
    """A sample question of one kind, with an answer. The components page, the guide and the tests use the
    samples.
    """

    ask: str
    form: Form
    settings: Mapping[str, Any] = MappingProxyType({})


class Condition(Authored, frozen=True, kw_only=True):
    """A condition that an answer must meet for a branch or a reply to be used.

    The condition is met if the answer matches every given field. A condition without fields is always met.
    """

    prompt: Named = ""
    """The id of the prompt whose answer is tested. An empty id means the prompt to which the branch or reply
    belongs.
    """
    way: Way | None = None
    one_of: Annotated[tuple[Named, ...], msgspec.Meta(max_length=OPTIONS_MOST)] = ()
    at_least: int | None = None
    at_most: int | None = None


class Branch(Authored, frozen=True, kw_only=True):
    """A jump to another prompt if a condition is met.

    A branch leads to a later prompt or to ``end``. Inside a repeated part, a branch can also lead to
    ``next``, which means the next item.
    """

    to: Named
    when: Condition = Condition()


class Reply(Authored, frozen=True, kw_only=True):
    """The guide's reply to an answer. If the conditions of several replies are met, only the first of those
    replies is shown.
    """

    say: Line
    when: Condition = Condition()
    recall: Named = ""
    """The id of an earlier prompt whose answer is quoted below the reply. If that prompt has no answer, the
    reply is skipped.
    """


class Prompt(Authored, frozen=True, kw_only=True, tag_field="kind"):
    """One question of an activity."""

    id: Id
    ask: Passage
    help: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    recall: Named = ""
    """The id of an earlier prompt whose answer is quoted, in the participant's words, above this question."""
    for_each: Named = ""
    """The id of an earlier prompt, whose answer is a list. The guide asks this prompt once for each item in
    the list. Adjacent prompts with the same ``for_each`` form a repeated part.
    """
    plan: Named = ""
    """The part of the plan to which the participant can add this answer."""
    branches: Annotated[tuple[Branch, ...], msgspec.Meta(max_length=BRANCHES_MOST)] = ()
    replies: Annotated[tuple[Reply, ...], msgspec.Meta(max_length=REPLIES_MOST)] = ()
    short: bool = False
    """True if the prompt is part of the activity's short version, which takes two minutes."""

    fields: ClassVar[tuple[str, ...]] = ("answer",)
    """The names of the form fields for this kind of prompt. Only these fields are saved in a draft."""
    free_text: ClassVar[bool] = False
    """True if participants answer in their own words. The page must then show the safety line."""
    by_day: ClassVar[bool] = False
    """True if the stored answer depends on the date and on earlier entries. The page shows the entries in a
    row.
    """
    example: ClassVar[Example]

    def parse(self, form: Form) -> Value:
        """Return the answer in a submitted form, or raise ``Rejected`` if it isn't valid."""
        raise NotImplementedError  # each kind implements this

    def fill(self, value: Value) -> Form:
        """Return the form that ``parse`` would turn into this value."""
        raise NotImplementedError  # each kind implements this

    def stays_open(self, value: Value) -> bool:
        """Return whether entries can still be added to this answer on other days.

        No later prompt is asked until the answer is finished.
        """
        return False

    def taken(self, value: Value, before: Value, today: date, last_day: date | None) -> Value:
        """Return the value to store for an answer that is given today. Raise ``Rejected`` if the answer isn't
        allowed.

        ``before`` is the earlier answer that this answer replaces, if any. The work is due before the meeting
        on ``last_day``.
        """
        return value

    def chosen(self, value: Value) -> frozenset[str]:
        """Return the ids of the chosen options, for conditions that use ``one_of``."""
        return frozenset()

    def choosing(self, option_id: str) -> Value:
        """Return an answer that chooses this option, so that each option can be tested.

        Return None if this kind of prompt has no options.
        """
        return None

    def offers(self) -> tuple[str, ...]:
        """Return every id that ``chosen`` can contain, in the order in which the page shows them."""
        return ()

    def number(self, value: Value) -> int | None:
        """Return the answer's number, for conditions that use ``at_least`` or ``at_most``."""
        return None

    def numbers(self) -> range:
        """Return the range of numbers that ``number`` can return."""
        return range(0)

    def items(self, value: Value) -> list[str]:
        """Return the items in the answer, as text to show. A part of the activity can be repeated for each
        item.
        """
        return []

    def in_one(self, value: Value) -> str:
        """Return the whole answer on one line if its parts make no sense alone, otherwise an empty string."""
        return ""

    @property
    def most_items(self) -> int:
        """The maximum number of items in an answer, or 0 if answers to this kind of prompt have no items."""
        return 0

    def faults(self) -> list[str]:
        """Return the errors in this prompt's settings, as message keys."""
        return []


def kinds() -> dict[str, type[Prompt]]:
    """Return every kind of prompt by its name, in alphabetical order."""
    _look()
    found = {str(kind.__struct_config__.tag): kind for kind in Prompt.__subclasses__()}
    return dict(sorted(found.items()))


@functools.cache
def _look() -> None:
    """Import the module for each kind of prompt. Importing is slow, so it is done only once."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
