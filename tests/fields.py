"""What stands in the fields of a page."""

import html
import re


def value_of(name: str, page: str) -> str:
    """What the first field of this name holds."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return html.unescape(found[1])
