"""Companion is a private portal where participants do written work that their practitioner sets."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from companion.config import Settings


def create_app(settings: "Settings | None" = None, *, for_commands: bool = False) -> "Flask":
    """Return the Flask application, configured from ``settings`` or from the environment.

    With ``for_commands``, don't open the databases. Raise ``BadSetting`` if a setting can't be used or the
    keys are missing.
    """
    from companion.web.application import make_app  # imported here so that lower layers don't load Flask

    return make_app(settings, for_commands=for_commands)
