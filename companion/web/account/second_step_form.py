"""The second step as a form carries it, and the site that a passkey is bound to."""

from flask import abort, request

from companion.services.accounts.passkeys import Site
from companion.services.accounts.second_step import Given


def site() -> Site:
    """This site, as the browser sees it: the host of the request, which the proxy in front vouches for."""
    host = request.host.partition(":")[0]
    if not host:
        abort(400)
    return Site(host, f"{request.scheme}://{request.host}")


def given() -> Given:
    """What the form of this request gives as the second step."""
    return Given(request.form.get("code", ""), request.form.get("passkey", ""), site())
