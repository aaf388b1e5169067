"""Test setting work for an appointment and then moving the appointment."""

from datetime import datetime, timedelta
from uuid import uuid4

import msgspec
import pytest

from companion.domain.meetings.appointments import Appointment
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected
from companion.domain.time.london import LONDON
from companion.services.authoring import approval
from companion.services.meetings import schedule
from companion.services.meetings.schedule import NewTime
from companion.services.work import assign
from companion.services.work.assign import Due
from companion.store.activities import activities, library
from companion.store.meetings import appointments
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import CARD


def next_of(cast: Cast) -> Appointment:
    with cast.store.reading() as tx:
        return appointments.appointments(tx, cast.sam.enrolment_id)[0]


def moves(cast: Cast, moment: datetime, who: str = "priya", seen: int = 1) -> None:
    local = moment.astimezone(LONDON)
    schedule.move_appointment(
        getattr(cast, who).actor, next_of(cast).id, NewTime(f"{local:%Y-%m-%d}", f"{local:%H:%M}", seen)
    )


def test_moving_an_appointment_also_moves_the_due_date_of_its_work(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    moves(cast, cast.now + timedelta(days=9))
    assert cast.sam.work(piece).due.starts_at == cast.now + timedelta(days=9)


def test_moving_an_appointment_from_an_outdated_page_is_refused(cast: Cast) -> None:
    cast.priya.sets(cast.sam, "a-week-of-choices")
    moves(cast, cast.now + timedelta(days=9))
    with pytest.raises(ChangedElsewhere):
        moves(cast, cast.now + timedelta(days=3))
    assert next_of(cast).starts_at == cast.now + timedelta(days=9)


def test_only_the_participants_own_practitioner_can_move_an_appointment(cast: Cast, clock: Clock) -> None:
    assert next_of(cast)
    for outsider in ("daniel", "margaret", "alex"):
        with pytest.raises(NotFound):
            moves(cast, cast.now + timedelta(days=9), who=outsider)
    clock.forward(days=3)
    with pytest.raises(NotAllowed):
        moves(cast, cast.now + timedelta(days=9))


def test_unapproved_activities_can_be_set_as_work_only_in_the_demo(cast: Cast) -> None:
    with cast.store.reading() as tx:
        version = library.newest_versions(tx)[0]

    def sets() -> None:
        assign.set_work(
            cast.priya.actor,
            cast.sam.enrolment_id,
            version.id,
            Due(uuid4(), str(next_of(cast).id), CARD),
            unapproved_too=False,
        )

    with pytest.raises(Rejected):
        sets()
    with pytest.raises(NotFound):
        approval.approve(cast.priya.actor, version.id, version.revision)
    approval.approve(cast.margaret.actor, version.id, version.revision)
    sets()


def test_work_can_be_set_only_for_the_participants_own_appointments(cast: Cast) -> None:
    with cast.store.reading() as tx:
        foreign = appointments.appointments(tx, cast.owen.enrolment_id)[0].id
        version = library.newest_versions(tx)[0]
    for due in (foreign, uuid4(), "", "soon"):
        with pytest.raises(Rejected):
            assign.set_work(
                cast.priya.actor,
                cast.sam.enrolment_id,
                version.id,
                Due(uuid4(), str(due), CARD),
                unapproved_too=True,
            )


def test_a_new_activity_version_does_not_change_work_already_set(cast: Cast) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    before = cast.sam.work(piece).activity
    changed = msgspec.structs.replace(before, title="Another title")
    with cast.store.writing(cast.now) as tx:
        activities.add_version(tx, changed)
        tx.commit()
    assert cast.sam.work(piece).activity == before
