"""Read the code or passkey response for the second sign-in step from a form."""

from flask import abort, request

from companion.services.accounts.passkeys import Site
from companion.services.accounts.second_step import Given
from companion.web.account.forms import SecondStep


def site() -> Site:
    """Return the address at which the browser opened the site.

    The proxy has checked the request's host.
    """
    host = request.host.partition(":")[0]
    if not host:
        abort(400)
    return Site(host, f"{request.scheme}://{request.host}")


def given(form: SecondStep) -> Given:
    """Return the submitted code or passkey."""
    return Given(form.code.data, form.passkey.data, site())
