"""The body of a request. Views read the body through declared forms (web/page/form.py)."""

from flask import request
from werkzeug.datastructures import MultiDict


def posted() -> MultiDict[str, str]:
    """Return every form field in the request's body. Raise Werkzeug's error if the body is too large or cut
    off.
    """
    return request.form
