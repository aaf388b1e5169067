"""A gunicorn configuration file that adds faults to the portal."""

from typing import Any

from flask import request
from sqlalchemy import text

from companion.web.gate import access, current


@access.public
def links() -> str:
    """Serve ``GET /planted/``, which links to pages with deliberate security faults."""
    return '<a href="/planted/search?kind=table">Search</a> <a href="/planted/echo?words=Hello">Hello</a>'


@access.public
def search() -> str:
    """Serve ``GET /planted/search?kind=``, which allows SQL injection."""
    query = f"SELECT name FROM sqlite_master WHERE type = '{request.args['kind']}'"
    with current.store().reading() as tx:
        return f"<p>{', '.join(str(each) for each in tx.scalars(text(query)))}</p>"


@access.public
def echo() -> str:
    """Serve ``GET /planted/echo?words=``, which allows cross-site scripting."""
    return f"<p>{request.args['words']}</p>"


def post_worker_init(worker: Any) -> None:
    """Add the views with planted faults when a gunicorn worker has loaded the portal."""
    for view in (links, search, echo):
        place = "" if view is links else view.__name__
        worker.wsgi.add_url_rule(f"/planted/{place}", view.__name__, view)
