"""The second step's form fields, and the site that a passkey is bound to."""

from flask import abort, request

from companion.services.accounts.passkeys import Site
from companion.services.accounts.second_step import Given
from companion.web.account.forms import SecondStep


def site() -> Site:
    """Return this site as the browser sees it: the request's host, which the proxy vouches for."""
    host = request.host.partition(":")[0]
    if not host:
        abort(400)
    return Site(host, f"{request.scheme}://{request.host}")


def given(form: SecondStep) -> Given:
    """Return the second step that this form gives."""
    return Given(form.code.data, form.passkey.data, site())
