"""A practitioner requests 300 forbidden pages.

Companion records each refused request in an audit row that is never deleted. One person's forbidden requests
must not fill the audit with rows.
"""

from functools import partial

from tests.attacks.acts import account_of, hex_of, sql
from tests.attacks.judging import Seen, at_once, statuses
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
LOOKS, AT_ONCE, MOST = 300, 10, 100
PAGES = ("/lead/concerns", "/participants/00000000-0000-4000-8000-000000000000", "/my/plan", "/admin/staff")


def attack(place: Place) -> Seen:
    """Count the audit rows that the attack adds. Companion must record at least one of the forbidden requests
    in the audit.
    """
    daniel = place.person("Daniel")
    whose, before = account_of(place, daniel), _rows(place)
    answers, seconds = [], 0.0
    for _ in range(0, LOOKS, AT_ONCE):
        looked = at_once([partial(daniel.copy().get, PAGES[n % len(PAGES)]) for n in range(AT_ONCE)])
        answers += looked
        seconds += max(each.seconds for each in looked)
    rows = len([1 for (actor,) in _rows(place)[len(before) :] if hex_of(actor) == whose])
    seen = f"{LOOKS} looks ({statuses(answers)}) wrote {rows} rows in {seconds:.0f} s"
    return Seen(0 < rows <= MOST, seen)


def _rows(place: Place) -> list[tuple[str]]:
    found = "SELECT actor_id FROM audit_entries WHERE event = 'refused' AND actor_id IS NOT NULL ORDER BY at"
    return [(str(actor),) for (actor,) in sql(place, found)]
