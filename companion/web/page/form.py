"""The base class for forms.

For every form that people can send, a class declares the fields.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import wtforms
from flask import current_app, flash, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from companion.domain.meetings.clashes import Clashes, clashes_of
from companion.domain.refusals import ChangedElsewhere, Crowded, Problem, Refused, Rejected, SlowDown
from companion.web.gate import parked_forms
from companion.web.page.fields import Field


class Form(wtforms.Form):
    """A form and its problems.

    The form contains the values from the request. If the person had to sign in again first, the form
    contains the values that Companion kept for them.
    """

    stale: str | None = "changed_elsewhere"
    """The key of the message to show if the data has changed since the page was opened. If ``stale`` is
    None, the page doesn't say that the data has changed.
    """
    too_fast: Problem | None = None
    """The problem to show to people who send the form too often. If ``too_fast`` is None, people who send the
    form too often see an error page.
    """

    def __init__(self, sent: MultiDict[str, str] | None = None) -> None:
        self.sent = parked_forms.form() if sent is None else sent
        self.problems: tuple[Problem, ...] = ()
        self.conflict = False
        self.clashes: Clashes | None = None
        super().__init__(self.sent)

    @classmethod
    def beside(cls, form: "Form") -> Self:
        """Return ``form`` if it's of this type, or otherwise a new form of this type.

        If a page has several forms and the browser sent one, use this method to build the others when you
        show the page again.
        """
        if isinstance(form, cls):
            return form
        return cls(MultiDict() if request.method == "POST" else None)

    def begins_with(self, **values: Any) -> None:
        """Unless the user has sent this form, fill its fields with the stored values."""
        if not self.sent:
            for name, value in values.items():
                self[name].data = value

    def saw(self, revision: object) -> None:
        """Set ``seen`` to the current ``revision`` when the form is first shown, and again after somebody
        else's change.
        """
        if self.conflict or not self.sent:
            self["seen"].data = revision

    @property
    def lists(self) -> dict[str, list[str]]:
        """Return the values of every submitted field."""
        return self.sent.to_dict(flat=False)

    @property
    def texts(self) -> dict[str, str]:
        """Return the first value of every submitted field."""
        return {field.name: field.raw_data[0] for field in self if field.raw_data}

    def problem_of(self, name: str) -> Problem | None:
        """Return the problem with a field, or None."""
        return next((problem for problem in self.problems if problem.field == name), None)

    def words_typed(self) -> list[str]:
        """Return all the text that a person typed."""
        fields = [field for field in self if isinstance(field, Field) and field.words]
        return [text for field in fields for text in field.raw_data or () if text.strip()]

    def refused(self, refusal: Refused) -> HTTPStatus:
        """Add the problems from the exception ``refusal`` to the form. Return the HTTP status for the
        response.

        If the form can't show the problem, re-raise ``refusal``.
        """
        if isinstance(refusal, Rejected):
            self.problems, self.clashes = refusal.problems, clashes_of(refusal)
            return HTTPStatus.UNPROCESSABLE_ENTITY
        if isinstance(refusal, ChangedElsewhere):
            self.problems, self.conflict = (Problem(self.stale),) if self.stale else (), True
            return HTTPStatus.CONFLICT
        if self.too_fast and isinstance(refusal, SlowDown):
            self.problems = (Problem(self.too_fast.key, {"seconds": refusal.seconds}, self.too_fast.field),)
            return HTTPStatus.TOO_MANY_REQUESTS
        if self.too_fast and isinstance(refusal, Crowded):
            self.problems = (Problem("crowded"),)
            return HTTPStatus.SERVICE_UNAVAILABLE
        raise refusal


AnyForm = TypeVar("AnyForm", bound=Form)
P = ParamSpec("P")


def takes(
    form_class: type[AnyForm], page: Callable[Concatenate[AnyForm, P], ResponseReturnValue] | None = None
) -> Callable[[Callable[Concatenate[AnyForm, P], ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Return a decorator for a view that acts on a form. ``page`` renders the form, with or without errors.

    Without ``page``, Companion shows an error page if the view raises ``Refused``.
    """

    def declare(
        act: Callable[Concatenate[AnyForm, P], ResponseReturnValue],
    ) -> Callable[P, ResponseReturnValue]:
        @wraps(act)
        def view(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            form = form_class()
            if page is None:
                return act(form, *args, **kwargs)
            if request.method != "POST":
                return page(form, *args, **kwargs)
            try:
                return act(form, *args, **kwargs)
            except Refused as refusal:
                status = form.refused(refusal)
                again = make_response(page(form, *args, **kwargs))
                again.status_code = status
                if isinstance(refusal, SlowDown | Crowded):
                    again.headers["Retry-After"] = str(refusal.seconds)
                return again

        view.form_class = form_class  # type: ignore[attr-defined]  # a function can carry any attribute
        return view

    return declare


def form_class_of(endpoint: str | None) -> type[Form] | None:
    """Return an endpoint's form class, or None."""
    return getattr(current_app.view_functions.get(endpoint or ""), "form_class", None)


def done(said: str, address: str) -> ResponseReturnValue:
    """Redirect to the page ``address``, which shows the confirmation message ``said``."""
    flash(said)
    return redirect(address, 303)
