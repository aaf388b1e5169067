"""Somebody with write access to the main database tries to give people access.

The attacker has no encryption key, but changes five values in the database, such as somebody's role.
Companion must not give anybody more access because of the attacker's changes. The ``doctor`` command must
report that a participant's stage was changed directly in the database.
"""

from argon2 import PasswordHasher, profiles

from tests.attacks.acts import account_of, enrolment_of, hex_of, sql
from tests.attacks.client import Browser
from tests.attacks.judging import Seen
from tests.attacks.places import EVERYWHERE, Place

PLACES = EVERYWHERE
SPOILS = True
PLANTED = "an attacker chose this long passphrase"


def attack(place: Place) -> Seen:
    """Return a result that lists each change that gave somebody access."""
    people = {name: place.person(name) for name in ("Priya", "Daniel", "Owen", "Graham")}
    ids = {name: account_of(place, browser) for name, browser in people.items()}
    opened = [
        said
        for said in (
            _another_caseload(place, people, ids),
            _a_role(place, people["Daniel"], ids),
            _a_second_step(place, ids),
            _a_passphrase(place, ids),
            _a_state(place, ids),
        )
        if said
    ]
    return Seen(not opened, "; ".join(opened) or "nothing opened, and doctor noticed")


def _another_caseload(place: Place, people: dict[str, Browser], ids: dict[str, str]) -> str:
    """Make Daniel the practitioner of Owen, who is Priya's participant."""
    page = f"/participants/{enrolment_of(people['Priya'], 'Owen')}"
    if people["Daniel"].get(f"{page}/plan", follow=False).status == 200:
        raise RuntimeError("Daniel read Owen's plan before anything was done")
    changed = "UPDATE enrolments SET practitioner_id = :to WHERE participant_id = :whose"
    sql(place, changed, to=ids["Daniel"], whose=ids["Owen"])
    answers = [people["Daniel"].get(f"{page}{rest}", follow=False) for rest in ("/messages", "/plan")]
    sql(place, changed, to=ids["Priya"], whose=ids["Owen"])
    return (
        "with practitioner_id changed Daniel read Owen's messages"
        if any(each.status == 200 for each in answers)
        else ""
    )


def _a_role(place: Place, daniel: Browser, ids: dict[str, str]) -> str:
    """Make Daniel a lead."""
    changed = "UPDATE accounts SET role = :role WHERE id = :whose"
    sql(place, changed, role="lead", whose=ids["Daniel"])
    answer = daniel.get("/lead/concerns", follow=False)
    sql(place, changed, role="practitioner", whose=ids["Daniel"])
    return "with his role changed Daniel read the concerns of all" if answer.status == 200 else ""


def _a_second_step(place: Place, ids: dict[str, str]) -> str:
    """Try to set up one-time codes for Priya again, knowing only her passphrase."""
    changed = "UPDATE one_time_codes SET confirmed_at = NULL WHERE id = :whose"
    sql(place, changed, whose=ids["Priya"])
    thief, priya = place.stranger(), place.accounts["Priya"]
    form = {"sign_in_name": priya["sign_in_name"], "passphrase": priya["passphrase"]}
    page = thief.post("/sign-in", form)
    return (
        "with confirmed_at cleared Priya's second step was offered anew"
        if priya["totp_secret"] in _plain(page.text)
        else ""
    )


def _plain(text: str) -> str:
    return "".join(text.split())


def _a_passphrase(place: Place, ids: dict[str, str]) -> str:
    """Give Graham's account the attacker's passphrase."""
    hashed = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY).hash(PLANTED)
    sql(
        place,
        "UPDATE accounts SET passphrase_hash = :hash WHERE id = :whose",
        hash=hashed,
        whose=ids["Graham"],
    )
    thief = place.stranger()
    thief.post("/sign-in", {"sign_in_name": "graham", "passphrase": PLANTED})
    return (
        "with a planted hash somebody signed in as Graham"
        if thief.get("/my/", follow=False).status == 200
        else ""
    )


def _a_state(place: Place, ids: dict[str, str]) -> str:
    """Change Owen's stage without recording the change."""
    before = _bound_rows(place)
    ((its,),) = sql(place, "SELECT id FROM enrolments WHERE participant_id = :whose", whose=ids["Owen"])
    sql(place, "UPDATE enrolments SET state = 'closed' WHERE id = :its", its=hex_of(its))
    return "" if _bound_rows(place) != before else "with a state changed doctor said nothing"


def _bound_rows(place: Place) -> str:
    """Return ``doctor``'s findings about rows that keyed hashes protect."""
    said = place.command("doctor", "--port", str(place.port)).stdout
    return "".join(line for line in said.splitlines() if "bound rows" in line)
