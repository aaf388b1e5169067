"""Test how often an account can act within an hour."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from companion.domain.refusals import SlowDown
from companion.services.accounts import my_sessions
from companion.services.concerns import handle
from companion.store.accounts import sessions
from companion.store.rate_limits import LIMITS
from tests.cast import Cast
from tests.fixtures import Clock


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow each account three actions and five saves an hour."""
    monkeypatch.setitem(LIMITS, "act.account", 3)
    monkeypatch.setitem(LIMITS, "save.account", 5)


@pytest.mark.usefixtures("few")
def test_an_account_that_reaches_its_hourly_limit_has_to_wait(cast: Cast, clock: Clock) -> None:
    for number in range(3):
        cast.priya.notes_on(cast.sam, f"Note {number}.")
    with pytest.raises(SlowDown) as refusal:
        cast.priya.notes_on(cast.sam, "One more.")
    assert 0 < refusal.value.seconds <= 3600
    cast.sam.writes("Another account is not kept waiting.")
    clock.forward(hours=1, seconds=1)
    cast.priya.notes_on(cast.sam, "One more.")


@pytest.mark.usefixtures("few")
def test_raising_a_concern_is_never_rate_limited(cast: Cast) -> None:
    assert cast.sam
    for number in range(10):
        cast.sam.tells(f"Worry {number}.")
    for _ in range(3):
        cast.priya.notes_on(cast.sam, "A note.")
    concern = cast.priya.raises(cast.sam, "He sounded very low.")
    for _ in range(4):
        handle.add_note(cast.priya.actor, concern, uuid4(), "I have called.")
        cast.margaret.opens(concern)
    cast.margaret.takes(concern)
    cast.margaret.passes_on(concern, "police")
    cast.margaret.closes(concern, "It is done.")
    with cast.store.writing() as tx:
        token = sessions.start(tx, cast.priya.viewer.account_id, cast.now, complete=True)
        tx.commit()
    with cast.store.reading() as tx:
        here = sessions.find(tx, token, cast.now)
    assert here
    my_sessions.end_sessions(cast.store, here, cast.now, this_too=True)
    with cast.store.reading() as tx:
        assert sessions.find(tx, token, cast.now) is None


@pytest.mark.usefixtures("few")
def test_answers_have_a_separate_rate_limit(cast: Cast) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    for number in range(1, 6):
        cast.sam.answers(work, "the-week", f"{number}")
    with pytest.raises(SlowDown):
        cast.sam.answers(work, "the-week", "6")
    cast.sam.writes("May I bring my notebook?")  # messages have a separate rate limit


def test_the_rate_limit_page_keeps_the_typed_text(
    enter: SimpleNamespace, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cast.sam and cast.priya
    monkeypatch.setitem(LIMITS, "act.account", 0)
    notes = f"/participants/{cast.sam.enrolment_id}/notes"
    page = enter.priya.post(notes, {"words": "He talks more easily after a walk."}, of=notes)
    assert page.status == 429 and "He talks more easily after a walk." in page
    told = enter.sam.post("/my/tell", {"words": "I am worried."}, of="/my/tell")
    assert told.status == 200
