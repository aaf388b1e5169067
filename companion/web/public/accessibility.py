"""The public accessibility statement. The statement doesn't reveal the service's purpose."""

from flask import Response, make_response, render_template, request

from companion.web.gate import access
from companion.web.page.languages import speak

CACHED = 3600
"""The number of seconds for which browsers may show a cached copy of the accessibility statement."""


@access.apart
@access.uncounted
@access.public
def accessibility(language: str) -> Response:
    """``GET /accessibility``: say what works, what doesn't, and who to tell about problems."""
    speak(language)  # the language depends only on the URL, so everybody can get a cached copy
    response = make_response(render_template("public/accessibility.html", language=language))
    response.headers["Cache-Control"] = f"public, max-age={CACHED}"
    response.add_etag()
    response.make_conditional(request)
    return response
