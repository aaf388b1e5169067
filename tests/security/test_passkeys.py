"""Test that a passkey's signature can't be reused, or moved to another session or site."""

import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st
from sqlalchemy import select

from companion.domain.refusals import Rejected
from companion.services.accounts import passkeys
from companion.store.accounts.passkeys import Passkey
from companion.store.audit import AuditEntry, Event
from companion.store.base import Store
from tests.authenticator import Device
from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.test_sessions import code_of, gives_passphrase
from tests.visitor import Page, Visitor

WAY_IN = "/account/signing-in"
NEW = f"{WAY_IN}/passkeys/new"
SPOILT = "This passkey didn't work."


def challenge(browser: Visitor, page: str, at: str) -> str:
    """Return the challenge that this page's script requests."""
    reply = browser.client.post(at, data={"csrf_token": browser.token(page)})
    assert reply.status_code == 200, reply.text
    return reply.text


def adds(browser: Visitor, device: Device, name: str = "My phone") -> Page:
    """Add the device's passkey on the page for adding passkeys."""
    made = device.makes(challenge(browser, NEW, f"{WAY_IN}/passkeys/challenge"))
    return browser.post(NEW, {"name": name, "passkey": made})


def asked(browser: Visitor) -> str:
    return challenge(browser, "/second-factor", "/second-factor/challenge")


def test_a_practitioner_can_sign_in_with_a_passkey(app: Flask, enter: SimpleNamespace, cast: Cast) -> None:
    device = Device(count=7)
    page = adds(enter.priya, device, "My <b>phone</b>")
    assert page.path == WAY_IN and "My <b>phone</b>" in page and "You haven't used this passkey yet." in page
    browser = Visitor(app)
    page = gives_passphrase(browser, cast.priya)
    assert page.path == "/second-factor" and "Use a passkey" in page
    assert browser.post("/second-factor", {"passkey": device.signs(asked(browser))}).path == "/caseload"
    assert "Last used on" in enter.priya.get(WAY_IN)


def test_creating_a_passkey_requests_only_the_necessary_options_from_the_browser(
    enter: SimpleNamespace, cast: Cast
) -> None:
    for who, person, name in ((enter.sam, cast.sam, "Companion"), (enter.priya, cast.priya, "Priya")):
        options = json.loads(challenge(who, NEW, f"{WAY_IN}/passkeys/challenge"))
        assert options["rp"] == {"name": "Companion", "id": "localhost"}
        assert options["user"]["name"] == name and person.sign_in_name not in str(options)
        assert options["attestation"] == "none"
        assert options["authenticatorSelection"]["residentKey"] == "discouraged"


@pytest.fixture
def device(enter: SimpleNamespace) -> Device:
    """Return a device with a passkey for Priya's account."""
    made = Device(count=7)
    assert adds(enter.priya, made).path == WAY_IN
    return made


@pytest.fixture
def refused(app: Flask, cast: Cast, store: Store) -> Callable[[Callable[[Visitor], str]], str]:
    """Return a function that tries to sign Priya in with an invalid passkey response."""

    def tries(answer: Callable[[Visitor], str]) -> str:
        """Check that Companion refuses this passkey response, and return the audited reason."""
        browser = Visitor(app)
        gives_passphrase(browser, cast.priya)
        page = browser.post("/second-factor", {"passkey": answer(browser)})
        assert page.status == 422 and page.path == "/second-factor"
        assert browser.get("/caseload").path == "/second-factor"
        with store.reading() as tx:
            failed = select(AuditEntry).where(AuditEntry.event == Event.SECOND_FACTOR_FAILED)
            said = tx.scalars(failed.order_by(AuditEntry.at)).all()
        return said[-1].detail if said else ""

    return tries


def test_a_passkeys_signature_works_only_once(
    app: Flask, device: Device, cast: Cast, refused: Callable[[Callable[[Visitor], str]], str]
) -> None:
    browser = Visitor(app)
    gives_passphrase(browser, cast.priya)
    signed = device.signs(asked(browser))
    assert browser.post("/second-factor", {"passkey": signed}).path == "/caseload"
    assert refused(lambda _: signed) == "passkey_late"  # the challenge has already been used

    def with_a_challenge_of_its_own(browser: Visitor) -> str:
        asked(browser)
        return signed

    assert refused(with_a_challenge_of_its_own) == "wrong_passkey"


def test_a_wrong_response_to_a_passkey_challenge_uses_up_the_challenge(
    app: Flask, device: Device, cast: Cast
) -> None:
    browser = Visitor(app)
    gives_passphrase(browser, cast.priya)
    signed = device.signs(asked(browser))
    assert browser.post("/second-factor", {"passkey": "{}"}).status == 422
    assert "took too long" in browser.post("/second-factor", {"passkey": signed})


def test_a_passkey_challenge_expires_after_five_minutes(
    app: Flask, device: Device, cast: Cast, clock: Clock
) -> None:
    browser = Visitor(app)
    gives_passphrase(browser, cast.priya)
    signed = device.signs(asked(browser))
    clock.forward(minutes=5)
    assert "took too long" in browser.post("/second-factor", {"passkey": signed})


def test_a_passkey_challenge_works_only_in_its_own_session(
    app: Flask, device: Device, cast: Cast, enter: SimpleNamespace, refused: Callable[..., str]
) -> None:
    other = Visitor(app)
    gives_passphrase(other, cast.priya)
    of_another = json.loads(asked(other))["challenge"]
    to_add = json.loads(challenge(enter.priya, NEW, f"{WAY_IN}/passkeys/challenge"))["challenge"]
    for foreign in (of_another, to_add):

        def signs_it(browser: Visitor, foreign: str = foreign) -> str:
            asked(browser)
            return device.signs_challenge(foreign)

        assert refused(signs_it) == "wrong_passkey"


def test_another_sites_passkey_is_refused(
    device: Device, enter: SimpleNamespace, refused: Callable[..., str]
) -> None:
    daniels = Device()
    assert adds(enter.daniel, daniels).path == WAY_IN

    def signs(by: Device) -> str:
        return refused(lambda browser: by.signs_challenge(json.loads(asked(browser))["challenge"]))

    same = {"credential_id": device.credential_id, "key": device.key, "count": 50}
    for impostor in (
        daniels,
        # this device has the passkey's id, but not its private key
        Device(credential_id=device.credential_id, count=50),
        Device(origin="https://elsewhere.example", **same),
        Device(origin="http://localhost:8001", **same),
        Device(host="elsewhere.example", **same),
    ):
        assert signs(impostor) == "wrong_passkey"


def test_a_copied_passkey_is_recognised_by_its_signature_counter(
    app: Flask, device: Device, cast: Cast, refused: Callable[..., str]
) -> None:
    copy = Device(credential_id=device.credential_id, key=device.key, count=device.count)
    for _ in range(2):
        browser = Visitor(app)
        gives_passphrase(browser, cast.priya)
        assert browser.post("/second-factor", {"passkey": device.signs(asked(browser))}).path == "/caseload"
    assert refused(lambda browser: copy.signs(asked(browser))) == "passkey_copied"
    copy.count = -1  # stop the device's signature counter
    copy.signs = lambda options: Device(  # type: ignore[method-assign]
        credential_id=device.credential_id, key=device.key
    ).signs(options)
    assert refused(lambda browser: copy.signs(asked(browser))) == "passkey_copied"


def test_a_device_without_a_signature_counter_can_sign_in_repeatedly(
    app: Flask, enter: SimpleNamespace, cast: Cast
) -> None:
    device = Device()
    adds(enter.priya, device)
    for _ in range(2):
        browser = Visitor(app)
        gives_passphrase(browser, cast.priya)
        assert browser.post("/second-factor", {"passkey": device.signs(asked(browser))}).path == "/caseload"


def test_a_passkey_can_be_added_only_once(enter: SimpleNamespace, store: Store) -> None:
    device = Device()
    assert adds(enter.priya, device).path == WAY_IN
    for browser in (enter.priya, enter.daniel):
        page = adds(browser, device)
        assert page.status == 422 and SPOILT in page
    made = device.makes(challenge(enter.daniel, NEW, f"{WAY_IN}/passkeys/challenge"))
    for spoilt in (Device(origin="https://elsewhere.example"), Device(host="elsewhere.example")):
        page = adds(enter.daniel, spoilt)
        assert page.status == 422 and SPOILT in page
    assert "took too long" in enter.daniel.post(NEW, {"name": "x", "passkey": made})
    with store.reading() as tx:
        assert len(tx.scalars(select(Passkey)).all()) == 1


def test_an_account_can_have_ten_passkeys(enter: SimpleNamespace) -> None:
    for _ in range(10):
        assert adds(enter.priya, Device()).path == WAY_IN
    assert "passkeys already" in adds(enter.priya, Device())


def test_nobody_can_see_or_remove_other_peoples_passkeys(
    enter: SimpleNamespace, device: Device, store: Store
) -> None:
    with store.reading() as tx:
        (passkey,) = tx.scalars(select(Passkey.id)).all()
    page = f"{WAY_IN}/passkeys/{passkey}/removal"
    for other in (enter.daniel, enter.sam, enter.margaret, enter.alex):
        assert other.get(page).status == 404
        assert other.post(page, of="/account").status == 404
    assert enter.priya.post(page).path == WAY_IN
    assert enter.priya.get(page).status == 404


PARTS = ["id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature", "userHandle"]
SENT = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda kept: st.lists(kept) | st.dictionaries(st.sampled_from([*PARTS, "attestationObject"]), kept),
)


@hypothesis_given(SENT)
def test_malformed_passkey_data_is_refused(sent: object) -> None:
    for answer in (json.dumps(sent), str(sent)):
        with pytest.raises(Rejected):
            passkeys._checked(lambda answer=answer: _reads(answer))


@pytest.mark.parametrize("sent", ["[" * 9000, "x" * 20_000, "\x00", r'{"id": "\ud800"}', "null"])
def test_deeply_nested_or_overlong_passkey_data_is_refused(
    sent: str, app: Flask, device: Device, refused: Callable[..., str]
) -> None:
    def answers(browser: Visitor) -> str:
        asked(browser)
        return sent

    assert refused(answers) == "wrong_passkey"


def _reads(answer: str) -> None:
    from webauthn import verify_registration_response

    verify_registration_response(
        credential=answer, expected_challenge=b"x" * 32, expected_rp_id="localhost", expected_origin="x"
    )


def test_a_passkey_is_accepted_as_the_second_step_on_the_confirm_page(
    enter: SimpleNamespace, device: Device, cast: Cast, clock: Clock
) -> None:
    clock.forward(minutes=10)
    assert enter.priya.get(NEW).path == "/confirm"
    signed = device.signs(challenge(enter.priya, "/confirm", "/confirm/challenge"))
    form = {"next": NEW, "passphrase": cast.priya.passphrase, "passkey": signed}
    assert enter.priya.post("/confirm", form).path == NEW


def test_staff_must_keep_at_least_one_second_step(
    app: Flask, enter: SimpleNamespace, device: Device, cast: Cast, store: Store
) -> None:
    with store.reading() as tx:
        (passkey,) = tx.scalars(select(Passkey.id)).all()
    assert enter.priya.post(f"{WAY_IN}/code/removal").path == WAY_IN
    last = f"{WAY_IN}/passkeys/{passkey}/removal"
    assert "so add another one before you remove it" in enter.priya.get(last)
    assert enter.priya.post(last, of="/account").status == 409
    browser = Visitor(app)
    gives_passphrase(browser, cast.priya)
    assert browser.post("/second-factor", {"code": code_of(cast.priya, cast, later=30)}).status == 422
    assert browser.post("/second-factor", {"passkey": device.signs(asked(browser))}).path == "/caseload"


def test_the_passphrase_alone_cannot_set_up_new_one_time_codes(
    app: Flask, enter: SimpleNamespace, device: Device, cast: Cast, store: Store
) -> None:
    """The passphrase alone isn't enough to confirm a new secret for one-time codes."""
    enter.priya.post(f"{WAY_IN}/code/removal")
    enter.priya.post(f"{WAY_IN}/code/key", of=f"{WAY_IN}/code")
    thief = Visitor(app)
    gives_passphrase(thief, cast.priya)
    page = thief.get("/second-factor")
    assert 'class="key"' not in page.text and "Use a passkey" in page
