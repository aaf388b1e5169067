"""A lead opens a record, and falsely claims that a concern is open.

A participant isn't told when a lead opens the record because of a concern. With no open concern, a lead must
not be able to open a participant's record without the participant being told.
"""

from tests.attacks.acts import ID, enrolment_of, new_id, reference_of
from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE


def attack(place: Place) -> Seen:
    priya, margaret, owen = (place.person(name) for name in ("Priya", "Margaret", "Owen"))
    reference = reference_of(priya, enrolment_of(priya, "Owen"))
    before = owen.get("/my/record").text.count("Margaret")
    form = {"once": new_id(), "reference": reference, "purpose": "concern", "reason": "There is something."}
    answer = margaret.post("/lead/looks", form)
    if not answer.path.startswith("/lead/looks/") or answer.status != 200:
        return Seen(answer.status in (409, 422), f"the look was refused with {answer.status}")
    for each in answer.links(rf"/lead/looks/{ID}/(messages|plan)"):
        margaret.get(each)
    shown = owen.get("/my/record").text.count("Margaret") > before
    return Seen(shown, f"the look was opened; the participant's record {'shows' if shown else 'hides'} it")
