"""Plants faults in the portal, as a gunicorn configuration: each tool must find those of its kind."""

from typing import Any

from flask import request
from sqlalchemy import text

from companion.web.gate import access, current


@access.public
def links() -> str:
    """``GET /planted/``; the faults are linked from here."""
    return '<a href="/planted/search?kind=table">Search</a> <a href="/planted/echo?words=Hello">Hello</a>'


@access.public
def search() -> str:
    """``GET /planted/search?kind=``."""
    query = f"SELECT name FROM sqlite_master WHERE type = '{request.args['kind']}'"
    with current.store().reading() as tx:
        return f"<p>{', '.join(str(each) for each in tx.scalars(text(query)))}</p>"


@access.public
def echo() -> str:
    """``GET /planted/echo?words=``."""
    return f"<p>{request.args['words']}</p>"


def post_worker_init(worker: Any) -> None:
    """Called by gunicorn, once the portal is made."""
    for view in (links, search, echo):
        place = "" if view is links else view.__name__
        worker.wsgi.add_url_rule(f"/planted/{place}", view.__name__, view)
