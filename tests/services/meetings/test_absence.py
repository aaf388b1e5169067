"""Test how practitioners record absences, cancel absences and name a covering colleague."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from companion.domain.refusals import NotFound, Rejected
from companion.services.meetings import absence
from companion.services.meetings.absence import AbsenceForm
from companion.store import people
from companion.store.audit import AuditEntry, Event
from companion.store.meetings.absence import covered_by, times_away
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import Clock

FIRST, LAST = date(2026, 11, 23), date(2026, 12, 8)


def recorded(cast: Cast) -> list[str]:
    with cast.store.reading() as tx:
        about = select(AuditEntry.event).where(
            AuditEntry.event.in_([Event.AWAY_ADDED, Event.AWAY_TAKEN_BACK])
        )
        return list(tx.scalars(about.order_by(AuditEntry.at, AuditEntry.event)))


def covers(cast: Cast) -> bool:
    with cast.store.reading() as tx:
        return cast.priya.viewer.account_id in covered_by(tx, cast.daniel.viewer, cast.now)


def test_cancelling_an_absence_ends_the_covering_practitioners_access(
    cast: Cast,
) -> None:
    cast.sam.writes("Hello")
    assert cast.daniel
    spell = cast.priya.is_away(FIRST, LAST, cast.daniel)
    assert covers(cast) and cast.daniel.reads_messages_of(cast.sam).messages
    for _ in range(2):
        absence.take_back(cast.priya.actor, spell)
    assert not covers(cast)
    with pytest.raises(NotFound):
        cast.daniel.reads_messages_of(cast.sam)
    assert recorded(cast) == ["away_added", "away_taken_back"]


def test_a_covering_practitioner_who_is_also_away_cannot_read_messages(cast: Cast, clock: Clock) -> None:
    assert cast.daniel
    cast.priya.is_away(FIRST, LAST, cast.daniel)
    cast.daniel.is_away(cast.now.date(), cast.now.date())
    assert not covers(cast)
    clock.forward(days=1)
    assert covers(cast)


def test_only_the_absent_practitioner_can_cancel_an_absence(
    cast: Cast,
) -> None:
    assert cast.daniel
    spell = cast.priya.is_away(FIRST, LAST, cast.daniel)
    for wrong in (cast.priya, cast.margaret, cast.alex):
        with pytest.raises(Rejected):
            cast.priya.is_away(FIRST, LAST, wrong)
    for nobody in (cast.margaret, cast.alex):
        with pytest.raises(NotFound):
            nobody.is_away(FIRST, LAST)
    for other in (cast.daniel, cast.margaret):
        with pytest.raises(NotFound):
            absence.take_back(other.actor, spell)
    assert covers(cast)


def test_a_practitioner_who_is_not_approved_cannot_cover_an_absence(cast: Cast) -> None:
    daniel = cast.daniel.viewer.account_id
    with by_hand(cast.store) as tx:
        people.account(tx, daniel).approved_at = None
        tx.commit()
    with pytest.raises(Rejected):
        cast.priya.is_away(FIRST, LAST, cast.daniel)


def test_sending_the_form_for_an_absence_twice_adds_one_absence(cast: Cast) -> None:
    same, by = uuid4(), str(cast.daniel.viewer.account_id)

    def add(_: int) -> None:
        absence.add(cast.priya.actor, same, AbsenceForm(FIRST.isoformat(), LAST.isoformat(), by))

    assert cast.priya
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(add, range(4)))
    with cast.store.reading() as tx:
        assert len(times_away(tx, cast.now)) == 1


def test_past_absences_are_no_longer_listed(cast: Cast, clock: Clock) -> None:
    cast.priya.is_away(FIRST, LAST)
    clock.forward(days=15)
    with cast.store.reading() as tx:
        assert times_away(tx, clock.now) == []
