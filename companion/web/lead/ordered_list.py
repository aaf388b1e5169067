"""The view functions for moving, retiring and bringing back the items of a list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from companion.domain.people import Role
from companion.services.act import Actor
from companion.web.gate import access, current
from companion.web.lead.forms import Place
from companion.web.page.form import Form, done, takes


class Edits(Protocol):
    """The module in ``companion/services`` with the functions that change the list on the page. ``seen`` is
    the version of the list that the page shows.
    """

    def move(self, actor: Actor, item: str, seen: int, to: str, /) -> None:
        """Move an item up or down."""

    def retire(self, actor: Actor, item: str, seen: int, /, *, retired: bool) -> None:
        """Retire an item in the list, or bring an item back."""


@dataclass(frozen=True)
class OrderedList:
    """The view functions for changing the list shown on ``page``.

    The function ``address`` takes an item's id and returns the URL at which ``page`` shows the item.
    """

    edits: Edits
    page: Callable[[Form], str]
    address: Callable[[str], str]
    retired: Callable[[], str]
    """A function that returns the message to show after a lead has retired an item."""
    asked_again: Callable[[], str]

    def add_urls(self, bp: Blueprint, rule: str, name: str) -> None:
        """Register the URLs for moving, retiring and bringing back items."""
        for verb, ending, act in (
            ("move", "place", self._move),
            ("retire", "retirement", self._retire),
            ("return", "return", self._ask_again),
        ):
            view = access.roles(Role.LEAD)(takes(Place, self._again)(act))
            bp.add_url_rule(f"{rule}/<item>/{ending}", f"{verb}_{name}", view, methods=["POST"])

    def _again(self, form: Place, item: str) -> str:
        return self.page(form)

    def _move(self, form: Place, item: str) -> ResponseReturnValue:
        self.edits.move(current.actor(), item, form.seen.data, form.to.data)
        return redirect(self.address(item), 303)

    def _retire(self, form: Place, item: str) -> ResponseReturnValue:
        self.edits.retire(current.actor(), item, form.seen.data, retired=True)
        return done(self.retired(), self.address(item))

    def _ask_again(self, form: Place, item: str) -> ResponseReturnValue:
        self.edits.retire(current.actor(), item, form.seen.data, retired=False)
        return done(self.asked_again(), self.address(item))
