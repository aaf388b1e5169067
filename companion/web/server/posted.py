"""The body of a request. Views read it through declared forms (web/page/form.py)."""

from flask import request
from werkzeug.datastructures import MultiDict


def posted() -> MultiDict[str, str]:
    """Every field of this request's body. Raise what Werkzeug raises for one that is too large or broken off."""
    return request.form
