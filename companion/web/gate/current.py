"""What belongs to the running application and to the request at hand."""

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
    """A view does what its rule does not name."""


def settings() -> Settings:
    """The application's settings."""
    return cast(Settings, current_app.extensions["settings"])


def store() -> Store:
    """The application's databases. Raises ``DatabaseUnavailable`` as long as they were never opened."""
    if "store" not in current_app.extensions:
        raise DatabaseUnavailable("The databases are not open yet.")
    return cast(Store, current_app.extensions["store"])


def erased() -> ErasedList:
    """The list of who was erased."""
    return ErasedList.at(settings().home)


def snapshot() -> Snapshot:
    """The signposts without the database."""
    return cast(Snapshot, current_app.extensions["snapshot"])


def hasher() -> Hasher:
    """The application's hasher, as the one who asks may use it. Only for views that are marked with ``access.hashes``.

    Raises ``NotMarked`` in any other, whose threads must not wait for a turn.
    """
    if not g.get("hashes"):
        raise NotMarked(f"{request.endpoint} hashes, and its rule does not say so.")
    account = str(viewer().account_id) if "signed_in" in g else session.get("joining", "")
    whole = cast(Hasher, current_app.extensions["hasher"])
    return whole.used_by(address=address(), account=account)


def signed_in() -> SignedIn:
    """The session of the request. Only for views whose access needs one: the gate has put it there."""
    return cast(SignedIn, g.signed_in)


def viewer() -> Viewer:
    """Who is acting. Only for views whose access needs somebody."""
    return signed_in().viewer


def actor() -> Actor:
    """The same with the databases and the moment, as services take it."""
    return Actor(store(), viewer(), clock.now())


def unapproved_too() -> bool:
    """Outside the demo participants meet nothing that the lead has not approved (content rules)."""
    return settings().mode == "demo"


def address() -> str:
    """Where the request comes from, for limits alone; it is never stored as it is."""
    return request.remote_addr or ""
