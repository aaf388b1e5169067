"""Test the practitioner's pages about groups."""

import re
from types import SimpleNamespace
from uuid import UUID

from sqlalchemy import Engine, event

from companion.services.authoring import approval
from companion.store.activities import library
from tests.cast import Cast
from tests.fixtures import Clock
from tests.groups import a_group, a_meeting, meetings, pieces
from tests.people import Participant
from tests.visitor import Page, Visitor
from tests.web.forms import Forms


def sends(priya: Visitor, page: Page, action: str, **changed: object) -> Page:
    """Send the page's form with these fields changed."""
    return priya.post(action, {**Forms(page).of(action), **changed}, of="/account")


def approved(cast: Cast, slug: str = "a-week-of-choices") -> UUID:
    """Approve an activity, and return its version's id."""
    with cast.store.reading() as tx:
        version = next(each for each in library.newest_versions(tx) if each.activity.id == slug)
    approval.approve(cast.margaret.actor, version.id, version.revision)
    return version.id


def test_a_group_can_be_created_and_have_meetings_and_work(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    priya, sam, owen = enter.priya, cast.sam, cast.owen
    assert "No groups yet." in priya.get("/groups")
    new = priya.get("/groups/new")
    assert "Sam" in new and "Idris" not in new
    ids = [str(sam.enrolment_id), str(owen.enrolment_id)]
    page = sends(priya, new, "/groups/new", label="Tuesday mornings", members=ids)
    group = page.path
    assert "Group created." in page and "Tuesday mornings" in page and "G-" in page
    typed = {"kind": "session", "day": "2026-12-10", "time": "14:00", "site": "epsom"}
    assert "Meeting added" in sends(priya, page, f"{group}/meetings", **typed)
    card = f"{group}/work/new/{approved(cast)}"
    assert card in priya.get(f"{group}/work/new").text
    form = priya.get(card)
    assert "For 2 participants" in form
    assert "Work set for 2 people." in sends(priya, form, card, why="To look back")
    for who in (sam, owen):
        submission = hand_in(cast, who)
    cast.priya.reads(submission)
    shown = priya.get(group)
    assert "submitted, not read" in shown and "read, no feedback yet" in shown and "one unread" in shown
    listed = priya.get("/groups")
    assert "2 participants" in listed and "one unread" in listed and "Thursday 10 December, 2 pm" in listed
    (meeting,) = set(re.findall(r"/groups/meetings/[0-9a-f-]+", shown.text))
    moved = sends(priya, priya.get(f"{meeting}/time"), f"{meeting}/time", day="2026-12-11")
    assert "moved for everyone" in moved
    for who in (sam, owen):
        assert "Friday 11 December, 2 pm" in getattr(enter, who.sign_in_name).get("/my/appointments")
    clock.forward(days=20)
    priya.sign_in(cast, cast.priya)
    noting = priya.get(f"{meeting}/attendance")
    chosen = {"attendance-1": "attended", "attendance-2": "missed"}
    assert "Attendance saved." in sends(priya, noting, f"{meeting}/attendance", **chosen)
    assert {meetings(cast, who)[-1].attendance for who in (sam, owen)} == {"attended", "missed"}


def hand_in(cast: Cast, who: Participant) -> UUID:
    piece = pieces(cast, who)[0].id
    who.finishes(piece)
    return who.submits(piece)


def test_changing_a_group_in_two_tabs_shows_both_versions(enter: SimpleNamespace, cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = f"/groups/meetings/{group.meets()}"
    for page, typed, other in (
        (f"{meeting}/time", {"day": "2026-12-16"}, {"day": "2026-12-15"}),
        (
            f"{meeting}/attendance",
            {"attendance-1": "cancelled_by_participant"},
            {"attendance-1": "cancelled_by_service"},
        ),
        (f"/groups/{group.id}/label", {"label": "Mondays"}, {"label": "Fridays"}),
    ):
        stale = enter.priya.get(page)
        assert sends(enter.priya, stale, page, **other).status == 200
        both = sends(enter.priya, stale, page, **typed)
        assert both.status == 409 and "changed in another window" in both
        assert all(Forms(both).of(page)[name] == [text] for name, text in typed.items())
        # the practitioner has been shown both versions
        assert sends(enter.priya, both, page, **typed).status == 200
    stale = enter.priya.get(f"{meeting}/cancellation")
    group.moves(UUID(meeting.rpartition("/")[2]), "2026-12-18")
    assert "now on Friday 18 December" in sends(enter.priya, stale, f"{meeting}/cancellation")


def test_a_member_who_has_just_left_gets_no_group_work(enter: SimpleNamespace, cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    meeting = group.meets()
    there = f"/groups/{group.id}/work/new/{approved(cast)}"
    card, leaving = enter.priya.get(there), f"/groups/{group.id}/members/{cast.owen.enrolment_id}/leaving"
    page = enter.priya.get(leaving)
    assert "One meeting is still to come." in page
    assert "They've left the group" in sends(enter.priya, page, leaving)
    assert "Work set for one person." in sends(enter.priya, card, there, why="To look back")
    assert pieces(cast, cast.owen) == []
    assert "They left on" in enter.priya.get(leaving)
    assert group.places(meeting)[cast.owen.enrolment_id].cancelled


def test_a_group_meeting_that_clashes_with_an_appointment_can_still_be_booked(
    enter: SimpleNamespace, cast: Cast
) -> None:
    own = meetings(cast, cast.sam)[0].starts_at
    group = a_group(cast, cast.sam)
    page = enter.priya.get(f"/groups/{group.id}")
    when = {"day": f"{own:%Y-%m-%d}", "time": f"{own:%H:%M}", "kind": "session", "site": "epsom"}
    shown = sends(enter.priya, page, f"/groups/{group.id}/meetings", **when)
    assert shown.status == 422 and "Already booked at that time: Sam" in shown
    mark = re.search(r'name="confirmed" value="(\w+)"', shown.text)
    assert mark
    booked = sends(enter.priya, shown, f"/groups/{group.id}/meetings", confirmed=mark[1])
    assert booked.status == 200 and len(meetings(cast, cast.sam)) == 2
    move = f"/appointments/{meetings(cast, cast.owen)[0].id}/time"
    moved = sends(enter.priya, enter.priya.get(move), move, day=when["day"], time=when["time"])
    assert moved.status == 422 and "Already booked at that time: Group G-" in moved


def test_sessions_are_proposed_and_booked_for_a_whole_group(enter: SimpleNamespace, cast: Cast) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    there = f"/groups/{group.id}/sessions"
    typed = {"day": "2026-12-11", "time": "14:00", "rhythm": "two-weeks", "days": "", "site": "bromsgrove"}
    proposed = enter.priya.post(f"{there}/proposal", {**typed}, of=there)
    assert "Moved from Friday 25 December" in proposed and len(meetings(cast, cast.sam)) == 1
    assert "5 sessions are booked." in sends(enter.priya, proposed, there)
    assert len(meetings(cast, cast.sam)) == len(meetings(cast, cast.owen)) == 6
    assert "Every session of the programme is booked." in enter.priya.get(there)


def test_the_page_of_an_appointment_in_a_group_says_that_changes_affect_only_this_participant(
    enter: SimpleNamespace, cast: Cast
) -> None:
    group = a_group(cast, cast.sam, cast.owen)
    place = group.places(group.meets())[cast.sam.enrolment_id].id
    for page in ("time", "attendance"):
        assert "any change you make on this page will only affect this participant." in enter.priya.get(
            f"/appointments/{place}/{page}"
        )
    assert "In the group G-" in enter.priya.get(f"/participants/{cast.sam.enrolment_id}")


def test_the_number_of_sql_statements_for_a_group_page_does_not_depend_on_the_groups_size(
    enter: SimpleNamespace, cast: Cast
) -> None:
    group = a_group(cast, cast.sam)
    group.sets(group.meets())
    asked = list[str]()
    enter.priya.get("/groups")

    def statements(path: str) -> int:
        asked.clear()
        assert enter.priya.get(path).status == 200
        return len(asked)

    event.listen(Engine, "before_cursor_execute", lambda *those: asked.append(those[2]))
    paths = (
        f"/groups/{group.id}",
        "/groups",
        f"/groups/{group.id}/work/new",
        f"/groups/meetings/{group.meets(a_meeting('2026-12-18'))}/attendance",
    )
    few = [statements(path) for path in paths]
    group.lets_in(cast.owen, *(cast.another(f"Robin {number}", 10 + number) for number in range(4)))
    group.sets(group.meets(a_meeting("2027-02-02")), "hopes-and-fears")
    a_group(cast, cast.another("Kit", 20)).meets(a_meeting("2027-02-03"))
    assert few[0] > 5 and [statements(path) for path in paths] == few
