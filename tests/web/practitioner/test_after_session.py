"""Test the after-session page, on which a practitioner records a session. The page has text that only staff
can read, and text that participants can read too.
"""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from companion.domain.meetings.appointments import Attendance
from companion.services.authoring import approval
from companion.store.activities import library
from companion.store.meetings.appointments import AppointmentRow
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import Clock
from tests.groups import a_group, a_meeting
from tests.visitor import Page, Visitor

CARRIED = ("once", "seen", "topics_seen", "agreed_seen", "draft_seen", "tab", "beat")


@pytest.fixture
def page(cast: Cast) -> str:
    with cast.store.reading() as tx:
        versions = library.newest_versions(tx)[:3]
    for each in versions:
        approval.approve(cast.margaret.actor, each.id, each.revision)
    return f"/appointments/{cast.met(cast.sam.enrolment_id, days=1)}/after"


def sends(who: Visitor, shown: Page, to: str = "", **typed: str) -> Page:
    """Type these values into the page's form, and send the form."""
    carried: dict[str, object] = {name: shown.field(name) for name in CARRIED}
    return who.post(to or shown.path, {**carried, **typed}, of=shown.path)


def halves(shown: Page) -> tuple[str, str]:
    """Split the page into the staff-only half and the half that participants also see."""
    staff, theirs = re.findall(r"<section .*?</section>", shown.text, re.DOTALL)[:2]
    return staff, theirs


def first_offered(shown: Page) -> str:
    found = re.search(r'name="work" value="([0-9a-f-]{36})"', shown.text)
    assert found
    return found[1]


def test_the_after_session_page_separates_what_staff_and_participants_see(
    enter: SimpleNamespace, page: str
) -> None:
    shown = enter.priya.get(page)
    assert "After the session with Sam" in shown and "Session 1 of 5" in shown
    staff, theirs = halves(shown)
    for name in ("attendance", "mark-1", "note"):
        assert f'name="{name}"' in staff and f'name="{name}"' not in theirs, name
    for name in ("agreed", "work", "why", "due", "when", "where", "if_blocked"):
        assert f'name="{name}"' in theirs and f'name="{name}"' not in staff, name


def test_participants_cannot_see_the_staff_half_of_an_after_session_page(
    enter: SimpleNamespace, page: str
) -> None:
    shown = enter.priya.get(page)
    saved = sends(
        enter.priya,
        shown,
        attendance="attended",
        note="Spoke more easily.",
        agreed="Phone stays downstairs.",
        work=first_offered(shown),
        why="It showed what helps.",
        when="2026-11-25 evening",
        due=re.findall(r'<option value="([0-9a-f-]{36})"', shown.text.partition('name="due"')[2])[0],
        **{"mark-1": "covered"},
    )
    assert (
        saved.path.startswith("/participants/")
        and "Saved: attendance, topics, what you agreed, note, next work, when and where." in saved
    )
    home = enter.sam.get("/my/")
    assert "Phone stays downstairs." in home and "You said: <b>tomorrow evening</b>." in home
    for path in ("/my/", "/my/appointments", "/my/messages"):
        assert "Spoke more easily." not in enter.sam.get(path)


def test_the_part_of_a_session_record_that_participants_see_can_be_previewed(
    cast: Cast, enter: SimpleNamespace, page: str
) -> None:
    shown = enter.priya.get(page)
    looked = sends(
        enter.priya,
        shown,
        then="look",
        attendance="attended",
        note="Spoke more easily.",
        agreed="Phone stays downstairs.",
        work=first_offered(shown),
        why="It showed what helps.",
    )
    assert looked.status == 200
    look = looked.text.partition('id="look"')[2].partition("</section>")[0]
    assert "What Sam will see when you save" in look
    assert "Phone stays downstairs." in look and "It showed what helps." in look
    assert "Spoke more easily." not in look
    assert "Phone stays downstairs." not in enter.sam.get("/my/")
    assert sends(enter.priya, looked, attendance="attended", agreed="Phone stays downstairs.").status == 200
    assert "Phone stays downstairs." in enter.sam.get("/my/")


def test_an_unfinished_after_session_page_keeps_its_text(enter: SimpleNamespace, page: str) -> None:
    shown = enter.priya.get(page)
    assert "half finished" not in enter.priya.get("/caseload")
    kept = sends(
        enter.priya,
        shown,
        f"{page}/draft",
        then="typing",
        attendance="attended",
        note="Half a",
        **{"mark-2": "touched"},
    )
    assert kept.status == 200
    assert "half finished" in enter.priya.get("/caseload")
    again = enter.priya.get(page)
    text = " ".join(again.text.split())
    assert "Half a" in again and "Sam won't see anything until you press Save." in again
    assert (
        'name="attendance" value="attended" checked' in text
        and 'name="mark-2" value="touched" checked' in text
    )


def test_notes_typed_about_a_session_in_two_windows_are_both_shown(enter: SimpleNamespace, page: str) -> None:
    first, second = enter.priya.get(page), enter.priya.get(page)
    sends(enter.priya, first, f"{page}/draft", then="typing", note="From the first.")
    assert sends(enter.priya, second, f"{page}/draft", then="typing", note="From the second.").status == 409
    late = sends(enter.priya, second, attendance="attended", note="From the second.")
    assert late.status == 409 and "From the first." in late and "From the second." in late
    saved = sends(enter.priya, late, attendance="attended", note="From the second.")
    assert saved.status == 200 and saved.path.startswith("/participants/")


def test_text_saved_in_another_window_is_shown_beside_typed_text(enter: SimpleNamespace, page: str) -> None:
    first, second = enter.priya.get(page), enter.priya.get(page)
    sends(enter.priya, first, attendance="attended", agreed="A walk a day.", **{"mark-1": "touched"})
    late = sends(enter.priya, second, attendance="missed", agreed="Two walks a day.", **{"mark-1": "open"})
    assert late.status == 409
    for words in ("Saved attendance: Attended", "A walk a day.", "Two walks a day."):
        assert words in late
    right = sends(
        enter.priya, late, attendance="attended", agreed="Two walks a day.", **{"mark-1": "covered"}
    )
    assert right.status == 200 and "Two walks a day." in enter.sam.get("/my/")


def test_moving_a_session_to_a_later_time_keeps_the_typed_text(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    met = cast.met(cast.sam.enrolment_id, days=1)
    page = f"/appointments/{met}/after"
    shown = enter.priya.get(page)
    with by_hand(cast.store) as tx:
        row = tx.get_one(AppointmentRow, met)
        row.starts_at, row.revision = cast.now + timedelta(minutes=10), 2
        tx.commit()
    late = sends(enter.priya, shown, attendance="attended", note="We talked about walks.")
    assert late.status == 409 and "You can save this page once it has begun." in late
    assert "We talked about walks." in late
    assert re.search(r'<button class="btn primary"', late.text.partition("<main")[2]) is None
    clock.forward(minutes=11)
    assert "We talked about walks." in enter.priya.get(page)


def test_a_session_wrongly_recorded_as_cancelled_can_be_corrected(
    cast: Cast, enter: SimpleNamespace, page: str
) -> None:
    sends(enter.priya, enter.priya.get(page), attendance="cancelled_by_service")
    shown = enter.priya.get(page)
    wrong = sends(enter.priya, shown, attendance="cancelled_by_service", agreed="A walk a day.")
    assert wrong.status == 422 and "first choose Attended" in wrong and "A walk a day." in wrong
    sends(enter.priya, wrong, attendance="attended", agreed="A walk a day.")
    assert "A walk a day." in enter.sam.get("/my/")


def test_recording_a_group_session_for_one_member_leaves_other_members_records_unchanged(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets(a_meeting("2026-12-10"))
    clock.forward(days=17)
    place = group.places(meeting)[cast.sam.enrolment_id]
    priya = enter.priya
    shown = priya.get(f"/appointments/{place.id}/after")
    assert "This is a group meeting, but" in shown and f"/groups/meetings/{meeting}/attendance" in shown.text
    sends(priya, shown, attendance="attended")
    noted = {each.attendance for each in group.places(meeting).values()}
    assert noted == {Attendance.ATTENDED, Attendance.NOT_NOTED}


def test_the_after_session_page_offers_no_work_without_a_next_appointment(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    page = f"/appointments/{cast.met(cast.sam.enrolment_id, days=1)}/after"
    clock.forward(days=3)
    priya = enter.priya
    shown = priya.get(page)
    assert "Book the next one first" in shown and 'name="work"' not in shown.text


def test_the_participants_page_links_to_the_after_session_page(
    cast: Cast, enter: SimpleNamespace, page: str
) -> None:
    assert f'href="{page}"' in enter.priya.get(f"/participants/{cast.sam.enrolment_id}").text
    assert enter.sam.client.get(page).status_code == 404


def test_a_session_that_nobody_booked_can_be_recorded_afterwards(enter: SimpleNamespace, cast: Cast) -> None:
    participant = f"/participants/{cast.sam.enrolment_id}"
    met = {"kind": "session", "day": "2026-11-20", "time": "14:00", "site": "epsom", "length": ""}
    added = enter.priya.post(f"{participant}/appointments", met, of=participant)
    assert re.fullmatch(r"/appointments/[0-9a-f-]+/after", added.path) and "Appointment added." in added
    saved = sends(enter.priya, added, attendance="attended")
    assert "Saved: attendance" in saved
    assert f'href="{added.path}"' in enter.priya.get(participant).text, "the latest session stays in reach"


def test_a_session_that_began_today_comes_first_on_the_participants_page(
    enter: SimpleNamespace, cast: Cast
) -> None:
    participant = f"/participants/{cast.sam.enrolment_id}"
    assert "Brief for the next meeting" in enter.priya.get(participant)
    cast.met(cast.sam.enrolment_id, days=0)
    shown = enter.priya.get(participant)
    panel = re.search(r'aria-labelledby="next-appointment".*?</section>', shown.text, re.DOTALL)
    assert panel and "After the session" in panel[0] and "Brief for this meeting" in panel[0]
