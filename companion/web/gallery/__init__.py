"""Every component with its states, on one page. Only the demo has it; elsewhere there is no such address.

What it says beside the components is English, and in no catalogue: it is for those who build pages.
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
    """The tokens of the look by day, as the style sheet has them."""
    css = Path(str(current_app.static_folder), "css", "companion", "1-tokens.css").read_text()
    return dict(TOKEN.findall(css[css.index(":root") : css.index("@media")]))


@bp.get("/_components")
@access.public
def components() -> str:
    """``GET /_components``: every macro of the components, empty, long and wrong."""
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
