"""Test that requests are parsed in the same way however their bytes are split. Test that the request
parser never raises an unexpected error.
"""

from itertools import pairwise

from gunicorn.config import Config
from hypothesis import given
from hypothesis import strategies as some

from companion.web.server.request_reader import Arriving

CONFIG = Config()
LINES = some.sampled_from(
    [
        *(
            b"GET / HTTP/1.1",
            b"POST /sign%2Din HTTP/1.0",
            b"POST / HTTP/1.1",
            b"Content-Length: 3",
            b"Host: a",
            b"",
        ),
        *(
            b"Transfer-Encoding: chunked",
            b"Expect: 100-continue",
            b"Content-Length: 99999999",
            b"3",
            b"abc",
            b"0",
        ),
        *(
            b"3;a=b",
            b"-3",
            b"ffffffffff",
            b"\x00",
            b"X : y",
            b"PROXY TCP4 1.1.1.1 1.1.1.1 1 1",
            b"abcdef",
            b"\n",
        ),
    ]
)
SENT = some.lists(LINES, max_size=14).map(b"\r\n".join) | some.binary(max_size=200)


def taken(pieces: list[bytes]) -> list[bytes]:
    """Return each request on a connection, up to the first malformed or incomplete request."""
    arriving, found = Arriving(CONFIG, ("192.0.2.7", 1)), []
    for piece in pieces:
        arriving.add(piece)
        while arriving.whole():
            request = arriving.request()
            found.append(request.uri.encode() if request else b"wrong")
            if request is None:
                return found
            next(arriving)
            try:
                found.append(request.body.read())
            except Exception:  # gunicorn raises several types of error for malformed chunks
                return [*found, b"wrong"]
            if len(arriving) == 0:
                break
    return found


@given(SENT, some.lists(some.integers(0, 300), max_size=6))
def test_requests_are_read_in_the_same_way_however_their_bytes_are_split(
    sent: bytes, cuts: list[int]
) -> None:
    at = sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})
    pieces = [sent[start:end] for start, end in pairwise(at)]
    assert taken(pieces) == taken([sent] if sent else [])
