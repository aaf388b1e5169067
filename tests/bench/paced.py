"""Simulate many people in one thread.

Each person acts on schedule, even while other people are waiting. An action's waiting time begins at its
scheduled time, even if the action starts later. Because of the fixed schedule, a slow server gets as many
requests as a fast server.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlencode

T = TypeVar("T")
Act = Callable[[], Awaitable[None]]
PATIENCE_SECONDS = 30
BEGINS = 0.1
"""The shortest time that simulated people wait before their first action, in seconds."""


def every(seconds: float, acts: Sequence[Act], for_seconds: float) -> list[tuple[float, Act]]:
    """Return a schedule in which each person acts every ``seconds`` seconds."""
    chance, due = random.Random(8), []
    for act in acts:
        at = chance.random() * seconds
        while at < for_seconds:
            due.append((at, act))
            at += seconds
    return due


def at_rate(a_second: float, acts: Sequence[Act], for_seconds: float) -> list[tuple[float, Act]]:
    """Return a schedule in which people act one after another, at random times.

    ``a_second`` is the average number of actions per second.
    """
    chance, due, at = random.Random(8), [], 0.0
    while (at := at + chance.expovariate(a_second)) < for_seconds:
        due.append((at, acts[len(due) % len(acts)]))
    return due


def waited(*plans: Sequence[tuple[float, Act]]) -> list[list[float]]:
    """Perform the actions in these schedules at the scheduled times. For each schedule, return how many
    seconds each action took.

    Raise all errors together as an ``ExceptionGroup``.
    """
    return at_once(_all(plans))


def at_once(doing: Coroutine[Any, Any, T]) -> T:
    """Run this coroutine in a separate thread, and return its result.

    Use a new event loop: a benchmark's browser may be using this thread's event loop.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, doing).result()


async def _all(plans: Sequence[Sequence[tuple[float, Act]]]) -> list[list[float]]:
    loop = asyncio.get_running_loop()
    begins = loop.time() + BEGINS

    async def one(at: float, act: Act) -> float:
        await asyncio.sleep(begins + at - loop.time())
        await act()
        return loop.time() - begins - at

    doing = [asyncio.gather(*(one(*each) for each in plan), return_exceptions=True) for plan in plans]
    # exceptions are returned, so that one person's error doesn't delay other people
    took = await asyncio.gather(*doing)
    if failed := [each for plan in took for each in plan if isinstance(each, Exception)]:
        raise ExceptionGroup(f"{len(failed)} failed", failed)
    return [[each for each in plan if isinstance(each, float)] for plan in took]


async def posts(
    port: int, path: str, form: Mapping[str, object], cookies: str, source: str = "127.0.0.1"
) -> tuple[int, bytes]:
    """Send a form over a new connection, as a proxy does. Return the status and the whole response."""
    body = urlencode(form)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n"
    head += f"Cookie: {cookies}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    async with asyncio.timeout(PATIENCE_SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
        try:
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
            answer = await reader.read()
        finally:
            writer.close()
    return int(answer[9:12]), answer


def p95(seconds: Sequence[float]) -> float:
    """Return the 95th percentile of these times, in milliseconds."""
    return sorted(seconds)[int(len(seconds) * 0.95)] * 1000
