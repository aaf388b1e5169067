"""Participants keep saving answers while a lead approves the erasure of their records.

Saving an answer and erasing a participant lock the same database rows. Neither saving an answer nor erasing a
participant may fail. Every erasure must be completed.
"""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.attacks.acts import ID, account_of, enrolment_of, reference_of, sql
from tests.attacks.client import Answer, Browser
from tests.attacks.judging import Seen, statuses
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
SPOILS = True
NAMES, AT_ONCE, SECONDS = ("Sam", "Owen", "Graham"), 6, 1.5


def attack(place: Place) -> Seen:
    seen = [_erased_meanwhile(place, name) for name in NAMES]
    return Seen(all(each.held for each in seen), "; ".join(each.what for each in seen))


def _erased_meanwhile(place: Place, name: str) -> Seen:
    """Approve the erasure of a participant who is saving answers."""
    priya, margaret, him = place.person("Priya"), place.person("Margaret"), place.signs_in(name)
    whose, reference = account_of(place, him), reference_of(priya, enrolment_of(priya, name))
    him.post("/my/erasure", {}, of="/my/held")
    waiting = margaret.get("/lead/erasures").links(rf"/lead/erasures/{ID}")
    page = next(page for page in map(margaret.get, waiting) if reference in page)
    works = [each.partition("#")[0] for each in him.get("/my/").links(rf"/my/work/{ID}.*")]
    work = next((each for each in works if 'name="prompt"' in him.get(each)), "")
    with _saving(him, work) as saved:
        time.sleep(SECONDS)
        form = {"reference": reference}
        approved = margaret.post(f"{page.path}/approval", form, token=page.field("csrf_token"), follow=False)
    done = sql(place, "SELECT done_at FROM erasures WHERE account_id = :whose", whose=whose)
    faults = [each for each in (*saved, approved) if each.status >= 500 or each.status < 0]
    finished = bool(done) and done[0][0] is not None
    end = "finished" if finished else "not finished"
    return Seen(
        finished and not faults, f"{name}: approving {approved.status}, saving {statuses(saved)}, {end}"
    )


@contextmanager
def _saving(him: Browser, work: str) -> Iterator[list[Answer]]:
    """Save answers in several windows at once, and yield the list of responses."""
    stopped, saved = threading.Event(), list[Answer]()
    windows = [
        threading.Thread(target=_saves, args=[him.copy(), work, stopped, saved]) for _ in range(AT_ONCE)
    ]
    for each in windows:
        each.start()
    try:
        yield saved
    finally:
        stopped.set()
        for each in windows:
            each.join()


def _saves(him: Browser, work: str, stopped: threading.Event, saved: list[Answer]) -> None:
    """Save answers and drafts in one window until told to stop."""
    page = him.get(work or "/my/plan")
    if page.status != 200:
        return
    token = page.field("csrf_token")
    for number in itertools.count():
        if stopped.is_set():
            return
        window = {"tab": f"{id(him)}", "beat": number}
        if work and number % 2:
            form = {
                "prompt": page.field("prompt"),
                "seen": 0,
                "draft_seen": 0,
                "answer": f"{number}",
                **window,
            }
            saved.append(him.post(f"{work}/answers", form, token=token, follow=False))
        else:
            form = {"place": "build/good", "then": "typing", "words": f"Word {number}", **window}
            saved.append(him.post("/my/plan/draft", form, token=token, follow=False))
