"""Test that pages say correctly whether anything is left to do."""

from types import SimpleNamespace
from uuid import UUID

from companion.domain.enrolments.pathway import PathwayState
from tests.cast import Cast
from tests.fixtures import Clock

NOTHING_MORE = "There's nothing more to do for now."
NOTHING = "There's nothing for you to do just now."
SENT = "You've sent “A week of choices”."


def sends(cast: Cast) -> UUID:
    cast.sam.finishes(work := cast.priya.sets(cast.sam, "a-week-of-choices"))
    cast.sam.submits(work)
    return work


def test_the_receipt_for_sent_work_says_how_much_work_is_left(enter: SimpleNamespace, cast: Cast) -> None:
    work = sends(cast)
    assert NOTHING_MORE in enter.sam.get(f"/my/work/{work}/receipt")
    for slug in ("hopes-and-fears", "urge-and-choice-diary"):
        cast.priya.sets(cast.sam, slug)
    page = enter.sam.get(f"/my/work/{work}/receipt")
    assert NOTHING_MORE not in page and "2 more things are waiting for you on your start page." in page
    said = page.text
    assert (
        said.index("Priya will read your answers")
        < said.index("See who answers now")
        < said.index("2 more things")
    )


def test_the_start_page_says_when_sent_work_will_be_read(enter: SimpleNamespace, cast: Cast) -> None:
    sends(cast)
    home = enter.sam.get("/my/")
    assert f"{SENT} Priya will read your work before you meet on Thursday 26 November" in home
    assert "You'll next see Priya on" in home and NOTHING not in home
    assert '<a href="/my/plan/build/signs">your plan</a> is here for you.' in home.text
    cast.sam.finishes(other := cast.priya.sets(cast.sam, "hopes-and-fears"))
    cast.sam.submits(other)
    home = enter.sam.get("/my/")
    assert (
        "You've sent 2 sets of answers. Priya will read your answers before you meet on Thursday 26 November"
        in home
    )


def test_an_unread_message_counts_as_something_left_to_do(enter: SimpleNamespace, cast: Cast) -> None:
    work = sends(cast)
    assert SENT in enter.sam.get("/my/")
    cast.priya.writes_to(cast.sam, "Please bring your notebook.")
    page = enter.sam.get(f"/my/work/{work}/receipt")
    assert NOTHING_MORE not in page and "Priya has written to you." in page
    home = enter.sam.get("/my/")
    assert SENT not in home and "One thing is waiting for you below." in home
    enter.sam.get("/my/messages")
    assert SENT in enter.sam.get("/my/")


def test_after_the_programme_no_page_says_that_a_practitioner_is_reading_the_work(
    enter: SimpleNamespace, cast: Cast
) -> None:
    work = sends(cast)
    assert "Priya will read your work before you meet on" in enter.sam.get("/my/")
    cast.priya.moves(cast.sam, PathwayState.COMPLETED)
    assert "before you next meet" not in enter.sam.get(f"/my/work/{work}")
    cast.priya.reads(cast.sam.work(work).submissions[0].id)
    home = enter.sam.get("/my/")
    assert "is reading it" not in home and "We've opened your answers to read them." in home


def test_overdue_work_still_shows_the_date_of_the_session_it_was_due_for(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    cast.priya.sets(cast.sam, "a-week-of-choices")
    assert "Due before Thursday 26 November" in enter.sam.get("/my/")
    clock.forward(days=200)
    enter.sam.sign_in(cast, cast.sam)
    home = enter.sam.get("/my/")
    assert (
        "This work was due before Thursday 26 November 2026" in home and "but you can still send it." in home
    )
