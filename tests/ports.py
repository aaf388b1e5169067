"""Find free ports for tests."""

import socket


def free_port() -> int:
    """Return a port on this machine on which no process is listening."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
