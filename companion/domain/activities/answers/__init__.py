"""The kinds of answer. Each has a module here and a template of the same name; both are found by listing the folder.

A kind is a subclass of ``Prompt``: its fields are the settings that authors can give. It implements ``parse`` (form
to value) and ``fill`` (value to form), and, if branches can test it, ``chosen``, ``offers``, ``number`` and
``numbers``. ``items`` lists what a repeated part is repeated for. Values are plain JSON. To add a kind, add
``answers/<kind>.py``, ``templates/answers/<kind>.html`` and a test.
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
"""An answer as plain JSON: text, a number, or a list of texts. Its shape depends on the kind."""

Way = Literal["answered", "not_sure", "talk"]
"""How a prompt was done. All three count as done (content rules)."""

Named = Annotated[str, msgspec.Meta(max_length=40)]
"""A reference to something by its id, which may since have been deleted."""
OPTIONS_MOST = 40
"""Most options per question: more than anybody reads on a phone."""
BRANCHES_MOST = 50
"""Most branches per question: one per option, plus some for the other ways to answer."""
REPLIES_MOST = BRANCHES_MOST
"""Most replies per question, for the same reason."""


class Example(NamedTuple):
    """A sample question of one kind, and an answer somebody might type: for the components page, the guide and the
    tests.
    """

    ask: str
    form: Form
    settings: Mapping[str, Any] = MappingProxyType({})


class Condition(Authored, frozen=True, kw_only=True):
    """A branch's or a reply's requirement of an answer. Every field given must hold; with none
    given, it always holds.
    """

    prompt: Named = ""
    """The prompt whose answer is tested; empty means the prompt that the branch or reply belongs to."""
    way: Way | None = None
    one_of: Annotated[tuple[Named, ...], msgspec.Meta(max_length=OPTIONS_MOST)] = ()
    at_least: int | None = None
    at_most: int | None = None


class Branch(Authored, frozen=True, kw_only=True):
    """Where to go if the condition holds: a later prompt, ``end``, or, inside a part, ``next`` for the next item."""

    to: Named
    when: Condition = Condition()


class Reply(Authored, frozen=True, kw_only=True):
    """The guide's words after an answer. The first of a prompt's replies whose condition holds is shown."""

    say: Line
    when: Condition = Condition()
    recall: Named = ""
    """An earlier prompt whose answer is quoted below the reply; without an answer there, this reply is skipped."""


class Prompt(Authored, frozen=True, kw_only=True, tag_field="kind"):
    """One question of an activity."""

    id: Id
    ask: Passage
    help: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    recall: Named = ""
    """An earlier prompt whose answer is quoted above this question, in the participant's own words."""
    for_each: Named = ""
    """An earlier prompt: ask this one once for each of its items. Adjacent prompts with the same
    value form a part.
    """
    plan: Named = ""
    """Which part of the plan his answer is offered for, as a line in his own words."""
    branches: Annotated[tuple[Branch, ...], msgspec.Meta(max_length=BRANCHES_MOST)] = ()
    replies: Annotated[tuple[Reply, ...], msgspec.Meta(max_length=REPLIES_MOST)] = ()
    short: bool = False
    """Whether it is in the short version (the two-minute way)."""

    fields: ClassVar[tuple[str, ...]] = ("answer",)
    """The form fields of this kind. A draft keeps only these."""
    free_text: ClassVar[bool] = False
    """Whether he writes in his own words, so that the page shows the content rules' safety line."""
    by_day: ClassVar[bool] = False
    """Whether ``taken`` depends on the day and on earlier entries. Its template then draws a ``week``."""
    example: ClassVar[Example]

    def parse(self, form: Form) -> Value:
        """Return the value of a submitted form. Raise ``Rejected``."""
        raise NotImplementedError  # each kind has its own

    def fill(self, value: Value) -> Form:
        """Return the form that ``parse`` would turn into this value."""
        raise NotImplementedError  # each kind has its own

    def stays_open(self, value: Value) -> bool:
        """Whether entries can still be added on other days. Until it is finished, nothing after it is asked."""
        return False

    def taken(self, value: Value, before: Value, today: date, last_day: date | None) -> Value:
        """Return the answer as it is stored if given today; ``before`` is the answer it replaces, if any.

        ``last_day`` is the day of the meeting that the work is due before. Raise ``Rejected``.
        """
        return value

    def chosen(self, value: Value) -> frozenset[str]:
        """Return the options chosen, for branches with ``one_of``."""
        return frozenset()

    def choosing(self, option_id: str) -> Value:
        """Return an answer that chooses this option, to test each option in turn; None if the kind has no options."""
        return None

    def offers(self) -> tuple[str, ...]:
        """Return everything that ``chosen`` can contain, in the order shown."""
        return ()

    def number(self, value: Value) -> int | None:
        """Return the number that branches compare with ``at_least`` and ``at_most``."""
        return None

    def numbers(self) -> range:
        """Return every number that ``number`` can return."""
        return range(0)

    def items(self, value: Value) -> list[str]:
        """Return what a part is repeated for: his own words, or the options as shown."""
        return []

    def in_one(self, value: Value) -> str:
        """Return the whole answer on one line if its parts mean nothing alone; otherwise empty."""
        return ""

    @property
    def most_items(self) -> int:
        """The most items that an answer can have; 0 if no part can be repeated for them."""
        return 0

    def faults(self) -> list[str]:
        """Return the errors in this prompt's own settings, as message keys."""
        return []


def kinds() -> dict[str, type[Prompt]]:
    """Return every kind by name, sorted."""
    _look()
    found = {str(kind.__struct_config__.tag): kind for kind in Prompt.__subclasses__()}
    return dict(sorted(found.items()))


@functools.cache
def _look() -> None:
    """Import the kinds once: reading the folder takes longer than all the work done with a kind."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
