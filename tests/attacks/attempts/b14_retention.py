"""The retention command is about to erase a participant.

Just before the retention command erases the participant, the practitioner reopens the participant's
enrolment. The retention command chooses whom to erase, then waits for a lock. When the command gets the lock,
its choice of participants may be out of date. The command must not erase a participant whose enrolment has
been reopened.
"""

import threading
from datetime import date
from subprocess import CompletedProcess
from uuid import UUID

from companion.store.enrolments.enrolments import Enrolment
from tests.attacks.acts import enrolment_of, held_by_others, hex_of, sql
from tests.attacks.client import Answer
from tests.attacks.judging import Seen
from tests.attacks.places import POSTGRESQL, Place, moment
from tests.by_hand import by_hand

PLACES = POSTGRESQL
LONG_AGO = date(2015, 1, 5)


def attack(place: Place) -> Seen:
    priya = place.person("Priya")
    enrolment = enrolment_of(priya, "Graham")
    ((found,),) = sql(place, "SELECT participant_id FROM enrolments WHERE id = :its", its=enrolment)
    whose, path = hex_of(found), f"/participants/{enrolment}/path"
    with place.store() as store, by_hand(store) as tx:
        tx.get_one(Enrolment, UUID(enrolment)).state_since = LONG_AGO
        tx.commit()
    ran: list[CompletedProcess[str]] = []
    moved: list[Answer] = []
    page = priya.get(path)
    to = page.body.decode().partition('name="to" value="')[2].partition('"')[0]
    form = {
        "seen": page.field("seen"),
        "once": page.field("once"),
        "to": to,
        "day": f"{moment():%Y-%m-%d}",
        "reason": "They are back.",
    }
    token = page.field("csrf_token")
    retention = threading.Thread(
        target=lambda: ran.append(place.command("retention", "run", "--do", "--clock-is-right"))
    )
    moving = threading.Thread(target=lambda: moved.append(priya.post(path, form, token=token, follow=False)))
    with held_by_others(place, whose) as lock:
        retention.start()
        if not lock.wait_for_waiting(1):
            raise RuntimeError("retention never waited for him: is he due?")
        moving.start()
        moving.join(3)
    for each in (retention, moving):
        each.join()
    ((erased,),) = sql(place, "SELECT erased_at FROM accounts WHERE id = :whose", whose=whose)
    back = moved[0].status == 303
    he_is, said = "erased" if erased else "there", ran[0].stdout.splitlines()[:1]
    seen = f"moving to {to} was answered with {moved[0].status}; he is {he_is}; retention said {said}"
    return Seen(not (back and erased), seen)
