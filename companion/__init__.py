"""Companion: a private portal in which participants do personal work that their practitioner set."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from companion.config import Settings


def create_app(settings: "Settings | None" = None, *, for_commands: bool = False) -> "Flask":
    """Return the application, from settings or the environment. Raise ``BadSetting``."""
    from companion.web.application import make_app  # imported here, so that the lower floors import no Flask

    return make_app(settings, for_commands=for_commands)
