"""A participant asks for erasure just as their record is being erased.

After the erasure, no erasure request from this participant may still be open. If an erasure request stayed
open after the participant's record was erased, a lead could approve the request.
"""

import threading
from subprocess import CompletedProcess

from tests.attacks.acts import account_of, held_by_others, sql
from tests.attacks.client import Answer
from tests.attacks.judging import Seen
from tests.attacks.places import POSTGRESQL, Place

PLACES = POSTGRESQL


def attack(place: Place) -> Seen:
    hugh = place.signs_in("Hugh")
    whose, token = account_of(place, hugh), hugh.token("/my/held")
    sql(place, "UPDATE enrolments SET state_since = '2015-01-05' WHERE participant_id = :whose", whose=whose)
    ran: list[CompletedProcess[str]] = []
    asked: list[Answer] = []
    retention = threading.Thread(
        target=lambda: ran.append(place.command("retention", "run", "--do", "--clock-is-right"))
    )
    asking = threading.Thread(
        target=lambda: asked.append(hugh.post("/my/erasure", {}, token=token, follow=False))
    )
    with held_by_others(place, whose) as lock:
        retention.start()
        if not lock.wait_for_waiting(1):
            raise RuntimeError("retention never waited for him: is he due?")
        asking.start()
        lock.wait_for_waiting(2, patience=4)
    for each in (retention, asking):
        each.join()
    ((erased,),) = sql(place, "SELECT erased_at FROM accounts WHERE id = :whose", whose=whose)
    ((waiting,),) = sql(
        place,
        "SELECT count(*) FROM erasure_requests WHERE account_id = :whose AND outcome IS NULL",
        whose=whose,
    )
    he_is = "erased" if erased else "there"
    seen = f"asking was answered with {asked[0].status}; he is {he_is}, and {waiting} requests wait"
    return Seen(not (erased and waiting) and asked[0].status < 500, seen)
