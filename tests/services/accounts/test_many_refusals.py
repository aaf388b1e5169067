"""Test that many refusals in a row don't flood the audit."""

from contextlib import suppress

import pytest
from sqlalchemy import select

from companion.domain.people import Viewer
from companion.domain.refusals import NotFound, SlowDown
from companion.services.act import record_refusal
from companion.services.messages import notes
from companion.store import rate_limits
from companion.store.audit import AuditEntry, Event
from tests.cast import Cast
from tests.fixtures import Clock

FULL = rate_limits.LIMITS["refusal.account"]


def details(cast: Cast, viewer: Viewer | None) -> list[str]:
    whose = AuditEntry.actor_id == (viewer.account_id if viewer else None)
    with cast.store.reading() as tx:
        rows = tx.execute(
            select(AuditEntry.detail, AuditEntry.id).where(whose, AuditEntry.event == Event.REFUSED)
        )
        return sorted((row.detail for row in rows), key=lambda each: int(each.partition(":")[2] or 0))


def test_further_refusals_are_audited_only_when_their_number_doubles(
    cast: Cast,
) -> None:
    for _ in range(FULL + 100):
        record_refusal(cast.store, cast.daniel.viewer, "NotFound", cast.now)
    assert details(cast, cast.daniel.viewer) == [
        *["NotFound"] * FULL,
        *[f"NotFound:{number}" for number in (1, 2, 4, 8, 16, 32, 64)],
    ]


def test_one_persons_many_refusals_do_not_stop_another_persons_refusals_from_being_audited(
    cast: Cast,
) -> None:
    others = cast.idris.enrolment_id
    for _ in range(3 * FULL):
        with pytest.raises(NotFound):
            notes.open_notes(cast.priya.actor, others)
    written = details(cast, cast.priya.viewer)
    assert FULL < len(written) < FULL + 10 and written[-1] == "NotFound:32"
    with pytest.raises(NotFound):
        notes.open_notes(cast.sam.actor, others)
    assert details(cast, cast.sam.viewer) == ["NotFound"]


def test_after_fifteen_minutes_every_refusal_is_audited_separately_again(cast: Cast, clock: Clock) -> None:
    for minutes in (0, 15):
        clock.forward(minutes=minutes)
        for _ in range(FULL + 1):
            record_refusal(cast.store, cast.daniel.viewer, "NotFound", cast.now)
    assert details(cast, cast.daniel.viewer) == ["NotFound"] * 2 * FULL + ["NotFound:1"] * 2


def test_further_rate_limited_attempts_are_audited_only_when_their_number_doubles(cast: Cast) -> None:
    for _ in range(rate_limits.LIMITS["sign-in.account"] + 100):
        with suppress(SlowDown):
            rate_limits.take(cast.store, cast.now, ("sign-in.account", "sam"), ("sign-in.overall", ""))
    assert details(cast, None) == [
        "sign-in.account",
        *[f"sign-in.account:{number}" for number in (2, 4, 8, 16, 32, 64)],
    ]
