"""The page of an error keeps what was typed."""

import html
from types import SimpleNamespace

from companion.store.base import Store
from tests.cast import Cast
from tests.security.test_sealed import renamed

WORDS = "I walked to the bridge & home"


def test_what_was_typed_stands_on_an_error_page(cast: Cast, enter: SimpleNamespace, store: Store) -> None:
    work = f"/my/work/{cast.priya.sets(cast.sam, 'a-week-of-choices')}"
    page = enter.sam.get(work)
    form = {name: page.field(name) for name in ("csrf_token", "prompt", "seen", "draft_seen", "tab")}
    with renamed(store, "drafts"):
        reply = enter.sam.client.post(f"{work}/answers", data={**form, "answer": WORDS})
    assert reply.status_code == 503 and "What you typed" in reply.text
    assert html.escape(WORDS) in reply.text
