"""Test marking staff as having left, and undoing it with a lead's agreement."""

from types import SimpleNamespace

from tests.cast import Cast
from tests.visitor import Visitor


def test_an_administrator_needs_a_leads_agreement_to_bring_back_somebody_marked_as_left(
    enter: SimpleNamespace, cast: Cast
) -> None:
    alex, margaret = enter.alex, enter.margaret
    cast.sam.writes("May I bring my notebook?")
    his = f"/admin/staff/{cast.priya.viewer.account_id}"
    assert alex.post(f"{his}/leaving").path == "/admin/staff"
    assert "one message unread" in margaret.get("/lead/")
    assert 'Undo<span class="vh"> Priya' in alex.get("/admin/staff").text
    assert "A lead has to agree" in alex.get(f"{his}/leaving")
    assert "A lead has been asked." in alex.post(f"{his}/return", of=f"{his}/leaving")
    assert "You asked to undo this" in alex.get(f"{his}/leaving")
    assert "One request to agree that a member of staff hasn't left" in margaret.get("/lead/")
    agreement = f"/lead/staff/{cast.priya.viewer.account_id}/return"
    assert "This person can sign in again." in margaret.post(agreement, of="/lead/staff")
    assert "One request to agree that a member of staff hasn't left" not in margaret.get("/lead/")
    assert margaret.post(agreement, of="/lead/staff").status == 409


def test_only_somebody_marked_as_having_left_can_be_brought_back(enter: SimpleNamespace, cast: Cast) -> None:
    assert cast.priya
    his = f"/admin/staff/{cast.priya.viewer.account_id}"
    page = enter.alex.post(f"{his}/return", of="/admin/staff")
    assert page.status == 409 and "isn't marked as having left" in page


def test_the_own_device_checkbox_stays_ticked_after_a_sign_in_error(visitor: Visitor) -> None:
    form = {"sign_in_name": "kim", "passphrase": "x", "own_device": "yes"}
    assert 'value="yes" checked' in visitor.post("/sign-in", form).text
    assert 'value="yes" checked' not in visitor.get("/sign-in").text
