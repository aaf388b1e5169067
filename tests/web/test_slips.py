"""Test that a cancelled joining or reset slip can be replaced. If a joining or reset slip was cancelled,
staff who can make a new one see that on a page.
"""

import re
from types import SimpleNamespace

import pytest

from companion.domain.accounts.second_factors import FRESH_FOR
from companion.domain.people import Role
from companion.store.accounts.passphrases import Hasher
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.test_fresh import code
from tests.slips import slip_for

ENDED = "A slip that hadn't been used has been cancelled."


def test_a_new_practitioner_can_make_a_new_reset_slip_after_a_handover_has_cancelled_the_old_one(
    enter: SimpleNamespace, cast: Cast
) -> None:
    page = f"/participants/{cast.sam.enrolment_id}"
    old = enter.priya.post(f"{page}/reset", {"word": "harbour"})
    assert ENDED not in enter.priya.get(page)
    cast.priya.hands_over(cast.sam, cast.daniel)
    shown = enter.daniel.get(page)
    assert ENDED in shown and f'href="{page}/reset"' in shown.text
    assert ENDED in enter.daniel.get(f"{page}/reset")
    new = enter.daniel.post(f"{page}/reset", {"word": "windmill"})
    assert 'class="code"' in new.text and new.text != old.text
    assert ENDED not in enter.daniel.get(page)


def test_a_lead_can_replace_a_joining_slip_made_by_a_lead_who_has_left(
    enter: SimpleNamespace, cast: Cast, hasher: Hasher
) -> None:
    assert cast.ruth and cast.alex
    slip_for(cast, hasher, Role.PRACTITIONER)
    assert "slip no longer valid" not in enter.ruth.get("/lead/staff")
    cast.alex.marks_as_left(cast.margaret)
    page = enter.ruth.get("/lead/staff")
    assert "slip no longer valid: make a new one" in page
    (approval,) = re.findall(r'href="(/lead/staff/[^"]+/approval)"', page.text)
    assert ENDED in enter.ruth.get(approval)
    assert 'class="code"' in enter.ruth.post(approval, {"word": "windmill"}).text
    assert "slip no longer valid" not in enter.ruth.get("/lead/staff")


@pytest.mark.parametrize("page", ["/caseload/new", "/participants/{}/reset", "/participants/{}/invitation"])
def test_somebody_must_confirm_their_passphrase_again_before_making_a_joining_or_reset_slip(
    enter: SimpleNamespace, cast: Cast, clock: Clock, page: str
) -> None:
    page = page.format(cast.sam.enrolment_id)
    assert enter.priya.get(page).path == page
    clock.forward(seconds=FRESH_FOR.total_seconds())
    assert enter.priya.get(page).path == "/confirm"
    proof = {"passphrase": cast.priya.passphrase, "code": code(cast.priya, cast), "next": page}
    assert enter.priya.post("/confirm", proof).path == page


def test_a_form_keeps_its_text_while_its_sender_confirms_their_passphrase(
    enter: SimpleNamespace, cast: Cast, clock: Clock
) -> None:
    typed = {"page": "/caseload/new", "name": "Robin", "site": "epsom", "word": "lighthouse"}
    token = enter.priya.token("/caseload/new")
    clock.forward(seconds=FRESH_FOR.total_seconds())
    reply = enter.priya.client.post("/caseload/new", data={"csrf_token": token, **typed})
    assert reply.location == "/confirm?next=/caseload/new"
    proof = {"passphrase": cast.priya.passphrase, "code": code(cast.priya, cast), "next": "/caseload/new"}
    back = enter.priya.post("/confirm", proof)
    assert back.path == "/caseload/new" and 'value="Robin"' in back.text
    assert "lighthouse" not in back.text  # the form doesn't keep the agreed word, a secret
