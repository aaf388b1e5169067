"""Test that stolen databases, backups, keys or logs reveal no names and no typed text."""

from base64 import b64encode
from types import SimpleNamespace
from urllib.parse import quote, quote_plus

import pytest

from companion.config import Settings
from companion.store.base import Store
from tests.backups import Rehearsal
from tests.cast import Cast
from tests.security.canary_trip.trip import Trip, trip
from tests.security.renamed import renamed
from tests.security.stolen import Canaries, files_of_the_server, is_marked, taken

__all__ = ["trip"]  # the tests below use this fixture


def test_typed_text_is_not_readable_in_the_databases_the_backups_or_the_logs(
    trip: Trip, settings: Settings, rehearsal: Rehearsal, caplog: pytest.LogCaptureFixture
) -> None:
    made = rehearsal.makes(trip.cast.store, trip.clock.now)
    thiefs = taken(settings)
    for path in (made.words, made.keys):
        assert not is_marked(path.read_bytes()) and b"a-week-of-choices" not in path.read_bytes()
        thiefs += rehearsal.opened(path)  # a thief with the backup's private key still needs the wrapping key
    assert (
        b"a-week-of-choices" in thiefs and b"work_submitted" in thiefs
    )  # finding these words shows that the search would find anything that isn't encrypted
    assert len(trip.plant.planted) > 80
    assert trip.plant.found(thiefs) == []
    assert not any(map(is_marked, files_of_the_server(settings)))
    said = "\n".join(map(caplog.handler.format, caplog.get_records("setup")))
    assert trip.plant.found(said.encode()) == []


def test_the_search_for_leaked_text_finds_the_text_in_every_encoding() -> None:
    plant = Canaries()
    word, code = plant("card: why"), "PQ7X-M2K9"
    plant.planted["code"] = code
    for each in (word, code):
        field = "card: why" if each == word else "code"
        for how in (
            each.encode("utf-16-le"),
            each.encode("utf-16-be"),
            each.upper().encode(),
            each.replace(" ", "").replace("-", "").encode(),
            quote_plus(each).encode(),
            quote(each).encode(),
            each.encode().hex().upper().encode(),
            *(b64encode(b"xyz"[:before] + each.encode() + b"?") for before in range(3)),
        ):
            assert plant.found(b"so much else " + how + b" and more") == [field], how
    assert plant.found(b"nothing of all that") == []


def test_no_typed_word_is_logged_when_the_database_fails(
    caplog: pytest.LogCaptureFixture, store: Store, enter: SimpleNamespace, cast: Cast
) -> None:
    work, plant = f"/my/work/{cast.priya.sets(cast.owen, 'a-week-of-choices')}", Canaries()
    page = enter.owen.get(work)
    form = {name: page.field(name) for name in ("csrf_token", "prompt", "seen", "draft_seen", "tab")}
    answer = plant("while the database fails")
    with renamed(store, "drafts"):
        reply = enter.owen.client.post(f"{work}/answers", data={**form, "answer": answer})
    assert reply.status_code in (500, 503)
    # the log leaves out SQL parameters even if they contain no words
    assert "drafts" in caplog.text and "SQL parameters hidden" in caplog.text
    assert plant.found(caplog.text.encode()) == []
