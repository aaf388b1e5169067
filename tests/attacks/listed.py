"""Every attack, found by listing the folder."""

import importlib
import pkgutil
from dataclasses import dataclass
from types import ModuleType

from tests.attacks import attempts
from tests.attacks.judging import Seen
from tests.attacks.places import Kind, Place


@dataclass(frozen=True)
class Attack:
    """One attack, as its module describes it."""

    module: ModuleType

    @property
    def name(self) -> str:
        """Such as ``a1_marks``."""
        return self.module.__name__.rpartition(".")[2]

    @property
    def about(self) -> str:
        """What an attacker does, and what must hold."""
        return self.module.__doc__ or ""

    @property
    def places(self) -> tuple[Kind, ...]:
        """Where it is tried."""
        places: tuple[Kind, ...] = self.module.PLACES
        return places

    @property
    def spoils(self) -> bool:
        """Whether it leaves a portal unfit for any other attack."""
        return bool(getattr(self.module, "SPOILS", False))

    def is_named(self, name: str) -> bool:
        """Whether this name refers to it, such as ``a4`` or ``a4_drafts``."""
        return self.name == name or self.name.startswith(f"{name}_")

    def tried(self, place: Place) -> Seen:
        """Try it there."""
        seen: Seen = self.module.attack(place)
        return seen


def attacks() -> list[Attack]:
    """Every one, in order of its number."""
    names = sorted((each.name for each in pkgutil.iter_modules(attempts.__path__)), key=_number)
    return [Attack(importlib.import_module(f"{attempts.__name__}.{name}")) for name in names]


def _number(name: str) -> tuple[str, int, str]:
    number, _, rest = name.partition("_")
    return number[0], int(number[1:]), rest
