"""Twenty minutes after signing in, three members of staff make joining codes and add people.

People must repeat both sign-in steps to make a joining code, as docs/security-rules.md says.
"""

import re
from collections.abc import Callable
from functools import partial

from tests.attacks.acts import ID, WORD, enrolment_of, new_id, slip_on, time_passes
from tests.attacks.client import Answer, Browser
from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
MINUTES = 20


def attack(place: Place) -> Seen:
    """Return a result that lists every action that worked without the sign-in steps."""
    alex, margaret, priya = (place.signs_in(name) for name in ("Alex", "Margaret", "Priya"))
    kit = enrolment_of(priya, "Kit")
    alex.post("/admin/staff/new", {"name": "Olwen", "role": "administrator", "word": WORD})
    alex.post("/admin/staff/new", {"name": "Rhys", "role": "practitioner", "word": ""})
    for each in (alex, margaret, priya):
        time_passes(place, each, minutes=MINUTES)
    administrator = {"name": "Nia", "role": "administrator", "word": WORD}
    practitioner = {"name": "Lloyd", "role": "practitioner", "word": ""}
    wyn = {"once": new_id(), "name": "Wyn", "word": WORD, **_no_meeting(place.person("Daniel"))}
    slip = f"/participants/{kit}"
    tried: dict[str, Callable[[], Answer | None]] = {
        "an administrator's first slip": partial(_sends, alex, "/admin/staff/new", administrator),
        "a new practitioner": partial(_sends, alex, "/admin/staff/new", practitioner),
        "an administrator's second slip": partial(
            _first, alex, "/admin/staff", rf"/admin/staff/{ID}/invitation"
        ),
        "a lead's approval": partial(_first, margaret, "/lead/staff", rf"/lead/staff/{ID}/approval"),
        "a participant's second slip": partial(_sends, priya, f"{slip}/invitation", {"word": WORD}, of=slip),
        "a new participant": partial(_sends, priya, "/caseload/new", wyn),
    }
    done = [what for what, act in tried.items() if _was_done(act())]
    return Seen(not done, f"done after {MINUTES} minutes without a proof: {', '.join(done) or 'nothing'}")


def _sends(who: Browser, path: str, form: dict[str, str], of: str = "") -> Answer:
    """Send a form with the session's CSRF token."""
    page = who.get(of or path)
    token = page.field("csrf_token") if page.status == 200 else who.token("/account")
    return who.post(path, form, token=token, follow=False)


def _first(who: Browser, page: str, pattern: str) -> Answer | None:
    found = who.get(page).links(pattern)
    return _sends(who, found[0], {"word": WORD}, of=page) if found else None


def _no_meeting(practitioner: Browser) -> dict[str, str]:
    """Return the form fields for adding a participant without booking a first meeting."""
    programme = re.search(
        r'name="programme".*?<option value="([a-z-]+)"', practitioner.get("/caseload/new").text, re.DOTALL
    )
    return {"kind": "none", "site": "epsom", "programme": programme[1] if programme else "five-sessions"}


def _was_done(answer: Answer | None) -> bool:
    """Return whether the action succeeded without asking for the passphrase again."""
    if answer is None:
        return False
    asks = answer.status == 303 and "/confirm" in answer.headers.get("Location", "")
    return bool(slip_on(answer)) or (answer.status in (200, 303) and not asks)
