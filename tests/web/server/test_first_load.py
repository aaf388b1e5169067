"""Test that the browser downloads few bytes when a participant first opens a conversation.

Decisions 0031 and 0045 explain the limits on the first load.
"""

import re
from types import SimpleNamespace

from flask.testing import FlaskClient

from tests.cast import Cast

PACKED = {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "br"}
LOADED = re.compile(r'<(?:script src|link [^>]*href)="(/static/[^"]+)"')
FIRST_LOAD_MOST, SCRIPTS_MOST = 14_500, 5_600
"""The limits in bytes on a first load, and on the scripts in a first load."""


def size(client: FlaskClient, path: str) -> int:
    """Return the size in bytes of a page or file after Brotli compression."""
    reply = client.get(path, headers=PACKED)
    assert (reply.status_code, reply.headers["Content-Encoding"]) == (200, "br"), path
    return len(reply.data)


def test_opening_a_conversation_for_the_first_time_downloads_few_bytes(
    cast: Cast, enter: SimpleNamespace
) -> None:
    path = f"/my/work/{cast.priya.sets(cast.sam, 'a-week-of-choices')}"
    files = {name: size(enter.sam.client, name) for name in LOADED.findall(enter.sam.get(path).text)}
    assert len(files) == 6, "a stylesheet, the icon and four scripts"
    assert sum(each for name, each in files.items() if "/js/" in name) <= SCRIPTS_MOST
    assert size(enter.sam.client, path) + sum(files.values()) <= FIRST_LOAD_MOST
