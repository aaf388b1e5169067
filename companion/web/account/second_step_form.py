"""Read the second sign-in step from a form, and find out which site a passkey belongs to."""

from flask import abort, request

from companion.services.accounts.passkeys import Site
from companion.services.accounts.second_step import Given
from companion.web.account.forms import SecondStep


def site() -> Site:
    """Return this site's address as the browser sees it.

    The address comes from the request's host, which the proxy has checked.
    """
    host = request.host.partition(":")[0]
    if not host:
        abort(400)
    return Site(host, f"{request.scheme}://{request.host}")


def given(form: SecondStep) -> Given:
    """Return the code or passkey that was sent as the second sign-in step."""
    return Given(form.code.data, form.passkey.data, site())
