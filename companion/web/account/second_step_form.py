"""The second step as a form carries it, and the site that a passkey is bound to."""

from flask import abort, request

from companion.services.accounts.passkeys import Site
from companion.services.accounts.second_step import Given
from companion.web.account.forms import SecondStep


def site() -> Site:
    """This site, as the browser sees it: the host of the request, which the proxy in front vouches for."""
    host = request.host.partition(":")[0]
    if not host:
        abort(400)
    return Site(host, f"{request.scheme}://{request.host}")


def given(form: SecondStep) -> Given:
    """What this form gives as the second step."""
    return Given(form.code.data, form.passkey.data, site())
