"""Variables and functions for every template."""

from collections.abc import Iterable
from uuid import uuid4

from flask import Flask, current_app, g, request, url_for
from jinja2 import StrictUndefined
from jinja2.environment import TemplateModule

from companion.domain.accounts.sessions import idle_rule
from companion.domain.activities.answers import Prompt
from companion.domain.people import Role, Viewer
from companion.domain.plan.diff import Stretch, words_compared
from companion.domain.refusals import Problem
from companion.translations import languages
from companion.web.page import error_summary, qr_code
from companion.web.page.i18n import translate as _
from companion.web.page.languages import language

START = {
    Role.PARTICIPANT: "participant.home",
    Role.PRACTITIONER: "practitioner.board",
    Role.LEAD: "lead.home",
    Role.ADMINISTRATOR: "admin.staff",
}
"""Each role's start page."""

COMPARED_ON_PAGE = 40_000
"""The maximum number of words that a page compares to mark differences between texts."""


def problem_for(problems: Iterable[Problem], name: str) -> Problem | None:
    """Return the problem with a field, or None."""
    return next((problem for problem in problems or () if problem.field == name), None)


def navigation(viewer: Viewer) -> list[tuple[str, str, bool]]:
    """Return the staff pages' navigation: each page's label, its URL, and True for the current page."""
    places = {
        Role.PRACTITIONER: [
            ("practitioner.board", _("My caseload")),
            ("activities.library", _("Activities")),
        ],
        Role.LEAD: [
            ("lead.home", _("Service")),
            ("lead.concerns", _("Concerns")),
            ("activities.library", _("Activities")),
            ("lead.staff", _("Staff")),
        ],
        Role.ADMINISTRATOR: [("admin.staff", _("Staff")), ("admin.signposts", _("Signposts"))],
    }.get(viewer.role, [])
    account = [("account.account", _("My account"))] if viewer.role.staff else []
    return [
        (label, url_for(endpoint), endpoint == request.endpoint) for endpoint, label in [*places, *account]
    ]


def compared(before: str, after: str) -> tuple[list[Stretch], list[Stretch]]:
    """Return two texts with the differences marked.

    If comparing the texts would exceed the page's word limit, return them without marking the differences.
    """
    g.compared = g.get("compared", 0) + len(before.split()) + len(after.split())
    if g.compared <= COMPARED_ON_PAGE:
        return words_compared(before, after)
    return [Stretch(before, before == after)], [Stretch(after, before == after)]


def page_path() -> str:
    """Return the URL that opens the current page again.

    If a page is shown in response to a POST to a different URL, the view sets ``g.page`` to the page's usual
    URL.
    """
    return str(g.get("page", request.path)).partition("?")[0]


def page_mark() -> str:
    """Return a short value that identifies the signed-in person. Return an empty string if nobody is fully
    signed in.
    """
    signed_in = g.get("signed_in")
    return str(signed_in.mark) if signed_in and signed_in.complete and not signed_in.locked else ""


def page_address() -> str:
    """Return the current page's URL and query, so that the person comes back to it after signing in."""
    path = page_path()
    return request.full_path.rstrip("?") if request.method == "GET" and path == request.path else path


def macros_of(prompt: Prompt) -> TemplateModule:
    """Return the template macros for the prompt's kind of answer.

    Templates call this function because importing the macros would load them again each time.
    """
    return macros_of_kind(str(prompt.__struct_config__.tag))


def macros_of_kind(kind: str) -> TemplateModule:
    return current_app.jinja_env.get_template(f"answers/{kind}.html").module


def install(app: Flask) -> None:
    """Make the language, the viewer and the navigation available to templates.

    Public pages have no viewer.
    """
    qr_code.install(app)

    @app.context_processor
    def common() -> dict[str, object]:
        signed_in = g.get("signed_in")
        viewer = signed_in.viewer if signed_in and signed_in.complete and not signed_in.locked else None
        return {
            "language": language(),
            "languages_offered": ()
            if (signed_in and signed_in.viewer.role.staff) or not languages()[1:]
            else languages(),
            "viewer": viewer,
            "is_demo": app.extensions["settings"].mode == "demo",
            "idle_seconds": int(idle_rule(viewer.role).idle.total_seconds()) if viewer else 0,
            "nav": navigation(viewer) if viewer and viewer.role.staff and not signed_in.shared_with else [],
        }

    app.jinja_env.globals.update(
        macros_of=macros_of,
        macros_of_kind=macros_of_kind,
        problem_for=problem_for,
        page_path=page_path,
        page_mark=page_mark,
        page_address=page_address,
        new_id=uuid4,
        within=error_summary.within,
        outside=error_summary.outside,
        field_called=error_summary.called,
        place_of_lines=error_summary.place_of_lines,
    )
    app.jinja_env.filters["with_summary"] = error_summary.with_summary
    app.jinja_env.globals["words_compared"] = compared
    app.jinja_env.undefined = StrictUndefined  # an undefined name is an error
