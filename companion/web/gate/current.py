"""Objects of the running application and the current request."""

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
    """A view uses something that its rule doesn't declare."""


def settings() -> Settings:
    """Return the application's settings."""
    return cast(Settings, current_app.extensions["settings"])


def store() -> Store:
    """Return the application's databases. Raise ``DatabaseUnavailable`` until they have been opened."""
    if "store" not in current_app.extensions:
        raise DatabaseUnavailable("The databases are not open yet.")
    return cast(Store, current_app.extensions["store"])


def erased() -> ErasedList:
    """Return the list of erased accounts."""
    return ErasedList.at(settings().home)


def snapshot() -> Snapshot:
    """Return the signposts that work without the database."""
    return cast(Snapshot, current_app.extensions["snapshot"])


def hasher() -> Hasher:
    """Return the hasher with this client's limits. Only for views marked with ``access.hashes``.

    Raise ``NotMarked`` in any other, whose threads must not wait for a turn.
    """
    if not g.get("hashes"):
        raise NotMarked(f"{request.endpoint} hashes, and its rule does not say so.")
    account = str(viewer().account_id) if "signed_in" in g else session.get("joining", "")
    whole = cast(Hasher, current_app.extensions["hasher"])
    return whole.used_by(address=address(), account=account)


def signed_in() -> SignedIn:
    """Return the request's session, set by the gate. Only for views that need one."""
    return cast(SignedIn, g.signed_in)


def viewer() -> Viewer:
    """Return who is acting. Only for views that need somebody."""
    return signed_in().viewer


def actor() -> Actor:
    """Return the same with the databases and the moment, for services."""
    return Actor(store(), viewer(), clock.now())


def unapproved_too() -> bool:
    """Whether unapproved content may be used: only in the demo (content rules)."""
    return settings().mode == "demo"


def address() -> str:
    """Return the client's network address, only for rate limits; it is never stored as it is."""
    return request.remote_addr or ""
