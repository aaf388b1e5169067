"""Benchmark the boards of practitioners and leads.

One service has 40 enrolments, and another service has 4,000.
"""

from flask.testing import FlaskClient

from companion.content import starter_activities
from companion.domain.caseloads.board_query import MOST
from companion.services.authoring.drafts import take_in
from tests.bench.frame import Bench, Contender, Row, timed
from tests.bench.portal import Portal
from tests.crowd import fill
from tests.people import Staff
from tests.visitor import Visitor

FEW, MANY = 40, 4000
"""The number of enrolments in the small service, and the number of enrolments in the large service."""
AT_MOST = 1.5


def pages(few: Portal, many: Portal) -> Bench:
    """Return a benchmark that opens both boards, the lead's and the practitioner's, with few and with many
    enrolments.
    """
    portals = {FEW: few, MANY: many}
    for count, portal in portals.items():
        furnish(portal, count)
    lead = {count: _signed_in(portal, portal.cast.margaret) for count, portal in portals.items()}
    practitioner = {count: _signed_in(portal, portal.cast.priya) for count, portal in portals.items()}

    def opening(client: FlaskClient, path: str, name: str) -> Contender:
        return Contender(name, "ms", timed(lambda: open_board(client, path), times=5, scale=1000))

    leads = {
        count: opening(lead[count], "/lead/board", f"lead's board, {count:,} enrolments") for count in lead
    }
    own = {
        count: opening(client, "/caseload", f"practitioner's board, {count:,} enrolments")
        for count, client in practitioner.items()
    }
    last = opening(lead[MANY], f"/lead/board?page={MOST // FEW}", f"lead's last page, {MANY:,} enrolments")
    contenders = [*leads.values(), *own.values(), last]
    return Bench(
        contenders,
        [
            *(Row(contender.name) for contender in contenders),
            Row(leads[MANY].name, against=leads[FEW].name, at_most=AT_MOST),
            Row(last.name, against=leads[FEW].name),
            Row(own[MANY].name, against=own[FEW].name, at_most=AT_MOST),
        ],
    )


def furnish(portal: Portal, count: int) -> None:
    """Add the starter activities, and this many enrolments."""
    cast = portal.cast
    take_in(cast.store, starter_activities(), cast.now, shipped=True)
    fill(cast.store, cast.priya.viewer.account_id, count, cast.now)


def _signed_in(portal: Portal, who: Staff) -> FlaskClient:
    visitor = Visitor(portal.app)
    visitor.sign_in(portal.cast, who)
    return visitor.client


def open_board(client: FlaskClient, path: str, rows: int = FEW) -> bytes:
    """Return this page of a board. Raise ``ValueError`` unless the page has this many rows."""
    response = client.get(path)
    shown = response.data.count(b"<tr>") - 1
    if response.status_code != 200 or shown != rows:
        raise ValueError(f"a board of {rows} came back with {response.status_code} and {shown} rows")
    return response.data
