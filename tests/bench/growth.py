"""Benchmark boards, start pages and lists of unread submissions.

Of three services, one has 1,000 submissions and two have 100,000. Practitioners have forty participants each,
however large the benchmarked service is. One large service has a hundred times as many people as the small
service. Of the two large services, the second has mostly former participants and practitioners.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import cast
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import Table, Uuid, func, select, text, update

from companion.content import starter_activities
from companion.domain.concerns.concerns import ConcernState as Ended
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.people import Role
from companion.domain.work.work import Outcome
from companion.services.authoring.drafts import take_in
from companion.services.operations import row_bindings
from companion.store.base import Store
from companion.store.concerns.concerns import ConcernRow
from companion.store.enrolments.enrolments import Enrolment
from companion.store.keys import WORDS
from companion.store.meetings.appointments import AppointmentRow
from companion.store.people import Account
from companion.store.work.rows import SubmissionRow, WorkRow
from tests.bench.frame import Bench, Contender, Row, timed
from tests.bench.portal import Portal, portal
from tests.bench.walkers import session_cookie
from tests.by_hand import by_hand
from tests.counting import counted
from tests.crowd import CASELOAD, fill
from tests.visitor import Visitor

SERVICES = (
    ("1,000 submissions", 1_000, False),
    ("100,000 of a broad service", 100_000, False),
    ("100,000 of an old service", 100_000, True),
)
"""Each service to measure: its name, how many submissions it has, and whether most of its enrolments have
ended.
"""
CASELOADS = 6
AT_MOST = 1.3
PROFILE = "docs/decisions/0032-load.md"
COPIED = [
    cast(Table, model.__table__)
    for model in (Account, Enrolment, AppointmentRow, WorkRow, SubmissionRow, ConcernRow)
]
MARK = "ffffff"
"""The prefix of every copied row's id."""


def furnish(place: Portal, submissions: int, *, over: bool = False) -> None:
    """Add more than a thousand submissions in six caseloads.

    Copy all caseloads except Priya's until the service has ``submissions`` submissions.
    """
    people = place.cast
    take_in(people.store, starter_activities(), people.now, shipped=True)
    hers = people.priya.viewer.account_id
    fill(people.store, hers, CASELOADS * CASELOAD, people.now)
    copy(people.store, submissions, hers)
    if over:
        end_copies(people.store, people.now)


def copy(store: Store, submissions: int, practitioner: UUID) -> None:
    """Copy caseloads, except this practitioner's, until there are this many submissions.

    Raise ``ValueError`` if copying the rows produced too few submissions. All rows in a copied caseload are
    consistent with each other. Encrypted values in the copied rows can't be decrypted, but the benchmarked
    pages don't show them. ``copy`` gives the copied practitioners new encrypted names, because leads' pages
    decrypt and show them.
    """
    with by_hand(store) as tx:
        counted_ones = select(func.count()).select_from(SubmissionRow)
        theirs = select(WorkRow.id).join(Enrolment).where(Enrolment.practitioner_id != practitioner)
        total = tx.scalar(counted_ones) or 0
        others = tx.scalar(counted_ones.where(SubmissionRow.work_id.in_(theirs))) or 1
        copies = max(0, -(-(submissions - total) // others))
        for table in COPIED:
            tx.execute(
                text(_copying(table, tx.get_bind().dialect.name)),
                {"copies": copies, "hers": practitioner.hex},
            )
        box = tx.keys.box(WORDS)
        staff = select(Account.id).where(Account.role == Role.PRACTITIONER, Account.sign_in_hash.is_(None))
        for number, each in enumerate(tx.scalars(staff).all()):
            name = box.seal("accounts.name", each, f"Practitioner {number}")
            tx.execute(update(Account).where(Account.id == each).values(name=name))
        if (there := tx.scalar(counted_ones) or 0) < submissions:
            raise ValueError(f"{there} submissions are there, and {submissions} were asked for")
        tx.commit()
        if tx.get_bind().dialect.name == "postgresql":
            tx.execute(text("ANALYZE"))
            tx.commit()
    row_bindings.bind_every_row(store)


def end_copies(store: Store, now: datetime) -> None:
    with store.writing() as tx:
        none = {"next_at": None, "unread_since": None, "due_from": None, "concern_since": None, "to_talk": 0}
        for model, ended in (
            (Enrolment, {"state": PathwayState.CLOSED, **none}),
            (SubmissionRow, {"read_at": now, "outcome": Outcome.RELEASED, "outcome_at": now, "seen_at": now}),
            (ConcernRow, {"state": Ended.CLOSED}),
        ):
            tx.connection().execute(update(model).where(model.id >= UUID(f"{MARK:0<32}")).values(ended))
        staff = Account.role == Role.PRACTITIONER
        those = update(Account).where(Account.id >= UUID(f"{MARK:0<32}"), staff)
        tx.connection().execute(those.values(left_at=now))
        tx.commit()
    row_bindings.bind_every_row(store)


def _copying(table: Table, dialect: str) -> str:
    """Return the SQL statement that copies this table's original rows."""
    number = "lpad(to_hex(copy.n), 2, '0')" if dialect == "postgresql" else "printf('%02x', copy.n)"
    own = {"postgresql": "CAST(:hers AS uuid)"}.get(dialect, ":hers")

    def text_of(name: str) -> str:
        return f"CAST({name} AS text)" if dialect == "postgresql" else name

    def copied(name: str) -> str:
        new = f"'{MARK}' || {number} || substr({text_of(name)}, 9)"
        return f"CAST({new} AS uuid)" if dialect == "postgresql" else new

    values = {column.name: f'"{table.name}"."{column.name}"' for column in table.columns}
    for column in table.columns:
        to = {each.column.table for each in column.foreign_keys}
        if isinstance(column.type, Uuid) and (column.primary_key or to & set(COPIED)):
            values[column.name] = copied(values[column.name])
        if column.name == "reference":
            values[column.name] = "substr(reference, 1, 2) || copy.n || substr(reference, 3)"
    of_others = {
        "accounts": f"sign_in_hash IS NULL AND accounts.id NOT IN "
        f"(SELECT participant_id FROM enrolments WHERE practitioner_id = {own})",
        "enrolments": f"practitioner_id <> {own}",
        "submissions": f"work_id IN (SELECT set_work.id FROM set_work JOIN enrolments ON "
        f"enrolments.id = enrolment_id WHERE practitioner_id <> {own})",
    }
    whose = of_others.get(
        table.name, f"enrolment_id IN (SELECT enrolments.id FROM enrolments WHERE practitioner_id <> {own})"
    )
    quoted = ", ".join(f'"{name}"' for name in values)
    return (
        # the names come from our own models
        f"WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < :copies) "
        f'INSERT INTO "{table.name}" ({quoted}) SELECT {", ".join(values.values())} FROM copy, "{table.name}" '
        f"WHERE copy.n <= :copies AND {whose} AND substr({text_of(f'{table.name}.id')}, 1, 6) <> '{MARK}'"
    )


class Viewers:
    """A practitioner, a participant and a lead, each with a browser and pages."""

    def __init__(self, place: Portal) -> None:
        self.store = place.cast.store
        priya = self._signed_in(place, "priya")
        margaret = self._signed_in(place, "margaret")
        with self.store.reading() as tx:
            hers = Enrolment.practitioner_id == place.cast.priya.viewer.account_id
            participant = tx.scalars(
                select(Enrolment.participant_id).where(hers).order_by(Enrolment.reference)
            ).first()
            unread = (
                select(SubmissionRow.id).join(WorkRow, WorkRow.id == SubmissionRow.work_id).join(Enrolment)
            )
            submission = tx.scalars(unread.where(hers).order_by(SubmissionRow.submitted_at)).first()
        assert participant and submission
        his = place.app.test_client()
        his.set_cookie(place.app.config["SESSION_COOKIE_NAME"], session_cookie(place, participant))
        self.pages: dict[str, tuple[FlaskClient, str]] = {
            "a practitioner's board": (priya, "/caseload"),
            "what she has to read": (priya, "/caseload?show=to-read"),
            "a submission": (priya, f"/submissions/{submission}"),
            "a participant's start page": (his, "/my/"),
            "a lead's board": (margaret, "/lead/board"),
            "a lead's start page": (margaret, "/lead/"),
        }

    def opens(self, name: str) -> None:
        """Open a page. Raise ``ValueError`` unless the response's status is 200."""
        client, path = self.pages[name]
        status = client.get(path).status_code
        if status != 200:
            raise ValueError(f"{name} came back with {status}")

    def statements(self, name: str) -> float:
        """Return how many statements the main database executes for a page."""
        store = self.pages[name][0].application.extensions["store"]
        # leave out the first opening, which does work that happens only once a minute
        self.opens(name)
        with counted(store) as found:
            self.opens(name)
        return len(found)

    @staticmethod
    def _signed_in(place: Portal, name: str) -> FlaskClient:
        visitor = Visitor(place.app)
        visitor.sign_in(place.cast, getattr(place.cast, name))
        return visitor.client


@contextmanager
def grown(server_url: str = "") -> Iterator[Bench]:
    """Benchmark each page in three test services, all on PostgreSQL or all on embedded databases."""
    database = "PostgreSQL" if server_url else "SQLite"
    with ExitStack() as stack:
        viewers = {}
        for number, (name, submissions, over) in enumerate(SERVICES):
            place = stack.enter_context(portal(server_url, f"grown_{number}"))
            furnish(place, submissions, over=over)
            viewers[name] = Viewers(place)
        contenders, rows = [], []
        for page in viewers[SERVICES[0][0]].pages:
            for unit in ("ms", "statements"):
                few, *many = (
                    Contender(f"{page}, {name}, {database}, {unit}", unit, _measured(those, page, unit))
                    for name, those in viewers.items()
                )
                contenders += [few, *many]
                if unit == "ms":
                    rows += [Row(each.name) for each in (few, *many)]
                rows += [
                    Row(each.name, few.name, at_most=AT_MOST if unit == "ms" else 1, profile=PROFILE)
                    for each in many
                ]
        yield Bench(contenders, rows)


def _measured(those: Viewers, page: str, unit: str) -> Callable[[], float]:
    if unit == "statements":
        return lambda: those.statements(page)
    return timed(lambda: those.opens(page), times=5, scale=1000)
