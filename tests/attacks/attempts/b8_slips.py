"""A practitioner makes joining codes and keeps copies.

The practitioner then hands the participants over, or leaves the service. Anybody with a joining code can
choose a new passphrase, and then read everything. A joining code must stop working when the participant is
handed over, or when the practitioner leaves the service.
"""

from tests.attacks.acts import ID, WORD, enrolment_of, joins, new_id, opens, slip_on
from tests.attacks.client import Browser
from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
SPOILS = True
PASSPHRASE = "nineteen copper kettles on a shelf"


def attack(place: Place) -> Seen:
    """Return a result that lists each joining code that still works."""
    priya, alex, opened = place.person("Priya"), place.person("Alex"), []
    slips = {}
    for name, page in (("Owen", "reset"), ("Sam", "reset"), ("Kit", "invitation")):
        enrolment = enrolment_of(priya, name)
        of = f"/participants/{enrolment}" + ("/reset" if page == "reset" else "")
        slips[name] = slip_on(priya.post(f"/participants/{enrolment}/{page}", {"word": WORD}, of=of))
        if not slips[name]:
            raise RuntimeError(f"no slip for {name}")
    _hands_over(priya, "Owen", place)
    if _reads(place, slips["Owen"], "owen"):
        opened.append("after the handover the reset slip let its maker read Owen's messages")
    leaving = _leaving(alex, "Priya")
    alex.post(leaving, {}, of=leaving)
    if _reads(place, slips["Sam"], "sam"):
        opened.append("after leaving the reset slip let its maker in as Sam")
    if opens(place.stranger(), slips["Kit"]):
        opened.append("after leaving the first slip for Kit still opened the door")
    return Seen(
        not opened,
        "; ".join(opened) or "no slip opened anything after its maker had nothing more to do with it",
    )


def _hands_over(priya: Browser, name: str, place: Place) -> None:
    page = f"/participants/{enrolment_of(priya, name)}/handover"
    form = priya.get(page)
    to = [
        each
        for each in form.body.decode().split('<option value="')
        if each.rstrip().endswith("</option>") or "Daniel" in each
    ]
    (daniel,) = [each.partition('"')[0] for each in to if "Daniel" in each]
    sent = {"once": new_id(), "to": daniel, "reason": "They live nearer."}
    if priya.post(page, sent, token=form.field("csrf_token"), follow=False).status != 303:
        raise RuntimeError("the handover was refused")


def _reads(place: Place, code: str, name: str) -> bool:
    browser = place.stranger()
    joins(browser, code, name, PASSPHRASE)
    return browser.get("/my/messages", follow=False).status == 200


def _leaving(alex: Browser, name: str) -> str:
    """Return the page for recording that this person has left."""
    for each in alex.get("/admin/staff").links(rf"/admin/staff/{ID}/leaving"):
        if name in alex.get(each):
            return each
    raise LookupError(name)
