"""The accessibility statement, which is public, the same for everybody, and silent about the service's
purpose.
"""

from flask import Response, make_response, render_template, request

from companion.web.gate import access
from companion.web.page.languages import speak

CACHED = 3600
"""For how many seconds a cached copy may be shown."""


@access.apart
@access.uncounted
@access.public
def accessibility(language: str) -> Response:
    """``GET /accessibility``: say what works, what doesn't, who to tell about problems, and what the
    alternatives are.
    """
    speak(language)  # only the URL decides, so that a cached copy is the same for everybody
    response = make_response(render_template("public/accessibility.html", language=language))
    response.headers["Cache-Control"] = f"public, max-age={CACHED}"
    response.add_etag()
    response.make_conditional(request)
    return response
