"""Functions that return the application's settings and stores, and the current request's viewer."""

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
    """Raised if a view hashes passphrases although it isn't marked with ``access.hashes``."""


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
    """Return the saved copy of the signposts. Companion can read this copy of the signposts even if the
    database isn't available.
    """
    return cast(Snapshot, current_app.extensions["snapshot"])


def hasher() -> Hasher:
    """Return the passphrase hasher. Passphrase hashing is rate-limited for each person and each network
    address.

    Raise ``NotMarked`` unless the view is marked with ``access.hashes`` and the request can change data, as
    with POST. Views that hash passphrases run in their own threads, so that other views never wait for
    hashing.
    """
    if not g.get("hashes"):
        raise NotMarked(f"{request.endpoint} hashes, and its rule does not say so.")
    account = str(viewer().account_id) if "signed_in" in g else session.get("joining", "")
    whole = cast(Hasher, current_app.extensions["hasher"])
    return whole.used_by(address=address(), account=account)


def signed_in() -> SignedIn:
    """Return this request's session.

    Only views that require a sign-in session may call this function.
    """
    return cast(SignedIn, g.signed_in)


def viewer() -> Viewer:
    """Return the signed-in person who made this request. Only views that need a signed-in person may call
    this function.
    """
    return signed_in().viewer


def actor() -> Actor:
    """Return the values that every service needs: the signed-in person, the databases and the time."""
    return Actor(store(), viewer(), clock.now())


def unapproved_too() -> bool:
    """Return whether unapproved content may be used, as in the demo."""
    return settings().mode == "demo"


def address() -> str:
    """Return the client's network address for rate limits. The client's address is never stored in plain
    form.
    """
    return request.remote_addr or ""
