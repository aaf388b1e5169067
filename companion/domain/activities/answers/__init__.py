"""The kinds of answer. Each kind is one file here and one template of the same name, found by looking.

A kind is a ``Prompt`` with the settings that its authors may give, and methods: ``parse`` what was
typed, ``fill`` the form again from a value; what branches may ask of it (``chosen`` of what it
``offers``, the ``number`` out of its ``numbers``); and the ``items`` that a part can be repeated for.
Values are plain JSON. To add a kind, add ``answers/<kind>.py``, ``templates/answers/<kind>.html`` and
its test.
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
"""What was said, as plain JSON: text, number, or a list of texts. Its shape belongs to its kind."""

Way = Literal["answered", "not_sure", "talk"]
"""How a prompt was done. Each of the three counts as done (content rules)."""

Named = Annotated[str, msgspec.Meta(max_length=40)]
"""What something else is called by: an id, or what was one before it was deleted."""
OPTIONS_MOST = 40
"""Options of one question: more than anybody reads on a telephone."""
BRANCHES_MOST = 50
"""Branches of one question: one for each option, and some for the other ways to answer."""
REPLIES_MOST = BRANCHES_MOST
"""Replies to one question, for the same reason."""


class Example(NamedTuple):
    """A question of one kind, with what somebody might type: for the page of components, the guide and the tests."""

    ask: str
    form: Form
    settings: Mapping[str, Any] = MappingProxyType({})


class Condition(Authored, frozen=True, kw_only=True):
    """What a branch or a reply asks of an answer. All that is given must hold; nothing given always holds."""

    prompt: Named = ""
    """The prompt asked about; empty is the prompt that the branch or reply belongs to."""
    way: Way | None = None
    one_of: Annotated[tuple[Named, ...], msgspec.Meta(max_length=OPTIONS_MOST)] = ()
    at_least: int | None = None
    at_most: int | None = None


class Branch(Authored, frozen=True, kw_only=True):
    """Where a prompt leads when its condition holds: a later prompt, ``end``, or in a part ``next``, its next item."""

    to: Named
    when: Condition = Condition()


class Reply(Authored, frozen=True, kw_only=True):
    """What the guide says after an answer. Of a prompt's replies the first whose condition holds is said."""

    say: Line
    when: Condition = Condition()
    recall: Named = ""
    """The earlier prompt whose answer stands below it; where he gave none, this reply is passed over."""


class Prompt(Authored, frozen=True, kw_only=True, tag_field="kind"):
    """One question of an activity."""

    id: Id
    ask: Passage
    help: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    recall: Named = ""
    """The earlier prompt whose answer stands above this question, in his own words."""
    for_each: Named = ""
    """The earlier prompt for each of whose items this one is asked. Neighbours with the same one form a part."""
    plan: Named = ""
    """The part of the plan for which what he says here is offered as a line, in his own words."""
    branches: Annotated[tuple[Branch, ...], msgspec.Meta(max_length=BRANCHES_MOST)] = ()
    replies: Annotated[tuple[Reply, ...], msgspec.Meta(max_length=REPLIES_MOST)] = ()
    short: bool = False
    """Whether it belongs to the short version, the two-minute way."""

    fields: ClassVar[tuple[str, ...]] = ("answer",)
    """The form fields that belong to this kind; a draft keeps these and no others."""
    free_text: ClassVar[bool] = False
    """True where the participant writes in his own words, so that the content rules' line stands there."""
    by_day: ClassVar[bool] = False
    """True where ``taken`` depends on the day, and on what was said before; its template then draws a ``week``."""
    example: ClassVar[Example]

    def parse(self, form: Form) -> Value:
        """The value of what was typed. Raises ``Rejected``."""
        raise NotImplementedError

    def fill(self, value: Value) -> Form:
        """The form that ``parse`` would turn into this value."""
        raise NotImplementedError

    def stays_open(self, value: Value) -> bool:
        """Whether there is more to say to it on other days, so that nothing after it is asked yet."""
        return False

    def taken(self, value: Value, before: Value, today: date, last_day: date | None) -> Value:
        """The answer as it is kept when it is given today; ``before`` is the one that it replaces, if any.

        ``last_day`` is the day of the meeting that it is due before. Raises ``Rejected``.
        """
        return value

    def chosen(self, value: Value) -> frozenset[str]:
        """The options that were chosen, for branches with ``one_of``."""
        return frozenset()

    def choosing(self, option_id: str) -> Value:
        """An answer that chooses this option, for what is judged of each; None where nothing is chosen."""
        return None

    def offers(self) -> tuple[str, ...]:
        """Everything that ``chosen`` can give, in the order in which it is offered."""
        return ()

    def number(self, value: Value) -> int | None:
        """The number that branches compare with ``at_least`` and ``at_most``."""
        return None

    def numbers(self) -> range:
        """Every number that ``number`` can give."""
        return range(0)

    def items(self, value: Value) -> list[str]:
        """What a part is repeated for, each in his own words or as it was offered."""
        return []

    def in_one(self, value: Value) -> str:
        """The whole answer on one line, where its parts mean nothing apart; empty where they do."""
        return ""

    @property
    def most_items(self) -> int:
        """The most items that an answer can have; 0 where a part cannot be repeated for them."""
        return 0

    def faults(self) -> list[str]:
        """What an author got wrong in this prompt's own settings, as keys."""
        return []


def kinds() -> dict[str, type[Prompt]]:
    """Every kind by its name, in the order of names."""
    _look()
    found = {str(kind.__struct_config__.tag): kind for kind in Prompt.__subclasses__()}
    return dict(sorted(found.items()))


@functools.cache
def _look() -> None:
    """Import what lies here, once: to read the folder takes longer than all that is done with a kind."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
