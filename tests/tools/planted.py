"""What plants a fault into the portal, as a configuration of gunicorn: sqlmap must find it."""

from typing import Any

from flask import request
from sqlalchemy import text

from companion.web import access, current


@access.public
def links() -> str:
    """``GET /planted/``; the fault is found from here."""
    return '<a href="/planted/search?kind=table">Search</a>'


@access.public
def search() -> str:
    """``GET /planted/search?kind=``."""
    query = f"SELECT name FROM sqlite_master WHERE type = '{request.args['kind']}'"
    with current.store().reading() as tx:
        return f"<p>{', '.join(str(each) for each in tx.scalars(text(query)))}</p>"


def post_worker_init(worker: Any) -> None:
    """Called by gunicorn, once the portal is made."""
    worker.wsgi.add_url_rule("/planted/", "links", links)
    worker.wsgi.add_url_rule("/planted/search", "search", search)
