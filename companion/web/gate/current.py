"""Functions that return parts of the running application and of the current request."""

from typing import cast

from flask import current_app, g, request, session

from companion.config import Settings
from companion.domain.people import Viewer
from companion.services.act import Actor
from companion.store.accounts.passphrases import Hasher
from companion.store.accounts.sessions import SignedIn
from companion.store.base import DatabaseUnavailable, Store
from companion.store.records.erased_list import ErasedList
from companion.store.signposts.help_file import Snapshot
from companion.web.gate import clock


class NotMarked(Exception):
    """Raised if a view uses something that its access rule doesn't declare."""


def settings() -> Settings:
    """Return the application's settings."""
    return cast(Settings, current_app.extensions["settings"])


def store() -> Store:
    """Return the application's databases.

    Raise ``DatabaseUnavailable`` until the databases have been opened.
    """
    if "store" not in current_app.extensions:
        raise DatabaseUnavailable("The databases are not open yet.")
    return cast(Store, current_app.extensions["store"])


def erased() -> ErasedList:
    """Return the list of erased accounts."""
    return ErasedList.at(settings().home)


def snapshot() -> Snapshot:
    """Return the saved copy of the signposts, which works without the database."""
    return cast(Snapshot, current_app.extensions["snapshot"])


def hasher() -> Hasher:
    """Return the password hasher with this client's rate limits, for views marked with ``access.hashes``.

    Raise ``NotMarked`` in any other view, because the threads for other views must not wait for hashing.
    """
    if not g.get("hashes"):
        raise NotMarked(f"{request.endpoint} hashes, and its rule does not say so.")
    account = str(viewer().account_id) if "signed_in" in g else session.get("joining", "")
    whole = cast(Hasher, current_app.extensions["hasher"])
    return whole.used_by(address=address(), account=account)


def signed_in() -> SignedIn:
    """Return the session that the access check found for this request.

    Only views that need a session may call this function.
    """
    return cast(SignedIn, g.signed_in)


def viewer() -> Viewer:
    """Return the person who is acting. Only views that need a signed-in person may call this function."""
    return signed_in().viewer


def actor() -> Actor:
    """Return the values that every service needs: the person who is acting, the databases and the current
    time.
    """
    return Actor(store(), viewer(), clock.now())


def unapproved_too() -> bool:
    """Return True if unapproved content may be used. Only the demo allows unapproved content."""
    return settings().mode == "demo"


def address() -> str:
    """Return the client's network address for rate limits. The address is never stored in plain form."""
    return request.remote_addr or ""
