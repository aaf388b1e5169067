"""Test that practitioners are warned if an absence and an appointment overlap."""

import re
from datetime import date
from types import SimpleNamespace

import pytest

from companion.store.meetings import absence
from tests.cast import Cast
from tests.web.test_appointments import meetings, page_of, proposed, sends

THURSDAY = date(2026, 11, 26)
"""The day of Sam's appointment."""
DAYS = {"away_from": "2026-11-25", "away_until": "2026-11-27", "cover": ""}


def mark_of(text: str) -> str:
    found = re.search(r'name="confirmed" value="(\w+)"', text)
    assert found
    return found[1]


def times(cast: Cast) -> int:
    with cast.store.reading() as tx:
        return len(absence.times_away(tx, cast.now))


def test_an_absence_during_an_appointment_is_saved_only_after_a_warning(
    enter: SimpleNamespace, cast: Cast
) -> None:
    assert cast.sam and cast.owen
    asked = enter.priya.post("/away", DAYS)
    assert asked.status == 422 and times(cast) == 0
    assert "Sam, Thursday 26 November" in asked and "They stay booked until you move or cancel them" in asked
    assert 'value="2026-11-25"' in asked.text  # the typed day is kept
    saved = enter.priya.post("/away", {**DAYS, "confirmed": mark_of(asked.text)})
    assert saved.status == 200 and times(cast) == 1
    assert "Still booked on these days:" in saved and "Sam, Thursday 26 November" in saved


def test_an_absence_with_no_appointments_needs_no_confirmation(enter: SimpleNamespace, cast: Cast) -> None:
    days = {"away_from": "2026-12-05", "away_until": "2026-12-06", "cover": ""}
    assert enter.priya.post("/away", days).status == 200 and times(cast) == 1


def test_booking_an_appointment_during_an_absence_causes_a_warning(
    enter: SimpleNamespace, cast: Cast
) -> None:
    cast.priya.is_away(date(2026, 12, 14), date(2026, 12, 18))
    page = proposed(enter.priya, cast.sam, rhythm="week")
    # no days during the absence are proposed
    assert "You're away" not in page and "Moved from Friday 18 December" in page
    sessions = f"{page_of(cast.sam)}/sessions"
    again = sends(enter.priya, page, sessions, **{"day-2": "2026-12-18"})
    assert "You're away from Monday 14 December to Friday 18 December." in again
    assert again.status == 422 and len(meetings(cast)) == 1
    assert "4 sessions are booked." in sends(enter.priya, again, sessions, confirmed=mark_of(again.text))
    meeting = meetings(cast)[0]
    moved = {"day": "2026-12-15", "time": "10:00", "seen": f"{meeting.revision}"}
    refused = enter.priya.post(f"/appointments/{meeting.id}/time", moved)
    assert refused.status == 422 and "You're away from" in refused


@pytest.mark.parametrize("path", ["/my/", "/my/appointments"])
def test_a_participant_is_told_if_an_appointment_may_move_because_the_practitioner_is_away(
    path: str, enter: SimpleNamespace, cast: Cast
) -> None:
    assert "so we may move" not in enter.sam.get(path)
    cast.priya.is_away(THURSDAY, THURSDAY, cast.daniel)
    page = enter.sam.get(path)
    assert "Priya is away that day, so we may move" in page
    assert "next see Priya" not in page


def test_pages_say_that_work_will_be_read_after_the_practitioners_absence(
    enter: SimpleNamespace, cast: Cast
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(piece)
    assert "before you meet on Thursday 26 November" in enter.sam.get(f"/my/work/{piece}/check")
    cast.priya.is_away(date(2026, 11, 25), date(2026, 11, 27), cast.daniel)
    said = "Priya is away until Friday 27 November and will read your work after that."
    assert said in enter.sam.get(f"/my/work/{piece}/check")
    cast.sam.submits(piece)
    for path in ("/my/", f"/my/work/{piece}", f"/my/work/{piece}/receipt"):
        page = enter.sam.get(path)
        assert "Priya is away until Friday 27 November and will read" in page, path
        assert "before you meet" not in page, path
