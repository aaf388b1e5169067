"""All attacks, found by listing their folder."""

import importlib
import pkgutil
from dataclasses import dataclass
from types import ModuleType

from tests.attacks import attempts
from tests.attacks.judging import Seen
from tests.attacks.places import Kind, Place


@dataclass(frozen=True)
class Attack:
    """An attack, and the module that describes the attack."""

    module: ModuleType

    @property
    def name(self) -> str:
        """Return the attack's name, such as ``a1_marks``."""
        return self.module.__name__.rpartition(".")[2]

    @property
    def about(self) -> str:
        """Return the description of what the attacker does and what must not happen."""
        return self.module.__doc__ or ""

    @property
    def places(self) -> tuple[Kind, ...]:
        places: tuple[Kind, ...] = self.module.PLACES
        return places

    @property
    def spoils(self) -> bool:
        """Return whether this attack makes its portal unusable for other attacks."""
        return bool(getattr(self.module, "SPOILS", False))

    def is_named(self, name: str) -> bool:
        """Return whether this name, such as ``a4``, refers to the attack."""
        return self.name == name or self.name.startswith(f"{name}_")

    def tried(self, place: Place) -> Seen:
        seen: Seen = self.module.attack(place)
        return seen


def attacks() -> list[Attack]:
    """Return all attacks, in the order of their numbers."""
    names = sorted((each.name for each in pkgutil.iter_modules(attempts.__path__)), key=_number)
    return [Attack(importlib.import_module(f"{attempts.__name__}.{name}")) for name in names]


def _number(name: str) -> tuple[str, int, str]:
    number, _, rest = name.partition("_")
    return number[0], int(number[1:]), rest
