"""The activity checker warns about a question.

A practitioner accepts a checker's warning with a reason, then sets the activity. Only the practitioner and
the lead may read why the practitioner accepted a warning about a question. The practitioner's explanation
must not appear on the participant's pages or in the participant's download.
"""

import re

from tests.attacks.acts import ID, enrolment_of, new_id, sets_on
from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
REASON = "Kept since heron-ledger matters to them"
LONG = (
    "Would you please think of all that has ever happened and write about it, and about whatever you can remember? "
    * 4
)


def attack(place: Place) -> Seen:
    priya, owen = place.person("Priya"), place.signs_in("Owen")
    enrolment = enrolment_of(priya, "Owen")
    choose = priya.get(f"/participants/{enrolment}/work/new")
    first = choose.links(rf"/participants/{enrolment}/work/new/{ID}")[0]
    card = priya.get(first)
    copy = priya.post(f"{first}/adaptation", {"once": new_id()}, token=card.field("csrf_token"))
    activity = copy.path
    form = priya.get(f"{activity}/questions?kind=long_text")
    question = {
        "number": form.field("number"),
        "revision": form.field("revision"),
        "kind": "long_text",
        "ask": LONG,
    }
    page = priya.post(f"{activity}/questions", question, token=form.field("csrf_token"))
    found = re.search(
        r'name="prompt" value="([^"]+)"[^§]*?name="warning" value="([^"]+)"', page.body.decode()
    )
    if found is None:
        raise RuntimeError("the checker warned of nothing")
    accept = {
        "number": page.field("number"),
        "revision": page.field("revision"),
        "prompt": found[1],
        "warning": found[2],
    }
    accepted = priya.post(
        f"{activity}/acceptances", {**accept, "reason": REASON}, token=page.field("csrf_token")
    )
    if REASON not in accepted:
        raise RuntimeError("the reason was not taken")
    title = re.search(r"<h1[^>]*>([^<]+)</h1>", accepted.body.decode())
    chosen = priya.get(f"/participants/{enrolment}/work/new")
    (mine,) = [
        each
        for each in chosen.links(rf"/participants/{enrolment}/work/new/{ID}")
        if "made for" in priya.get(each)
    ]
    work = sets_on(priya, owen, priya.get(mine), title[1].strip() if title else "")
    places = {"the page": owen.get(work), "the record": owen.get("/my/record")}
    for kind in ("json", "html"):
        places[f"the {kind} file"] = owen.post(
            "/my/held/download", {"form": kind}, of="/my/held", follow=False
        )
        if places[f"the {kind} file"].status != 200:
            raise RuntimeError("there was no download")
    leaked = [name for name, answer in places.items() if REASON in answer]
    return Seen(not leaked, f"the reason stood in: {', '.join(leaked) or 'nothing that is theirs'}")
