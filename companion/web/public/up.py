"""Health checks."""

from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from companion.store.base import DatabaseUnavailable
from companion.web.gate import access, current


@access.apart
@access.uncounted
@access.public
def healthz() -> ResponseReturnValue:
    """``GET /healthz``: confirm that the process answers."""
    return {"alive": True}


@access.uncounted
@access.public
def readyz() -> ResponseReturnValue:
    """``GET /readyz``: say whether the databases respond, can save data and have been migrated.

    The status is 503 if a database doesn't respond, can't save data or hasn't been migrated.
    """
    try:
        ready = current.store().in_order().takes_writes()
    except (DatabaseUnavailable, SQLAlchemyError):
        ready = False
    return {"ready": ready}, 200 if ready else 503
