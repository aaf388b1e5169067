"""Attack our own portals, and report which attacks they withstood: ``./manage test --attacks [names…]``.

Each argument names an attack to try or a portal to attack. Names of attacks are, for example, ``a1`` and
``b12_tell``. The name of a portal is, for example, ``demo-sqlite``. If the command names no attack or portal,
every attack is tried on every portal. Attacks run only on this machine, and leave nothing behind. The exit
code is 1 if any attack succeeded.
"""

import signal
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.attacks import listed
from tests.attacks.grounds import Grounds, grounds
from tests.attacks.judging import Seen
from tests.attacks.listed import Attack
from tests.attacks.places import EVERYWHERE, Kind, Place

MOST_SECONDS = 1800
"""The time limit for an attack, in seconds."""


def main(names: Sequence[str]) -> int:
    kinds, attacks, unknown = chosen(names)
    if unknown:
        print(f"No such attack or portal: {', '.join(unknown)}. There are:", file=sys.stderr)
        print(*(each.name for each in listed.attacks()), *map(str, EVERYWHERE), sep="\n  ", file=sys.stderr)
        return 2
    broken = tried = 0
    print(f"{'attack':26}  {'where':16}  {'s':>4}  what was seen", flush=True)
    with ended_in_time(), grounds() as made:
        for kind in kinds:
            for attack, seen, seconds in on(made, kind, [each for each in attacks if kind in each.places]):
                verdict = "held   " if seen.held else "BROKEN "
                print(f"{attack.name:26}  {kind!s:16}  {seconds:>4.0f}  {verdict} {seen.what}", flush=True)
                tried, broken = tried + 1, broken + (not seen.held)
    print(f"\n{tried} attacks tried, {tried - broken} held, {broken} broke")
    return 1 if broken or not tried else 0


def chosen(names: Sequence[str]) -> tuple[list[Kind], list[Attack], list[str]]:
    every, wanted = listed.attacks(), [name.lower().replace("-", "_") for name in names]
    kinds = [kind for kind in EVERYWHERE if str(kind) in names]
    attacks = [each for each in every if any(each.is_named(name) for name in wanted)]
    known = {str(kind) for kind in kinds}
    unknown = [
        name for name, plain in zip(names, wanted, strict=True)
        if name not in known and not any(each.is_named(plain) for each in every)
    ]  # fmt: skip
    return kinds or [*EVERYWHERE], attacks or every, unknown


def on(made: Grounds, kind: Kind, attacks: Sequence[Attack]) -> Iterator[tuple[Attack, Seen, float]]:
    """Run these attacks, and yield each attack with its outcome and its duration in seconds.

    An attack that damages the portal runs against a separate portal. All attacks that damage nothing share
    one portal.
    """
    together = [each for each in attacks if not each.spoils]
    if together:
        with made.portal(kind) as place:
            for attack in together:
                yield attack, *judged(attack, place)
                place.settles()
    for attack in [each for each in attacks if each.spoils]:
        with made.portal(kind) as place:
            yield attack, *judged(attack, place)


def judged(attack: Attack, place: Place) -> tuple[Seen, float]:
    """Return the attack's outcome and its duration in seconds.

    An attack that raises an exception counts as successful.
    """
    began = time.monotonic()
    signal.alarm(MOST_SECONDS)
    try:
        seen = attack.tried(place)
    except Exception as error:
        traceback.print_exc()
        seen = Seen(False, f"it could not be tried: {error!r}")
    finally:
        signal.alarm(0)
    return seen, time.monotonic() - began


class TookTooLong(Exception):
    """Raised when an attack takes too long.

    This exception isn't a ``TimeoutError``, because the test browser catches every ``TimeoutError``.
    """


@contextmanager
def ended_in_time() -> Iterator[None]:
    """Raise ``TookTooLong`` in an attack that takes longer than ``MOST_SECONDS``."""

    def give_up(*_: object) -> None:
        raise TookTooLong(f"it took longer than {MOST_SECONDS} s")

    before = signal.signal(signal.SIGALRM, give_up)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
