"""Somebody has stolen a session, and the operator ends all sessions.

After the operator's command, the stolen session must not open any page.
"""

import re

from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE


def attack(place: Place) -> Seen:
    stolen = place.signs_in("Sam")
    if stolen.get("/my/", follow=False).status != 200:
        raise RuntimeError("the session opens nothing")
    group = re.search(r"^  (\S*session\S*)", place.command("--help").stdout, re.MULTILINE)
    if group is None:
        return Seen(False, "there is no command that ends sessions")
    named = re.search(r"^  (end\S*)", place.command(group[1], "--help").stdout, re.MULTILINE)
    words = [group[1], *([named[1]] if named else [])]
    options = re.findall(r"--(?:all|yes|do)\b", place.command(*words, "--help").stdout)
    done = place.command(*words, *options)
    place.everybody_is_out()
    inside = stolen.get("/my/", follow=False).status == 200
    said = (done.stdout + done.stderr).strip().splitlines()[-1:]
    return Seen(
        not inside,
        f"“{' '.join(words + options)}” said {said}; the session opened {'a page' if inside else 'nothing'}",
    )
