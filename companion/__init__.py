"""Companion: a private portal in which a participant does the personal work that a practitioner set."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from companion.config import Settings


def create_app(settings: "Settings | None" = None, *, for_commands: bool = False) -> "Flask":
    """The application, from settings or the environment. Raises ``BadSetting``."""
    from companion.web.application import make_app  # here, so that the lower floors import no Flask

    return make_app(settings, for_commands=for_commands)
