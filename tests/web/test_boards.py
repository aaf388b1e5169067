"""Test the filters and pages of practitioners' and leads' boards."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from companion.domain.caseloads.board_query import PAGE
from companion.domain.concerns.concerns import ConcernKind
from companion.domain.enrolments.pathway import PathwayState, StepForm
from companion.services.caseloads import pathway_steps
from companion.services.work import assign
from companion.services.work.assign import Due, QuickWork
from companion.store.base import Store
from companion.store.caseloads import board
from companion.store.enrolments.enrolments import Enrolment
from companion.store.meetings import appointments
from companion.web.page import i18n
from tests.cast import Cast
from tests.crowd import fill
from tests.fixtures import Clock
from tests.people import CARD
from tests.visitor import Page, Visitor


def rows(page: Page) -> list[str]:
    """Return the text of each row of a board."""
    found = re.findall(r"<tr>(.+?)</tr>", page.text.partition("<tbody")[2], re.DOTALL)
    words = [html.unescape(re.sub(r"<[^>]+>", " ", row)).replace("\N{NO-BREAK SPACE}", " ") for row in found]
    return [" ".join(row.split()) for row in words]


def reference_of(cast: Cast, name: str) -> str:
    with cast.store.reading() as tx:
        return tx.get_one(Enrolment, getattr(cast, name).enrolment_id).reference


@contextmanager
def statements(*stores: Store) -> Iterator[list[str]]:
    """Inside this context, collect the SQL statements that both databases receive."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    engines = [engine for store in stores for engine in (store._engine, store.keys.engine)]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield said
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def test_boards_need_no_more_sql_statements_for_more_enrolments(cast: Cast, enter: SimpleNamespace) -> None:
    """The test compares boards of 21, 45 and 200 enrolments."""
    cast.sam.finishes(work := cast.priya.sets(cast.sam, "a-week-of-choices"))
    cast.sam.submits(work)
    cast.sam.tells("I need to say this.")
    for number, question in enumerate(("How was it?", "What helped?")):
        quickly(cast, f"Two things {number}", question)
    store = enter.priya.client.application.extensions["store"]
    pages = [
        *((enter.priya, f"/caseload{end}") for end in ("", "?show=overdue", "?state=every&page=2")),
        *((enter.margaret, f"/lead/board{end}") for end in ("", "?show=needs-a-look&site=epsom", "?page=2")),
        (enter.margaret, "/lead/"),
    ]
    counts = []
    for more in (20, 24, 155):
        fill_also(cast, more)
        asked = []
        for visitor, path in pages:
            visitor.get(path)
            with statements(store) as said:
                assert visitor.get(path).status == 200
            asked.append((path, len(said)))
        counts.append(asked)
    assert counts[0] == counts[1] == counts[2]


def fill_also(cast: Cast, more: int) -> None:
    """Add this many enrolments to Priya's caseload."""
    fill(cast.store, cast.priya.viewer.account_id, more, cast.now, caseload=more)


def quickly(cast: Cast, title: str, question: str) -> None:
    with cast.store.reading() as tx:
        due = appointments.appointments(tx, cast.sam.enrolment_id)[0]
    asked = Due(uuid4(), str(due.id), CARD)
    assign.quickly_set(cast.priya.actor, cast.sam.enrolment_id, QuickWork(title, "For you.", question), asked)


def test_a_board_shows_forty_rows_per_page(cast: Cast, enter: SimpleNamespace) -> None:
    fill_also(cast, 95)
    first, last = enter.priya.get("/caseload"), enter.priya.get("/caseload?page=3")
    assert len(rows(first)) == 40 and len(rows(last)) == 15
    assert "Page 1 of 3" in first and 'href="/caseload?page=2"' in first.text
    assert not set(rows(first)) & set(rows(last))
    page = enter.priya.get("/caseload?show=next-7-days&state=in_programme&page=2")
    assert re.search(r'href="/caseload\?show=to-read&amp;state=in_programme"', page.text)
    assert (
        'aria-current="true">Next 7 days' in page.text
        and '<option value="in_programme" selected>' in page.text
    )


@pytest.mark.parametrize(
    "args",
    [
        "show=x", "show=to-talk", "state=king", "page=0", "page=-1", "page=%D9%A3", "page=99999999999",
        "page=2", "show=%00&state=%00&page=%00", "reference=%00", "reference=" + "9" * 3000, "show=to-read&show=x",
    ],
)  # fmt: skip
def test_invalid_filters_in_a_url_cause_no_error_on_a_board(
    args: str, cast: Cast, enter: SimpleNamespace
) -> None:
    cast.sam.submits(done(cast))
    for visitor, path in ((enter.priya, "/caseload"), (enter.margaret, "/lead/board")):
        page = visitor.get(f"{path}?{args}")
        assert page.status == 200 and len(rows(page)) >= 1
    page = enter.margaret.get("/lead/board?practitioner=king&site=london")
    assert "This filter doesn't exist" in page and len(rows(page)) == 1
    assert "That page doesn't exist. This is page 1 of 1." in enter.priya.get("/caseload?page=7")


def done(cast: Cast) -> UUID:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.finishes(work)
    return work


def test_a_participant_is_found_by_their_reference_however_it_is_typed(
    cast: Cast, enter: SimpleNamespace
) -> None:
    sam, idris = reference_of(cast, "sam"), reference_of(cast, "idris")
    for typed in (sam, sam.lower(), sam.replace("-", ""), f"  {sam[:2]} {sam[3:]} "):
        page = enter.priya.client.get("/caseload", query_string={"reference": typed})
        assert page.headers["Location"] == f"/participants/{cast.sam.enrolment_id}"
        found = enter.margaret.get(f"/lead/board?reference={typed}")
        assert [row.partition(" ")[0] for row in rows(found)] == [sam]
    for nobodys in (idris, "K7-40", "<b>Sam</b>"):
        page = enter.priya.get(f"/caseload?reference={nobodys}")
        assert f"Nobody in your caseload has the reference {nobodys}" in page and len(rows(page)) == 1
        assert "<b>Sam</b>" not in page.text.partition("<table")[0]


def test_the_board_links_to_the_brief_for_the_next_session(
    cast: Cast, clock: Clock, enter: SimpleNamespace
) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    clock.forward(days=1)
    page = enter.priya.get("/caseload").text.partition("<dialog")[0]
    assert "Read the brief<span" in page.partition("<table")[0] and page.count("btn primary") == 1
    cast.sam.finishes(work)
    cast.sam.submits(work)
    page = enter.priya.get("/caseload").text.partition("<dialog")[0]
    assert "Read the brief<span" in page.partition("<table")[0]
    assert re.findall(r'btn primary" href="(/[^/]+/)', page) == ["/submissions/"], (
        "the first row of the queue"
    )
    assert "Read the brief" not in enter.priya.get("/caseload?show=to-talk")


def test_each_board_filter_shows_the_matching_participants(
    cast: Cast, clock: Clock, enter: SimpleNamespace
) -> None:
    sam, owen = cast.sam, cast.owen
    cast.priya.sets(owen, "hopes-and-fears")
    sam.submits(done(cast))
    shown = {show: enter.priya.get(f"/caseload?show={show}") for show in ("to-read", "overdue", "to-talk")}
    assert [len(rows(page)) for page in shown.values()] == [1, 0, 1]
    assert rows(shown["to-read"])[0].count("Sam") and "No participants match." in shown["overdue"]
    clock.forward(days=5)
    enter.priya.sign_in(cast, cast.priya)
    (late,) = rows(enter.priya.get("/caseload?show=overdue"))
    assert "Owen" in late and "overdue" in late
    assert len(rows(enter.priya.get("/caseload?show=next-7-days"))) == 0
    assert len(rows(enter.margaret.get("/lead/board?show=needs-a-look"))) == 2


def test_closed_enrolments_appear_on_the_board_only_on_request(cast: Cast, enter: SimpleNamespace) -> None:
    for to in ("ended_early", "closed"):
        seen = PathwayState.IN_PROGRAMME if to == "ended_early" else PathwayState.ENDED_EARLY
        pathway_steps.move_on(
            cast.priya.actor, cast.sam.enrolment_id, StepForm(seen, to, "2026-11-24", "It is over.")
        )
    assert "Show closed participants too" in enter.priya.get("/caseload")
    for args in ("state=closed", "state=every"):
        assert [("Sam" in row, "Closed" in row) for row in rows(enter.priya.get(f"/caseload?{args}"))] == [
            (True, True)
        ]
    sam = reference_of(cast, "sam")
    assert sam not in enter.margaret.get("/lead/board") and sam in enter.margaret.get(
        "/lead/board?reference=" + sam
    )


def test_boards_show_only_names_that_the_viewer_may_see_and_no_private_text(
    cast: Cast, enter: SimpleNamespace
) -> None:
    quickly(cast, "About his brother", "How is your brother?")
    about = cast.sam.tells("My practitioner said something.", kind=ConcernKind.ABOUT_PRACTITIONER)
    board, leads = enter.priya.get("/caseload"), enter.margaret.get("/lead/board")
    assert "Your own questions" in board and "brother" not in board.text + leads.text
    assert "concern" not in rows(board)[0] and str(about) not in board.text
    assert "One open concern" in rows(leads)[0] and "Priya" in rows(leads)[0]
    assert not re.search(r"\b(Sam|Owen|Idris)\b", leads.text)
    assert reference_of(cast, "idris") not in board.text and "Idris" not in board.text


def test_the_board_links_directly_to_each_participants_next_step(cast: Cast, enter: SimpleNamespace) -> None:
    name = cast.sam.viewer.name
    assert (
        f'press" href="/participants/{cast.sam.enrolment_id}/work/new">Set work'
        in enter.priya.get("/caseload").text
    )
    submission = cast.sam.submits(done(cast))
    way = re.compile(
        rf'href="/submissions/{submission}[^"]*">([\w ]+)<span class="vh"> A week of choices, {name}'
    )
    assert way.findall(enter.priya.get("/caseload").text) == ["Read", "Read"], "in front, and in his row"
    cast.priya.reads(submission)
    assert way.findall(enter.priya.get("/caseload").text) == ["Give feedback", "Answer"]


def test_a_lead_can_filter_the_board_by_practitioner_and_site(cast: Cast, enter: SimpleNamespace) -> None:
    sam, idris = reference_of(cast, "sam"), reference_of(cast, "idris")
    daniel = cast.daniel.viewer.account_id
    assert [sam in row for row in rows(enter.margaret.get("/lead/board"))] == [True, False]
    page = enter.margaret.get(f"/lead/board?practitioner={daniel}")
    assert [row.partition(" ")[0] for row in rows(page)] == [idris] and f"practitioner={daniel}" in page.text
    assert rows(enter.margaret.get("/lead/board?site=bromsgrove")) == []
    assert len(rows(enter.margaret.get("/lead/board?site=epsom"))) == 2


def test_a_lead_chooses_a_practitioner_from_the_list_of_staff(cast: Cast, enter: SimpleNamespace) -> None:
    sam, idris = reference_of(cast, "sam"), reference_of(cast, "idris")
    assert 'href="/lead/staff">Choose a practitioner' in enter.margaret.get("/lead/board").text
    ways = re.findall(r'href="(/lead/board[^"]+)">On the board', enter.margaret.get("/lead/staff").text)
    found = [[row.partition(" ")[0] for row in rows(enter.margaret.get(way))] for way in ways]
    assert sorted(found) == sorted([[sam], [idris]])
    page = enter.margaret.get(f"/lead/board?practitioner={cast.daniel.viewer.account_id}&show=next-7-days")
    assert "Only Daniel's participants." in page
    (back,) = re.findall(r'href="([^"]+)">Show all practitioners', page.text)
    assert back == "/lead/board?show=next-7-days"


def test_a_board_lists_only_its_first_thousand_participants(
    cast: Cast, enter: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (board, i18n):
        monkeypatch.setattr(module, "MOST", PAGE)
    fill_also(cast, 2 * PAGE)
    page = enter.margaret.get("/lead/board")
    assert 'aria-current="true">Everyone <b>40+</b>' in page.text and len(rows(page)) == PAGE
    assert "The board lists only the first 40." in page and "Page 1 of" not in page
    assert "40+ participants, by reference." in enter.margaret.get("/lead/")
    few = enter.margaret.get("/lead/board?show=concerns")
    assert "The board lists only" not in few


def test_an_empty_board_says_what_will_appear_on_it(enter: SimpleNamespace) -> None:
    visitor: Visitor = enter.margaret
    assert "No participants have been added yet." in visitor.get("/lead/board")
    assert "No participants have been added yet." in visitor.get("/lead/")
    assert "No participants yet." in enter.priya.get("/caseload")


def test_answers_that_are_marked_for_the_session_stay_on_the_board_until_the_session(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    cast.sam.finishes(work := cast.priya.sets(cast.sam, "a-week-of-choices"))
    cast.priya.releases(cast.sam.submits(work), whole="Thank you.")
    (row,) = rows(enter.priya.get("/caseload?show=to-talk"))
    assert "answers to talk about" in row

    clock.forward(days=3)  # suppose that Sam's session was a day earlier
    with cast.store.reading() as tx:
        (meeting,) = appointments.appointments(tx, cast.sam.enrolment_id)
    enter.priya.post(
        f"/appointments/{meeting.id}/attendance",
        of=f"/appointments/{meeting.id}/attendance",
        attendance="attended",
    )
    assert rows(enter.priya.get("/caseload?show=to-talk")) == []


def test_boards_show_which_participants_have_no_session_booked(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    reference = reference_of(cast, "sam")
    cast.priya.moves(cast.sam, PathwayState.IN_PROGRAMME)
    assert not [row for row in rows(enter.margaret.get("/lead/board?show=needs-a-look")) if reference in row]
    clock.forward(days=206)
    enter.margaret.sign_in(cast, cast.margaret)
    (row,) = [row for row in rows(enter.margaret.get("/lead/board?show=needs-a-look")) if reference in row]
    assert "no session booked" in row and "one session without attendance" in row
    assert "Nothing outstanding" not in row
    assert [row for row in rows(enter.priya.get("/caseload?show=none-booked")) if reference in row]


def test_a_session_without_recorded_attendance_comes_first_on_the_board(
    cast: Cast, enter: SimpleNamespace, clock: Clock
) -> None:
    sam = cast.sam
    clock.forward(days=3)
    page = enter.priya.get("/caseload")
    with cast.store.reading() as tx:
        (meeting,) = appointments.appointments(tx, sam.enrolment_id)
    assert "attendance isn't recorded" in page
    address = f"/appointments/{meeting.id}/attendance"
    after = f'href="/appointments/{meeting.id}/after?'
    assert after in page.text
    enter.priya.post(address, {"attendance": "missed", "seen": str(meeting.revision)}, of=address)
    assert after not in enter.priya.get("/caseload").text


def test_the_practitioner_is_warned_before_ending_a_programme_with_unfinished_tasks(
    cast: Cast, enter: SimpleNamespace
) -> None:
    cast.priya.moves(cast.sam, PathwayState.IN_PROGRAMME)
    cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.writes("May I bring my notebook?")
    cast.priya.raises(cast.sam, "He sounds very low.")
    address = f"/participants/{cast.sam.enrolment_id}/path"
    page = enter.priya.get(address)
    for words in ("One open concern", "One message to read", "Set work: one not submitted"):
        assert words in page
    step: dict[str, object] = {name: page.field(name) for name in ("seen", "once")}
    step |= {"to": "completed", "day": "2026-11-24"}
    refused = enter.priya.post(address, step, of=address)
    assert refused.status == 422 and "Look at the list of things you still need to deal with" in refused
    with cast.store.reading() as tx:
        assert tx.get_one(Enrolment, cast.sam.enrolment_id).state == PathwayState.IN_PROGRAMME
    enter.priya.post(address, {**step, "confirmed": "yes"}, of=address)
    with cast.store.reading() as tx:
        assert tx.get_one(Enrolment, cast.sam.enrolment_id).state == PathwayState.COMPLETED
