"""Test that actions which can't be undone take two presses. Test that people can still cancel when Companion
asks them to confirm.
"""

from types import SimpleNamespace

from companion.store.records import erasures
from tests.cast import Cast


def test_before_erasure_is_requested_a_page_explains_what_erasure_means(
    enter: SimpleNamespace, cast: Cast
) -> None:
    held = enter.sam.get("/my/held")
    assert 'action="/my/erasure"' not in held.text and 'href="/my/erasure"' in held.text
    page = enter.sam.get("/my/erasure")
    assert (
        "You haven't asked us to erase your information yet." in page
        and "No, keep it" in page
        and "you won't be able to sign in" in page
    )
    with cast.store.reading() as tx:
        assert erasures.last_of(tx, cast.sam.viewer) is None
    assert "The service's lead is considering your request" in enter.sam.post("/my/erasure")
