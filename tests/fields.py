"""Read the form fields of a page."""

import html
import re


def value_of(name: str, page: str) -> str:
    """Return the value of the first field with this name."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return html.unescape(found[1])
