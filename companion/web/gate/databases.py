"""Open the databases at startup or, if they are unreachable, as soon as they respond.

The help page and the button to leave the site work even when the databases don't answer.
"""

import logging
import secrets
import threading
from contextlib import suppress

from flask import Flask, request

from companion.config import BadSetting, Settings
from companion.services.operations import row_bindings
from companion.services.signposts import editing
from companion.store.base import UNAVAILABLE, DatabaseUnavailable, Store
from companion.store.operations.open_databases import open_store
from companion.web.gate import clock
from companion.web.gate.access import rule_of

log = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = 5
SAYS_SO_ITSELF = "public.readyz"
"""The readiness check, which reports whether the databases answer."""


def install(app: Flask, settings: Settings) -> None:
    """Open the databases now or, if they are unreachable, as soon as they respond. Raise ``BadSetting`` if
    the databases' keys are missing.
    """
    app.secret_key = secrets.token_bytes(32)  # used until the databases are open
    app.before_request(lambda: _require_open(app))
    app.teardown_request(lambda _: _record_broken(app))
    try:
        _take_up(app, open_store(settings).in_order())
    except UNAVAILABLE as away:
        log.warning("only help is there until the databases answer", extra={"database": str(away)})
        threading.Thread(target=_try_again, args=(app, settings), daemon=True).start()


def _require_open(app: Flask) -> None:
    rule = rule_of(request.endpoint) if request.endpoint else None
    if "store" not in app.extensions and not (rule and rule.apart) and request.endpoint != SAYS_SO_ITSELF:
        raise DatabaseUnavailable(
            f"Asked for {request.endpoint or 'an unknown address'} before the databases answered."
        )


def _record_broken(app: Flask) -> None:
    """Audit each row that this process read and found to have been changed outside Companion.

    Opening the help page or leaving the site writes no audit entry, so that neither ever waits for a
    database.
    """
    store: Store | None = app.extensions.get("store")
    rule = rule_of(request.endpoint) if request.endpoint else None
    waits = rule is None or not rule.apart
    if store and waits and not all(list(store.broken.values())):
        with suppress(*UNAVAILABLE):  # the next request tries again
            row_bindings.record_broken(store, clock.now())


def _try_again(app: Flask, settings: Settings) -> None:
    """Keep trying to open the databases in a separate thread. While the databases are still closed, people
    can already open the help page.
    """
    said = ""
    while "store" not in app.extensions:
        threading.Event().wait(TRY_AGAIN_SECONDS)
        try:
            _take_up(app, open_store(settings).in_order())
        except (DatabaseUnavailable, BadSetting) as error:
            if str(error) != said:
                log.warning("still only help is there", extra={"database": str(error)})
            said = str(error)
        except Exception:
            log.exception("the databases could not be opened; trying again")
    log.warning("the databases answer; everything is there again")


def _take_up(app: Flask, store: Store) -> None:
    app.secret_key = store.keys.secret("service:web")
    editing.keep(store, app.extensions["snapshot"])
    app.extensions["store"] = store
