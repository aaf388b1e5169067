"""Two dozen connections each send one and a half requests, and then nothing for 20 seconds.

Companion reserves some threads for the help page. An incomplete request must not keep the help page's threads
busy.
"""

import socket
import time

from tests.attacks.client import own_address
from tests.attacks.judging import Seen, watched
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
CONNECTIONS, SECONDS = 24, 20
HALF = "GET /help HTTP/1.1\r\nHost: {host}\r\n\r\nGET /help HTTP/1.1\r\nHost: {host}\r\nX-Half:"


def attack(place: Place) -> Seen:
    with watched(place.stranger()) as waits:
        held = [_holds(place) for _ in range(CONNECTIONS)]
        time.sleep(SECONDS)
        for each in held:
            each.close()
    return Seen(waits.bearable, f"{CONNECTIONS} connections for {SECONDS} s: {waits}")


def _holds(place: Place) -> socket.socket:
    connection = place.connect(own_address(), SECONDS)
    connection.connect()
    held: socket.socket = connection.sock
    held.sendall(HALF.format(host=place.host).encode())
    return held
