"""Create a service with many enrolments quickly.

Keys, names and work are encrypted as in production. One in eight enrolments has an unread submission, and one
in six has overdue work. One in fifty enrolments has an open concern.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import tink
from sqlalchemy import func, insert, select
from tink import aead

from companion.domain.concerns.concerns import ConcernKind, ConcernState
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.people import Role
from companion.domain.work.work import Card, Outcome
from companion.store import keys, people
from companion.store.activities import library
from companion.store.base import Model, Store, Transaction
from companion.store.caseloads import sort_keys
from companion.store.concerns.concerns import ConcernRow, Content
from companion.store.enrolments.enrolments import Enrolment
from companion.store.keys import CONCERNS, Box, DataKey
from companion.store.meetings.appointments import AppointmentRow
from companion.store.people import Account
from companion.store.work.rows import SubmissionRow, WorkRow

STATES = (
    *[PathwayState.IN_PROGRAMME] * 6,
    PathwayState.INITIAL_MEETING,
    PathwayState.SUITABLE,
    PathwayState.COMPLETED,
    PathwayState.REVIEWS,
)
CASELOAD = 40
MEETINGS = 6


def fill(store: Store, practitioner: UUID, count: int, now: datetime, caseload: int = CASELOAD) -> None:
    """Add this many enrolments.

    ``caseload`` is the maximum number of enrolments that ``practitioner`` gets. Enrolments that exceed this
    practitioner's maximum are given to new practitioners.
    """
    with store.writing() as tx:
        versions = [each.id for each in library.newest_versions(tx)]
        others = [
            people.add_account(tx, Role.PRACTITIONER, f"Practitioner {number}", now, approved=True).id
            for number in range(max(0, -(-count // caseload) - 1))
        ]
        staff = [practitioner, *others]
        before = tx.scalar(select(func.count()).select_from(Enrolment)) or 0
        rows = [
            row
            for number, (participant, box) in enumerate(_boxes(store, count, now))
            for row in _everything(
                tx, before + number, participant, staff[number // caseload], box, versions, now
            )
        ]
        for kind in (Account, Enrolment, AppointmentRow, WorkRow, SubmissionRow, ConcernRow):
            tx.add_all(row for row in rows if isinstance(row, kind))
            tx.flush()
        tx.commit()
    with store.writing() as tx:
        sort_keys.look_ahead(tx, now)  # the background loop prepares sort keys in the same way
        tx.commit()


def _boxes(store: Store, count: int, now: datetime) -> list[tuple[UUID, Box]]:
    """Create and commit data keys for this many new participants."""
    rows, boxes = [], []
    for _ in range(count):
        participant = uuid4()
        owner = keys.participant(participant)
        handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
        wrapped = tink.proto_keyset_format.serialize_encrypted(
            handle, store.keys.wrapping.every(), owner.encode()
        )
        rows.append({"owner": owner, "wrapped": wrapped, "created_at": now})
        boxes.append((participant, Box(owner, handle.primitive(aead.Aead))))
    with store.keys.engine.connect().execution_options(writing=True) as connection:
        connection.execute(insert(DataKey), rows)
        connection.commit()
    return boxes


def _everything(
    tx: Transaction,
    number: int,
    participant: UUID,
    practitioner: UUID,
    box: Box,
    versions: Sequence[UUID],
    now: datetime,
) -> Iterator[Model]:
    joined = now - timedelta(days=60)
    account = Account(id=participant, role=Role.PARTICIPANT, created_at=joined, joined_at=joined)
    account.approved_at = joined
    account.name = box.seal("accounts.name", participant, f"Participant {number}")
    letter, digits = "ABCDEFGHJKLMNPQRSTUVWXYZ"[number % 24], number // 24 + 1000
    enrolment = Enrolment(
        id=uuid4(),
        participant_id=participant,
        practitioner_id=practitioner,
        reference=f"{letter}{digits // 1000}-{digits % 1000:03d}",
        programme_id="five-sessions",
        programme_version=1,
        site=("epsom", "bromsgrove")[number % 2],
        state=STATES[number % len(STATES)],
        state_since=joined.date(),
        created_at=joined,
    )
    first = now - timedelta(days=28 - number % 21, hours=-(number % 9))
    yield account
    yield enrolment
    yield from _work_of(number, enrolment, box, versions, first, now)
    if number % 50 == 7:
        yield _concern(tx, enrolment, now)


def _work_of(
    number: int, enrolment: Enrolment, box: Box, versions: Sequence[UUID], first: datetime, now: datetime
) -> Iterator[Model]:
    """Yield a participant's weekly appointments. Work is due at each past appointment and at the next
    appointment.
    """
    ahead = False
    for week in range(MEETINGS):
        starts_at = first + timedelta(days=7 * week)
        meeting = AppointmentRow(
            id=uuid4(), enrolment_id=enrolment.id, kind="session", starts_at=starts_at, minutes=120,
            site="epsom", revision=1,
        )  # fmt: skip
        yield meeting
        if ahead:
            continue
        ahead = starts_at > now
        work = WorkRow(
            id=uuid4(), enrolment_id=enrolment.id, version_id=versions[(number + week) % len(versions)],
            due_id=meeting.id, set_at=starts_at - timedelta(days=6),
            set_by=enrolment.practitioner_id, revision=0, started=False, done=0,
            fewest_left=5, most_left=5,
        )  # fmt: skip
        work.card = box.seal("set_work.card", work.id, Card("To look back", 15, "", ""))
        yield work
        if not ahead and (number % 6 or week):
            yield _submission(number, week, work, box, starts_at - timedelta(days=1))


def _submission(number: int, week: int, work: WorkRow, box: Box, at: datetime) -> SubmissionRow:
    unread = number % 8 == 0 and week == 1
    row = SubmissionRow(id=uuid4(), work_id=work.id, round=1, submitted_at=at, to_talk=number % 3)
    row.said = box.seal("submissions.said", row.id, [])
    if not unread:
        row.read_at = row.outcome_at = row.seen_at = at
        row.outcome, row.outcome_by = Outcome.RELEASED, work.set_by
    return row


def _concern(tx: Transaction, enrolment: Enrolment, now: datetime) -> ConcernRow:
    row = ConcernRow(
        id=uuid4(), enrolment_id=enrolment.id, kind=ConcernKind.RAISED, state=ConcernState.NEW,
        raised_by=enrolment.practitioner_id, raised_at=now, take_by=now, finish_by=now, revision=1,
    )  # fmt: skip
    row.content = tx.keys.box(CONCERNS).seal("concerns.content", row.id, Content("A worry.", "", ""))
    return row
