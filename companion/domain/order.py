from collections.abc import Sequence
from typing import TypeVar

from companion.domain.refusals import Problem, Rejected

Item = TypeVar("Item")


def one_place(items: Sequence[Item], item: Item, to: str) -> tuple[Item, ...]:
    """Move an item ``up`` or ``down`` by one position, but not past either end.

    Return the items in the new order. Raise ``Rejected`` if ``to`` is neither ``up`` nor ``down``.
    """
    if to not in ("up", "down"):
        raise Rejected(Problem("not_offered"))
    order = list(items)
    here = order.index(item)
    there = min(max(here + (-1 if to == "up" else 1), 0), len(order) - 1)
    order.insert(there, order.pop(here))
    return tuple(order)
