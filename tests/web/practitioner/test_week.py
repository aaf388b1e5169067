"""Test that a week's page shows exactly the practitioner's own appointments."""

import html
import re
from datetime import date
from types import SimpleNamespace

import pytest
from flask import Flask

from companion.services.meetings import attendance
from companion.services.meetings.attendance import AttendanceForm
from companion.store.meetings import appointments
from tests.cast import Cast
from tests.counting import counted
from tests.crowd import fill
from tests.fixtures import Clock
from tests.visitor import Page


def days(page: Page) -> dict[str, str]:
    """Return the text below each day's heading, keyed by day."""
    found = re.findall(r"<section[^>]*>\s*<h2[^>]*>([^<]+)</h2>(.*?)</section>", page.text, re.DOTALL)
    words = {
        day: html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("\N{NO-BREAK SPACE}", " ")
        for day, text in found
    }
    return {day: " ".join(text.split()) for day, text in words.items()}


def test_the_week_page_shows_each_appointments_participant_time_and_place(
    cast: Cast, enter: SimpleNamespace
) -> None:
    assert cast.sam and cast.idris
    page = enter.priya.get("/caseload/week")
    found = days(page)
    assert list(found)[:5] == [
        f"{day} November" for day in ("Monday 23", "Tuesday 24", "Wednesday 25", "Thursday 26", "Friday 27")
    ]
    assert found["Tuesday 24 November"] == "today No appointment"
    assert found["Thursday 26 November"].startswith("2 pm Sam Session, 2 hours, ")
    assert found["Thursday 26 November"].endswith("Brief for Sam, Thursday 26 November, 2 pm")
    assert "Idris" not in page and f"/participants/{cast.sam.enrolment_id}/brief" in page.text
    assert 'href="/caseload/week"' in enter.priya.get("/caseload").text
    later = enter.priya.get("/caseload/week?day=2026-12-03")
    assert "Sam" not in later and "This week" in later


def test_a_weeks_page_shows_the_days_that_its_heading_names(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    page = enter.priya.get("/caseload/week") if cast.sam else None
    assert page and "From Monday 23 November to Friday 27 November" in page
    assert f'href="/participants/{cast.sam.enrolment_id}">Sam</a>' in page.text
    clock.forward(days=5)
    enter.priya.sign_in(cast, cast.priya)
    page = enter.priya.get("/caseload/week")
    assert "From Monday 23 November to Sunday 29 November" in page
    assert list(days(page))[5:] == ["Saturday 28 November", "Sunday 29 November"]


def test_the_page_for_a_week_marks_cancelled_appointments(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    with cast.store.reading() as tx:
        (sams,) = appointments.appointments(tx, cast.sam.enrolment_id)
    cast.priya.is_away(date(2026, 11, 25), date(2026, 11, 25))
    assert days(enter.priya.get("/caseload/week"))["Wednesday 25 November"] == "You are away No appointment"
    clock.forward(days=3)
    enter.priya.sign_in(cast, cast.priya)
    page = enter.priya.get("/caseload/week")
    assert f"/appointments/{sams.id}/after" in page.text
    assert days(page)["Thursday 26 November"].endswith("After the session Sam, Thursday 26 November, 2 pm")
    typed = AttendanceForm("cancelled_by_participant", "", "", sams.revision)
    attendance.note(cast.priya.actor, sams.id, typed)
    assert days(enter.priya.get("/caseload/week"))["Thursday 26 November"].endswith("cancelled")


@pytest.mark.parametrize("day", ["x", "2026-02-30", "9999-12-31", "0001-01-01", "%00", "9" * 3000])
def test_an_invalid_week_in_the_url_shows_the_current_week(
    day: str, cast: Cast, enter: SimpleNamespace
) -> None:
    page = enter.priya.get(f"/caseload/week?day={day}")
    assert page.status == 200 and "That week doesn't exist." in page and "Tuesday 24 November" in page


def test_showing_a_week_runs_no_extra_sql_statements_for_a_larger_caseload(
    app: Flask, cast: Cast, enter: SimpleNamespace
) -> None:
    def opens() -> int:
        with counted(app.extensions["store"]) as said:
            assert enter.priya.client.get("/caseload/week").status_code == 200
        return len(said)

    assert cast.sam and opens()
    few = opens()
    fill(cast.store, cast.priya.viewer.account_id, 60, cast.now, caseload=60)
    assert opens() == few
