"""Bodies that no page of ours sends: too long for somebody unknown, too many fields, broken off."""

from typing import Any

import pytest
from gunicorn.http.errors import InvalidChunkSize, NoMoreData

from tests.visitor import Visitor


class BrokenOff:
    """What gunicorn gives for a body whose chunks are wrong or that ends too early."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def tell(self) -> int:
        return 0

    def seek(self, *_: int) -> None:
        pass

    def read(self, *_: int) -> bytes:
        raise self._error


@pytest.mark.parametrize("page", ["/sign-in", "/join"])
def test_who_is_not_signed_in_sends_little(visitor: Visitor, page: str) -> None:
    token = visitor.token(page)
    for field in ("sign_in_name", "passphrase", "code", "word"):
        reply = visitor.client.post(page, data={field: "\ufdfa" * 40_000, "csrf_token": token})
        assert reply.status_code == 413, field


@pytest.mark.parametrize("error", [NoMoreData(), InvalidChunkSize(b"zz")])
def test_a_body_that_breaks_off_is_refused_and_leaving_still_leaves(
    visitor: Visitor, error: Exception
) -> None:
    broken: dict[str, Any] = {
        "input_stream": BrokenOff(error),
        "environ_overrides": {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
        "content_type": "application/x-www-form-urlencoded",
    }
    assert visitor.client.post("/sign-in", **broken).status_code == 400
    assert visitor.client.post("/leave", **broken).status_code == 303


def test_an_error_page_gives_back_no_more_than_a_form_has(visitor: Visitor) -> None:
    reply = visitor.client.post("/nowhere", data={f"field{i}": "x" for i in range(5000)})
    assert reply.status_code in (400, 404)
    assert reply.text.count("<textarea") == 200
