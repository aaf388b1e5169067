"""Companion: a private portal in which participants do personal work that their practitioner set."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from companion.config import Settings


def create_app(settings: "Settings | None" = None, *, for_commands: bool = False) -> "Flask":
    """Return the Flask application, configured from ``settings`` or from the environment.

    Raise ``BadSetting`` if a setting can't be used.
    """
    from companion.web.application import make_app  # imported here, so that lower layers don't import Flask

    return make_app(settings, for_commands=for_commands)
