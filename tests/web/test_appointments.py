"""Test the pages for planning, moving and recording appointments, and how participants see appointments."""

import re
from types import SimpleNamespace
from uuid import uuid4

import pytest
from flask import Flask
from icalendar import Calendar

from companion.domain.enrolments.pathway import PathwayState
from companion.domain.meetings.appointments import Appointment
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import appointments
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Participant
from tests.visitor import Page, Visitor
from tests.web.forms import Forms
from tests.web.test_groups import approved

FORTNIGHTS = {"day": "2026-12-11", "time": "14:00", "rhythm": "two-weeks", "days": "", "site": "bromsgrove"}


def meetings(cast: Cast, who: Participant | None = None) -> list[Appointment]:
    with cast.store.reading() as tx:
        return appointments.appointments(tx, (who or cast.sam).enrolment_id)


def page_of(who: Participant) -> str:
    return f"/participants/{who.enrolment_id}"


def proposed(priya: Visitor, who: Participant, **typed: str) -> Page:
    sessions = f"{page_of(who)}/sessions"
    return priya.post(f"{sessions}/proposal", {**FORTNIGHTS, **typed}, of=sessions)


def sends(priya: Visitor, page: Page, action: str, **changed: str) -> Page:
    """Send the page's form with these fields changed."""
    return priya.post(action, {**Forms(page).of(action), **changed}, of="/caseload/new")


def test_proposed_sessions_can_be_changed_before_they_are_booked(enter: SimpleNamespace, cast: Cast) -> None:
    priya, sessions = enter.priya, f"{page_of(cast.sam)}/sessions"
    assert "Plan 4 sessions" in priya.get(page_of(cast.sam))
    page = proposed(priya, cast.sam)
    assert "Moved from Friday 25 December" in page
    form = Forms(page).of(sessions)
    assert [form[f"day-{number}"] for number in range(1, 5)] == [
        ["2026-12-11"],
        ["2026-12-29"],
        ["2027-01-08"],
        ["2027-01-22"],
    ]
    assert len(meetings(cast)) == 1  # opening the proposal stores nothing
    changed = {"day-2": "2027-01-04", "time-2": "10:30"}
    assert "4 sessions are booked." in sends(priya, page, sessions, **changed)
    assert "4 sessions are booked." in sends(priya, page, sessions, **changed)  # the form is sent twice
    booked = meetings(cast)[1:]
    assert [f"{each.starts_at:%Y-%m-%d %H:%M}" for each in booked][1] == "2027-01-04 10:30"
    assert len(booked) == 4 and {each.site for each in booked} == {"bromsgrove"}
    assert "Every session of the programme is booked." in priya.get(sessions)
    assert "Plan " not in priya.get(page_of(cast.sam)).text.split('id="appointments"')[1]


def test_each_proposed_session_shows_its_clashes(enter: SimpleNamespace, cast: Cast) -> None:
    priya, owens = enter.priya, page_of(cast.owen)
    typed = {"kind": "session", "day": "2026-12-18", "time": "13:00", "site": "epsom"}
    priya.post(f"{owens}/appointments", typed, of=owens)
    page = proposed(priya, cast.sam, rhythm="week")
    assert page.text.count('class="clash"') == 1
    assert "Already booked at that time: Owen, Friday 18 December, 1 pm, 2 hours, Epsom." in page
    sessions = f"{page_of(cast.sam)}/sessions"
    again = sends(priya, page, sessions)
    assert again.status == 422 and "Please check these warnings." in again
    assert len(meetings(cast)) == 1
    mark = re.search(r'name="confirmed" value="(\w+)"', again.text)
    assert mark
    assert "4 sessions are booked." in sends(priya, again, sessions, confirmed=mark[1])


def mark_of(page: Page) -> str:
    found = re.search(r'name="confirmed" value="(\w+)"', page.text)
    assert found
    return found[1]


def test_booking_too_many_sessions_causes_a_warning(enter: SimpleNamespace, cast: Cast) -> None:
    (meeting,) = meetings(cast)
    there = page_of(cast.sam)
    twice = {
        "kind": "session",
        "day": f"{meeting.starts_at:%Y-%m-%d}",
        "time": f"{meeting.starts_at:%H:%M}",
        "site": "epsom",
    }
    page = enter.priya.post(f"{there}/appointments", twice, of=there)
    assert page.status == 422 and "Already booked at that time: Sam" in page and len(meetings(cast)) == 1
    sends(enter.priya, proposed(enter.priya, cast.sam), f"{there}/sessions")
    more = {**twice, "day": "2027-02-09", "time": "10:00"}
    page = enter.priya.post(f"{there}/appointments", more, of=there)
    assert (
        page.status == 422 and "This booking would be an extra session." in page and len(meetings(cast)) == 5
    )
    confirmed = {**more, "confirmed": mark_of(page)}
    assert enter.priya.post(f"{there}/appointments", confirmed, of=there).status == 200
    assert len(meetings(cast)) == 6


def test_booking_sessions_for_a_referred_participant_causes_a_warning(
    enter: SimpleNamespace, cast: Cast
) -> None:
    sessions, sam = f"{page_of(cast.sam)}/sessions", cast.sam.enrolment_id
    with by_hand(cast.store) as tx:
        tx.get_one(Enrolment, sam).state = PathwayState.REFERRED
        tx.commit()
    said = "This participant isn't in the programme now."
    assert said in enter.priya.get(sessions)
    page = proposed(enter.priya, cast.sam)
    again = sends(enter.priya, page, sessions)
    assert again.status == 422 and said in again and len(meetings(cast)) == 1
    booked = sends(enter.priya, again, sessions, confirmed=mark_of(again))
    assert "4 sessions are booked." in booked


def test_the_form_for_setting_work_says_if_the_activity_was_set_before(
    enter: SimpleNamespace, cast: Cast
) -> None:
    card = f"{page_of(cast.sam)}/work/new/{approved(cast)}"
    assert "was set for Sam before" not in enter.priya.get(card)
    cast.priya.sets(cast.sam, "a-week-of-choices")
    assert "This was set for Sam before, on Tuesday 24 November." in enter.priya.get(card)


def test_a_practitioner_is_not_warned_about_another_practitioners_appointment_at_the_same_time(
    enter: SimpleNamespace, cast: Cast
) -> None:
    theirs = meetings(cast, cast.idris)[0].starts_at
    page = proposed(enter.priya, cast.sam, day=f"{theirs:%Y-%m-%d}", time=f"{theirs:%H:%M}")
    assert page.status == 200 and "Idris" not in page and "confirmed" not in page.text


@pytest.mark.parametrize("path", ["appointments", "caseload"])
def test_every_form_that_books_an_appointment_shows_clashes(
    path: str, enter: SimpleNamespace, cast: Cast
) -> None:
    theirs = meetings(cast, cast.owen)[0].starts_at
    there = page_of(cast.sam) if path == "appointments" else "/caseload/new"
    action = f"{there}/appointments" if path == "appointments" else there
    typed = {
        "kind": "additional_session",
        "day": f"{theirs:%Y-%m-%d}",
        "time": f"{theirs:%H:%M}",
        "site": "epsom",
        "name": "Robin",
        "word": "lighthouse",
        "once": f"{uuid4()}",
    }
    page = enter.priya.post(action, typed, of=there)
    assert page.status == 422 and "Already booked at that time: Owen" in page
    mark = re.search(r'name="confirmed" value="(\w+)"', page.text)
    assert mark
    assert enter.priya.post(action, {**typed, "confirmed": mark[1]}, of=there).status == 200


def test_practitioners_see_the_new_times_before_moving_all_later_sessions(
    enter: SimpleNamespace, cast: Cast
) -> None:
    priya = enter.priya
    sends(priya, proposed(priya, cast.sam), f"{page_of(cast.sam)}/sessions")
    first = meetings(cast)[1]
    move, following = f"/appointments/{first.id}/time", f"/appointments/{first.id}/following"
    assert "Move it and the next 3" in priya.get(move)
    shown = priya.post(f"{following}/proposal", {"day": "2026-12-14", "time": "09:30"}, of=move)
    assert "Moved from Friday 1 January 2027" in shown and meetings(cast)[1] == first
    assert "Appointments moved" in sends(priya, shown, following)
    assert [f"{each.starts_at:%m-%d %H:%M}" for each in meetings(cast)[1:]] == [
        "12-14 09:30",
        "01-04 09:30",
        "01-11 09:30",
        "01-25 09:30",
    ]


def test_if_an_appointment_is_moved_in_two_tabs_the_second_tab_shows_both_new_times(
    enter: SimpleNamespace, cast: Cast
) -> None:
    (meeting,) = meetings(cast)
    move = f"/appointments/{meeting.id}/time"
    mine = {"day": "2026-12-10", "time": "14:00", "seen": "1"}
    enter.priya.post(move, mine)
    page = enter.priya.post(move, {**mine, "day": "2026-12-17"})
    assert page.status == 409
    assert (
        "The appointment is now on Thursday 10 December, 2 pm." in page and 'value="2026-12-17"' in page.text
    )
    again = sends(enter.priya, page, move)
    assert again.status == 200 and f"{meetings(cast)[0].starts_at:%m-%d}" == "12-17"


def test_before_moving_all_later_sessions_companion_shows_the_times_that_another_tab_has_changed(
    enter: SimpleNamespace, cast: Cast
) -> None:
    priya = enter.priya
    sends(priya, proposed(priya, cast.sam), f"{page_of(cast.sam)}/sessions")
    first, second = meetings(cast)[1:3]
    following = f"/appointments/{first.id}/following"
    typed = {"day": "2026-12-14", "time": "09:30"}
    shown = priya.post(f"{following}/proposal", typed, of=following)
    priya.post(f"/appointments/{second.id}/time", {"day": "2027-01-05", "time": "11:00", "seen": "1"})
    page = sends(priya, shown, following)
    assert page.status == 409
    assert "Session, Tuesday 5 January 2027, 11 am" in page and 'value="2027-01-04"' in page.text
    assert meetings(cast)[1] == first
    assert "Appointments moved" in sends(priya, page, following)


def test_recording_attendance_in_a_second_tab_shows_both_records(enter: SimpleNamespace, cast: Cast) -> None:
    (meeting,) = meetings(cast)
    page = f"/appointments/{meeting.id}/attendance"
    chosen = {"attendance": "cancelled_by_participant", "words": "He has a cold.", "seen": "1"}
    enter.priya.post(page, chosen)
    other = {**chosen, "attendance": "cancelled_by_service", "words": "The room is taken."}
    again = enter.priya.post(page, other)
    assert again.status == 409
    for words in (
        "Somebody has since noted: Cancelled by the participant",
        "He has a cold.",
        "The room is taken.",
    ):
        assert words in again


@pytest.mark.parametrize(
    ("day", "time", "sentence"),
    [
        ("2026-11-01", "14:00", "That (time has already passed|day was more than two weeks ago)"),
        ("2031-11-24", "14:00", "more than three years away"),
        ("2027-03-28", "01:30", "The clocks go forward that night"),
    ],
)
def test_every_form_for_appointments_reports_invalid_times(
    day: str, time: str, sentence: str, enter: SimpleNamespace, cast: Cast
) -> None:
    (meeting,) = meetings(cast)
    rows = {"day-1": day, "time-1": time, "row-1": f"{meeting.id}", "seen-1": "1"}
    typed = {"day": day, "time": time, "kind": "session", "site": "epsom", "rhythm": "week", "seen": "1"}
    there, one = page_of(cast.sam), f"/appointments/{meeting.id}"
    for path in (
        f"{there}/appointments",
        f"{there}/sessions/proposal",
        f"{there}/sessions",
        f"{one}/time",
        f"{one}/following/proposal",
        f"{one}/following",
    ):
        page = enter.priya.post(path, {**typed, **rows}, of=there)
        assert page.status == 422 and re.search(sentence, page.text), path
    assert meetings(cast) == [meeting]


def test_a_time_repeated_by_the_clock_change_means_the_earlier_time(
    enter: SimpleNamespace, cast: Cast
) -> None:
    (meeting,) = meetings(cast)
    twice = {"day": "2027-10-31", "time": "01:30", "seen": "1"}
    assert enter.priya.post(f"/appointments/{meeting.id}/time", twice).status == 200
    assert f"{meetings(cast)[0].starts_at:%H:%M}" == "00:30"
    shown = enter.priya.get(f"/appointments/{meeting.id}/following")
    assert 'value="01:30"' in shown.text  # opening the page doesn't move the appointment
    assert sends(enter.priya, shown, f"/appointments/{meeting.id}/following").status == 200
    assert f"{meetings(cast)[0].starts_at:%H:%M}" == "00:30"


def test_pages_say_if_a_participants_only_appointment_has_been_cancelled(
    enter: SimpleNamespace, cast: Cast
) -> None:
    piece = cast.priya.sets(cast.sam, "a-week-of-choices")
    (meeting,) = meetings(cast)
    chosen = {"attendance": "cancelled_by_service", "words": "The room is taken.", "seen": "1"}
    enter.priya.post(f"/appointments/{meeting.id}/attendance", chosen)
    home = enter.sam.get("/my/")
    assert "Due before you next meet" in home and "isn't booked yet" in home
    assert "Thursday 26 November, 2 pm has been cancelled." in said(home)
    assert "26 November" not in enter.sam.get(f"/my/work/{piece}")
    his = enter.sam.get("/my/appointments")
    assert "cancelled" in his and "The room" not in his and "service" not in his.text.split("<h1")[1]
    assert "None booked" in enter.priya.get("/caseload")
    assert "Before you next meet." in enter.priya.get(page_of(cast.sam))
    cast.sam.finishes(piece)
    assert "will read your work before you next meet" in enter.sam.get(f"/my/work/{piece}/check")
    submission = cast.sam.submits(piece)
    assert "due before you next meet" in enter.priya.get(f"/submissions/{submission}")
    assert "No appointment booked" in enter.priya.get(f"{page_of(cast.sam)}/work/questions")


def test_a_participant_never_sees_remarks_about_attendance(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    (meeting,) = meetings(cast)
    clock.forward(days=2, minutes=30)
    chosen = {"attendance": "missed", "words": "He did not come.", "seen": "1"}
    page = f"/appointments/{meeting.id}/attendance"
    assert "Missed" in enter.priya.post(page, chosen)
    for path in ("/my/", "/my/appointments", "/account"):
        shown = enter.sam.get(path)
        assert not [word for word in ("issed", "did not come", "ttended") if word in shown.text], path


def test_a_participant_can_download_an_appointment_for_their_calendar(
    enter: SimpleNamespace, cast: Cast
) -> None:
    (meeting,) = meetings(cast)
    home = enter.sam.get("/my/")
    assert "Epsom, for 2 hours." in home and "Add to my calendar" in home
    page = enter.sam.get("/my/appointments")
    assert page.text.index("Anybody who can see your calendar") < page.text.index(f"{meeting.id}.ics")
    reply = enter.sam.client.get(f"/my/appointments/{meeting.id}.ics")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    assert reply.mimetype == "text/calendar" and "no-store" in reply.headers["Cache-Control"]
    (event,) = Calendar.from_ical(reply.data).walk("VEVENT")
    assert event.decoded("dtstart") == meeting.starts_at and event["summary"] == "Appointment"
    assert not [word for word in (b"Priya", b"Sam", b"ession", b"DESCRIPTION") if word in reply.data]
    others = meetings(cast, cast.idris)[0]
    assert enter.sam.client.get(f"/my/appointments/{others.id}.ics").status_code == 404


def test_a_calendar_feeds_url_can_be_cancelled(app: Flask, enter: SimpleNamespace, cast: Cast) -> None:
    assert meetings(cast)
    priya, place = enter.priya, "/caseload/calendar"
    shown = priya.post(f"{place}/address", of=place)
    address = re.search(r"/calendar/[\w-]{43}\.ics", shown.text)
    assert address
    assert address[0] not in priya.get(place).text
    calendar = app.test_client()  # a calendar program sends no cookie and gets none
    reply = calendar.get(address[0])
    assert reply.status_code == 200 and "Set-Cookie" not in reply.headers
    assert reply.headers["Cache-Control"] == "no-store"
    (event,) = Calendar.from_ical(reply.data).walk("VEVENT")
    assert (event["summary"], event["location"]) == ("Appointment", "Epsom")
    with cast.store.reading() as tx:
        reference = tx.get_one(appointments.Enrolment, cast.sam.enrolment_id).reference
    assert reference.encode() not in reply.data and b"Sam" not in reply.data
    assert "Address removed." in priya.post(f"{place}/end", of=place)
    ended, never = calendar.get(address[0]), calendar.get(f"/calendar/{'x' * 43}.ics")
    assert ended.status_code == never.status_code == 404 and ended.data == never.data == b""
    assert dict(ended.headers) == dict(never.headers) and "Set-Cookie" not in ended.headers


def test_an_invalid_calendar_url_gets_a_404_response(visitor: Visitor, cast: Cast) -> None:
    assert cast.sam
    for odd in ("%00", "%ff", "..", "x" * 200, "x" * 5000, "%2e%2e%2f", "'--", "a b", "٣"):
        assert visitor.client.get(f"/calendar/{odd}.ics").status_code == 404, odd


def said(page: Page) -> str:
    """Return the page's text without its markup."""
    words = re.sub(r"<[^>]+>", "", page.text).replace("&nbsp;", " ").replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(words.split())


def test_the_start_page_says_which_appointment_was_moved_or_cancelled(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    """The notice stays until the participant opens the appointments page or the appointment ends."""
    sam = cast.sam
    with cast.store.reading() as tx:
        (met,) = appointments.appointments(tx, sam.enrolment_id)
    assert "has moved" not in said(enter.sam.get("/my/"))
    address = f"/appointments/{met.id}/time"
    moves: dict[str, object] = {"day": "2026-12-08", "time": "10:00", "seen": "1", "confirmed": ""}
    enter.priya.post(address, moves, of=address)
    told = "Your meeting has moved from Thursday 26 November, 2 pm to Tuesday 8 December, 10 am."
    assert told in said(enter.sam.get("/my/"))
    clock.forward(days=8)
    enter.sam.sign_in(cast, sam)
    assert told in said(enter.sam.get("/my/"))
    assert "Moved from Thursday 26 November, 2 pm" in enter.sam.get("/my/appointments")
    assert "has moved" not in said(enter.sam.get("/my/"))

    enter.priya.sign_in(cast, cast.priya)
    address = f"/appointments/{met.id}/attendance"
    cancels: dict[str, object] = {"attendance": "cancelled_by_service", "seen": "2"}
    enter.priya.post(address, cancels, of=address)
    assert "Your meeting on Tuesday 8 December, 10 am has been cancelled." in said(enter.sam.get("/my/"))
    clock.forward(days=7)
    enter.sam.sign_in(cast, sam)
    assert "has been cancelled" not in said(enter.sam.get("/my/"))


def test_an_appointment_that_changes_again_is_announced_again(cast: Cast, enter: SimpleNamespace) -> None:
    """The notice lists every change that the participant hasn't read about yet."""
    (met,) = meetings(cast)
    time, attendance = f"/appointments/{met.id}/time", f"/appointments/{met.id}/attendance"

    def moves(day: str, seen: int) -> None:
        enter.priya.post(time, {"day": day, "time": "10:00", "seen": str(seen), "confirmed": ""}, of=time)

    moves("2026-12-08", 1)
    enter.sam.get("/my/appointments")
    moves("2026-12-09", 2)
    moves("2026-12-10", 3)
    known = "Your meeting has moved from Tuesday 8 December, 10 am to Thursday 10 December, 10 am."
    assert known in said(enter.sam.get("/my/"))
    moves("2026-12-08", 4)
    assert "has moved" not in said(enter.sam.get("/my/"))  # the participant has read about this time already

    enter.priya.post(attendance, {"attendance": "cancelled_by_service", "seen": "5"}, of=attendance)
    enter.sam.get("/my/appointments")
    assert "has been cancelled" not in said(enter.sam.get("/my/"))
    again = {"attendance": "cancelled_by_service", "words": "Flooded.", "seen": "6"}
    enter.priya.post(attendance, again, of=attendance)
    assert "cancelled" not in said(enter.sam.get("/my/"))  # a new remark of the practitioner isn't announced
    back = {"attendance": "not_noted", "words": "", "seen": "7", "confirmed": ""}
    enter.priya.post(attendance, back, of=attendance)
    assert "Your meeting on Tuesday 8 December, 10 am is back on." in said(enter.sam.get("/my/"))
    enter.sam.get("/my/appointments")
    assert "on again" not in said(enter.sam.get("/my/"))
