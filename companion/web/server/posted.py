"""The form fields in the body of a request."""

from flask import request
from werkzeug.datastructures import MultiDict


def posted() -> MultiDict[str, str]:
    """Return every form field in the request's body. Raise Werkzeug's error for a body that is too large or
    cut off.
    """
    return request.form
