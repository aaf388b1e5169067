"""Read each request completely in a worker's main thread. The main thread waits for slow clients, so that the
other threads never have to.

When the request is complete, another thread handles the request.
"""

import errno
import re

from gunicorn.config import Config
from gunicorn.http.body import ChunkedReader
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import Unreader

from companion.domain.drafts import DRAFT_MOST

LARGEST_REQUEST = 13 * DRAFT_MOST
"""The maximum number of bytes in a request's body. A URL-encoded character takes up to 12 bytes, so this limit
leaves room for even the longest draft.
"""
LARGEST_HEAD = 65_536
"""The maximum size in bytes of a request's first line and headers. nginx passes on at most 32 KB."""
END = b"\r\n\r\n"
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;|$)")


class Came(Unreader):
    """The bytes that a client has sent."""

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Raise ``ConnectionResetError``, because no more bytes will come."""
        raise ConnectionResetError(errno.ECONNRESET, "the rest of the request has not come")


class Arriving(RequestParser):
    """One connection's requests."""

    def __init__(self, cfg: Config, client: object) -> None:
        super().__init__(cfg, (), client)
        self.unreader = Came()
        self._came = bytearray()
        self._searched = 0
        self._request: Request | None = None
        self._wrong: Exception | None = None

    def __len__(self) -> int:
        return len(self._came)

    def add(self, data: bytes) -> None:
        """Add newly received bytes to the request."""
        self._came += data

    def request(self) -> Request | None:
        """Return the next request when its headers are complete.

        Return None if headers are still missing, or if gunicorn refuses the request.
        """
        if self._request is None and self._wrong is None:
            self._parse_head()
        return self._request

    def whole(self) -> bool:
        """True if the request is complete."""
        self.request()
        if self._wrong is not None:
            return True
        end = self._end_of_body()
        if end is None:
            return False
        self.unreader.unread(bytes(self._came[:end]))
        del self._came[:end]
        return True

    def __next__(self) -> Request:
        """Return the parsed request to gunicorn's thread, or raise gunicorn's error."""
        request, wrong = self._request, self._wrong
        self._request, self._wrong, self._searched = None, None, 0
        if wrong is not None:
            raise wrong
        return request

    def _parse_head(self) -> None:
        found = self._came.find(END, max(0, self._searched - len(END)))
        self._searched = len(self._came)
        if found < 0 and len(self._came) <= LARGEST_HEAD:
            return
        end = len(self._came) if found < 0 else found + len(END)
        self.unreader.unread(bytes(self._came[:end]))
        del self._came[:end]
        self._searched = 0
        try:
            self._request = super().__next__()
        except Exception as wrong:  # the client may read the error slowly
            self._wrong = wrong

    def _end_of_body(self) -> int | None:
        """Return the number of bytes in the body. Return None if some bytes are still missing."""
        if self._request is None:
            return None
        reader = self._request.body.reader
        if isinstance(reader, ChunkedReader):
            return self._end_of_chunks()
        if reader.length > LARGEST_REQUEST:
            return 0  # the request is refused without being read
        return reader.length if len(self._came) >= reader.length else None

    def _end_of_chunks(self) -> int | None:
        """Return the position at which a chunked body ends. Return None if some bytes are still missing."""
        came = self._came
        while (line_end := came.find(b"\r\n", self._searched)) >= 0:
            line = _CHUNK.match(bytes(came[self._searched : line_end]))
            if line is None:
                return len(came)  # gunicorn reports the error
            size = int(line[1], 16)
            if size == 0:
                end = came.find(END, line_end)
                return end + len(END) if end >= 0 else self._too_much()
            if line_end + 2 + size + 2 > len(came):
                break
            self._searched = line_end + 2 + size + 2
        return self._too_much()

    def _too_much(self) -> int | None:
        return len(self._came) if len(self._came) > LARGEST_REQUEST else None
