"""Test that pages keep typed text and accept concerns when storage is full."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from companion.services.plan import items
from companion.store.accounts import sessions
from companion.store.concerns import concerns
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.test_locked_drafts import FIELDS, PAGES, TYPED, fields_of
from tests.store.test_quotas import fills

SAID = "Companion has no room left for more of your writing"


@pytest.mark.parametrize("kind", ["work", "plan", "message"])
def test_a_form_refused_because_storage_is_full_keeps_its_text(
    kind: str, enter: SimpleNamespace, cast: Cast
) -> None:
    work = cast.priya.sets(cast.sam, "a-week-of-choices")
    cast.sam.answers(work, "the-week", "6")
    page, draft = (each.format(work=f"/my/work/{work}") for each in PAGES[kind])
    form = fields_of(enter.sam.get(page))
    fills(cast.store, cast.sam, 0, cast.now)
    sent = {**form, FIELDS[kind]: TYPED}
    typing = enter.sam.client.post(draft, data={**sent, "then": "typing"})
    assert (typing.status_code, typing.json) == (409, {"why": "full"})
    to = {"work": f"{page}/answers", "plan": page, "message": page}[kind]
    reply = enter.sam.post(to, sent, of="/my/")
    assert reply.status == 422 and SAID in reply and TYPED in reply
    tells = enter.sam.client.post(draft, data={**sent, "then": "tell"})
    assert tells.location.startswith("/my/tell")


def test_participants_can_report_concerns_when_storage_is_full(enter: SimpleNamespace, cast: Cast) -> None:
    assert cast.margaret
    fills(cast.store, cast.sam, 0, cast.now)
    for page in ("/my/tell", "/my/about-my-practitioner"):
        assert enter.sam.post(page, {"words": "I am worried. " * 100, "once": str(uuid4())}).status == 200
    with cast.store.reading() as tx:
        assert len(concerns.lines(tx, cast.margaret.viewer)) == 2


@pytest.mark.parametrize("held", [sessions.MOST_HELD - 1, sessions.MOST_HELD])
def test_companion_keeps_only_a_limited_number_of_forms_that_were_sent_after_a_session_locked(
    held: int, enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    token, once = enter.sam.token("/my/plan"), str(uuid4())
    with cast.store.writing() as tx:
        for _ in range(held):
            started = sessions.start(tx, cast.sam.viewer.account_id, cast.now, complete=True)
            found = sessions.find(tx, started, cast.now)
            assert found
            sessions.hold(tx, found, "/my/", {"words": ["x"]}, always=True)
        tx.commit()
    clock.forward(minutes=16)
    form = {"csrf_token": token, "page": "/my/plan/add", "part": "good", "words": TYPED}
    reply = enter.sam.client.post("/my/plan/add", data=form)
    full = held == sessions.MOST_HELD
    assert reply.status_code == (422 if full else 302) and (TYPED in reply.text) is full
    told = {"csrf_token": token, "page": "/my/tell", "words": "I am worried.", "once": once}
    assert enter.sam.client.post("/my/tell", data=told).location == "/sign-in"


def test_a_plan_can_be_read_when_storage_is_full(enter: SimpleNamespace, cast: Cast) -> None:
    item = uuid4()
    items.add(cast.sam.actor, item, "good", [("I walk", "", "")], None)
    fills(cast.store, cast.sam, 0, cast.now)
    assert "I walk" in enter.sam.get("/my/plan")
