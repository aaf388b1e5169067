"""Ways to harm everybody at once, one for each thing that all people share.

The table “What everybody shares” in ``docs/threat-model.md`` names a harm for each shared thing.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from socket import SO_RCVBUF, SOL_SOCKET
from typing import Final

from tests.attacks.acts import new_id
from tests.attacks.client import Browser, own_address
from tests.attacks.places import Place

CLIENTS = 40
IDLE_OF_ONE = 15
"""The number of idle connections that each client holds."""
LONG = '"' * 99_990
"""A draft that makes a page larger than the system's buffer for a connection."""
HALF = "POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 200000\r\n\r\nsign_in_name="
HELD_SECONDS = 3
"""How long a client holds a connection before it opens another."""

Step = Callable[[], object]
"""What one harmful client does over and over again."""


@contextmanager
def harmful(begin: Callable[[Place], Step], place: Place) -> Iterator[list[BaseException]]:
    """Let 40 clients do the same harm during the ``with`` block. Yield the clients' own errors."""
    step, stopped, errors = begin(place), threading.Event(), list[BaseException]()

    def client() -> None:
        while not stopped.is_set():
            try:
                step()
            except OSError:  # a refused connection; try again, but don't burn the processor
                time.sleep(0.05)
            except Exception as error:
                errors.append(error)
                return

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for each in clients:
        each.start()
    try:
        yield errors
    finally:
        stopped.set()
        for each in clients:
            each.join()


def _participant(place: Place) -> Browser:
    """Return Graham's session. All his harmful clients use one address."""
    graham = place.person("Graham")
    graham.address, graham.patience = own_address(), 10
    return graham


def _posts(who: Browser, path: str, token: str, form: Callable[[], Mapping[str, object]]) -> object:
    """Send a form with cookies and an address that all clients share."""
    each = Browser(place=who.place, address=who.address, cookies=dict(who.cookies), patience=who.patience)
    return each.post(path, form(), token=token, follow=False)


def pages(place: Place) -> Step:
    """Open a participant's pages."""
    graham = _participant(place)
    return partial(graham.get, "/my/plan")


def unread_answers(place: Place) -> Step:
    """Ask for a page larger than the system's buffer, and read nothing."""
    graham = _participant(place)
    page = graham.get("/my/messages")
    form = {"words": LONG, "tab": "t", "beat": 1, "draft_seen": page.field("draft_seen"), "then": "typing"}
    graham.post("/my/messages/draft", {**form, "once": new_id()}, token=page.field("csrf_token"))
    cookies = "; ".join(f"{name}={value}" for name, value in graham.cookies.items())
    asked = f"GET /my/messages HTTP/1.1\r\nHost: {place.host}\r\nCookie: {cookies}\r\n\r\n".encode()

    def step() -> None:
        connection = place.connect(graham.address, 5)
        connection.connect()
        connection.sock.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096)
        connection.sock.sendall(asked)
        time.sleep(HELD_SECONDS)
        connection.close()

    return step


def half_requests(place: Place) -> Step:
    """Send the beginning of a request, and then nothing."""
    address = own_address()

    def step() -> None:
        connection = place.connect(address, 5)
        connection.connect()
        connection.sock.sendall(HALF.format(host=place.host).encode())
        time.sleep(HELD_SECONDS)
        connection.close()

    return step


def idle_connections(place: Place) -> Step:
    """Open many connections without sending anything."""
    address = own_address()

    def step() -> None:
        held = [place.connect(address, 5) for _ in range(IDLE_OF_ONE)]
        with suppress(OSError):
            for each in held:
                each.connect()
        time.sleep(HELD_SECONDS)
        for each in held:
            each.close()

    return step


def leaving(place: Place) -> Step:
    """Leave the site again and again with one cookie."""
    stranger = place.stranger()
    who = place.signs_in("Hugh")
    kept = dict(who.cookies)
    return lambda: Browser(place, stranger.address, cookies=dict(kept), patience=10).send("/leave", b"")


def guesses(place: Place) -> Step:
    """Guess the passphrases of sign-in names that may not exist."""
    stranger = place.stranger()
    token = stranger.token("/sign-in")
    return partial(
        _posts, stranger, "/sign-in", token,
        lambda: {"sign_in_name": f"nobody {new_id()}", "passphrase": "not a passphrase of anybody"},
    )  # fmt: skip


def joins(place: Place) -> Step:
    """Guess joining codes."""
    stranger = place.stranger()
    token = stranger.token("/join")
    return partial(
        _posts, stranger, "/join", token,
        lambda: {"code": new_id().upper().replace("-", "")[:12], "word": "lighthouse"},
    )  # fmt: skip


def proofs(place: Place) -> Step:
    """Guess one's own passphrase, where Companion asks for it again."""
    graham = _participant(place)
    token = graham.token("/confirm")
    return partial(_posts, graham, "/confirm", token, lambda: {"passphrase": "not my passphrase at all"})


def codes(place: Place) -> Step:
    """Guess one-time codes, after a right passphrase."""
    account, daniel = place.accounts["Daniel"], place.stranger()
    form = {"sign_in_name": account["sign_in_name"], "passphrase": account["passphrase"]}
    daniel.post("/sign-in", form, follow=False)
    token = daniel.token("/second-factor")
    return partial(_posts, daniel, "/second-factor", token, lambda: {"code": "000000"})


def tellings(place: Place) -> Step:
    """Tell the service something that can't wait, without end."""
    graham = _participant(place)
    token = graham.token("/my/tell")
    return partial(
        _posts, graham, "/my/tell", token, lambda: {"once": new_id(), "words": "There is something."}
    )


def drafts(place: Place) -> Step:
    """Save the longest possible draft over and over again."""
    graham = _participant(place)
    page = graham.get("/my/messages")
    token, tab = page.field("csrf_token"), page.field("tab")
    return partial(
        _posts, graham, "/my/messages/draft", token,
        lambda: {"once": new_id(), "words": LONG, "tab": tab, "beat": time.monotonic_ns() // 1_000_000,
                 "draft_seen": 0, "then": "typing"},
    )  # fmt: skip


def messages(place: Place) -> Step:
    """Send one's practitioner messages, each of which gives notice by email."""
    graham = _participant(place)
    token = graham.token("/my/messages")
    return partial(
        _posts,
        graham,
        "/my/messages",
        token,
        lambda: {"once": new_id(), "draft_seen": 0, "words": "A message."},
    )


def downloads(place: Place) -> Step:
    """Download all that Companion keeps about oneself."""
    graham = _participant(place)
    token = graham.token("/my/held")
    return partial(_posts, graham, "/my/held/download", token, dict)


HARMS: Final[Mapping[str, Callable[[Place], Step]]] = {
    each.__name__: each
    for each in (
        pages, unread_answers, half_requests, idle_connections, leaving, guesses, joins, proofs, codes,
        tellings, drafts, messages, downloads,
    )
}  # fmt: skip
