"""A page with every component in all its states, for developers. The page exists only in the demo.

The text around the components isn't translated.
"""

import re
from itertools import count
from pathlib import Path

from flask import Blueprint, current_app, render_template

from companion import content
from companion.domain.signposts.signposts import opening
from companion.web.gallery.kinds import samples
from companion.web.gallery.specimens import Specimens
from companion.web.gate import access, clock

bp = Blueprint("gallery", __name__)
TOKEN = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")


def tokens() -> dict[str, str]:
    """Return the light theme's design tokens from the style sheet."""
    css = Path(str(current_app.static_folder), "css", "companion", "1-tokens.css").read_text()
    return dict(TOKEN.findall(css[css.index(":root") : css.index("@media")]))


@bp.get("/_components")
@access.public
def components() -> str:
    """``GET /_components``: show every component."""
    now = clock.now()
    numbers = count(1)
    return render_template(
        "gallery/components.html",
        tokens=tokens(),
        samples=samples(),
        w=Specimens(now),
        now=now,
        signposts=[(each, opening(each, now)) for each in content.shipped_directory().signposts],
        unique=lambda: f"specimen-{next(numbers)}",
    )
