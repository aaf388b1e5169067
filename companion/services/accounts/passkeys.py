"""Passkeys, used as a second sign-in step.

A device signs Companion's challenge. The signature is valid only for this site (WebAuthn Level 2).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError

from companion.domain.accounts.second_factors import PASSKEYS_MOST, passkey_name
from companion.domain.refusals import NotAllowed, NotFound, Problem, Rejected
from companion.services.accounts.one_time_codes import ISSUER, failing_on_record, let_go
from companion.services.act import Actor, Counted, acting
from companion.store import audit, people, rate_limits
from companion.store.accounts import passkeys, second_factors, sessions
from companion.store.accounts.passkeys import Passkey
from companion.store.accounts.sessions import SignedIn
from companion.store.base import Store, Transaction
from companion.store.people import Account

T = TypeVar("T")
ADDING, USING = "add", "use"
ANSWER_MOST = 10_000
"""The maximum length of a browser's response to a passkey challenge.

A passkey's response normally has about 1,000 characters.
"""

# The webauthn library is imported inside functions, because the import takes a third of a second.


@dataclass(frozen=True)
class Site:
    """The site's address in the browser.

    A passkey works only on its own host.
    """

    host: str
    origin: str


NOWHERE = Site("", "")
"""One-time codes aren't tied to a site, so their site field is empty."""


def to_add(store: Store, signed_in: SignedIn, site: Site, now: datetime) -> str:
    """Return the JSON with which a browser creates a passkey.

    The JSON contains a challenge, which is stored with this session.
    """
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    viewer = signed_in.viewer
    with store.writing() as tx:
        challenge = passkeys.new_challenge(tx, signed_in.session_id, ADDING, now)
        known = passkeys.credential_ids(tx, viewer.account_id)
        tx.commit()
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=ISSUER,
        user_id=viewer.account_id.bytes,
        user_name=viewer.name if viewer.role.staff else ISSUER,
        challenge=challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return options_to_json(options)


def to_use(store: Store, signed_in: SignedIn, site: Site, now: datetime) -> str:
    """Return the JSON that a browser needs to sign in with a passkey.

    Raise ``NotAllowed`` if the account has no passkey.
    """
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    with acting(Actor(store, signed_in.viewer, now), Counted.NEVER) as tx:
        known = passkeys.credential_ids(tx, signed_in.viewer.account_id)
        if not known:
            raise NotAllowed("no_passkey")
        challenge = passkeys.new_challenge(tx, signed_in.session_id, USING, now)
        tx.commit()
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return options_to_json(options)


@dataclass(frozen=True)
class Signed:
    """A signature made with a passkey on a person's device, and the website that asked for the signature."""

    answer: str
    site: Site


def add(store: Store, signed_in: SignedIn, name: str, signed: Signed, now: datetime) -> list[str]:
    """Store a new passkey. An account without a second sign-in step gets recovery codes, shown only once.

    Return the new recovery codes, or an empty list. Raise ``Rejected`` if the passkey or its name isn't
    valid, if the challenge has expired, or if the account already has ten passkeys. Raise ``NotAllowed`` if
    the session has ended, or if the account's second sign-in step disappeared from the database. Raise
    ``SlowDown`` after too many attempts.
    """
    viewer = signed_in.viewer
    name = passkey_name(name)
    rate_limits.take(store, now, ("code.account", str(viewer.account_id)))
    with failing_on_record(Actor(store, viewer, now)):
        challenge = taken_challenge(store, signed_in, ADDING, now)
        return _added(Actor(store, viewer, now), signed_in, name, signed, challenge)


def _added(actor: Actor, signed_in: SignedIn, name: str, signed: Signed, challenge: bytes) -> list[str]:
    from webauthn import verify_registration_response

    viewer = actor.viewer
    with acting(actor) as tx:
        sessions.lock_owner(tx, signed_in)
        account, present = (
            people.account(tx, viewer.account_id),
            second_factors.factors_of(tx, viewer.account_id),
        )
        if present.lost:
            raise NotAllowed("second_factor_missing")
        if present.passkeys >= PASSKEYS_MOST:
            raise Rejected(Problem("passkeys_full", {"most": PASSKEYS_MOST}, "passkey"))
        made = _checked(
            lambda: verify_registration_response(
                credential=_whole(signed.answer),
                expected_challenge=challenge,
                expected_rp_id=signed.site.host,
                expected_origin=signed.site.origin,
            )
        )
        row = Passkey(id=uuid4(), account_id=account.id, added_at=actor.now, sign_count=made.sign_count)
        row.credential_id, row.public_key = made.credential_id, made.credential_public_key
        account.second_step = True
        try:
            passkeys.add(tx, account, row, name)
        except IntegrityError as known:
            raise Rejected(Problem("wrong_passkey", field="passkey")) from known
        recovery = [] if present.any else second_factors.new_recovery_codes(tx, account.id)
        rate_limits.forget(tx, "code.account", str(account.id))
        audit.record(tx, audit.Event.SECOND_FACTOR_SET, subject=account.id, detail="passkey")
        tx.commit()
    return recovery


def remove(store: Store, signed_in: SignedIn, passkey_id: UUID, now: datetime) -> None:
    """Remove a passkey.

    Raise ``NotFound`` if the account has no such passkey. Raise ``NotAllowed`` if a staff member would be
    left without a second sign-in step.
    """
    viewer = signed_in.viewer
    with acting(Actor(store, viewer, now)) as tx:
        sessions.lock_owner(tx, signed_in)
        row = his(tx, viewer.account_id, passkey_id)
        let_go(tx, viewer)
        tx.delete(row)
        audit.record(tx, audit.Event.SECOND_FACTOR_REMOVED, subject=viewer.account_id, detail="passkey")
        tx.commit()


def his(tx: Transaction, account_id: UUID, passkey_id: UUID) -> Passkey:
    """Return one of this account's passkeys. Raise ``NotFound`` if the account has no such passkey."""
    row = tx.get(Passkey, passkey_id)
    if row is None or row.account_id != account_id:
        raise NotFound
    return row


def taken_challenge(store: Store, signed_in: SignedIn, purpose: str, now: datetime) -> bytes:
    """Return and delete this session's challenge. A challenge can be used only once.

    Raise ``Rejected`` if there is no valid challenge.
    """
    with store.writing() as tx:
        challenge = passkeys.take_challenge(tx, signed_in.session_id, purpose, now)
        tx.commit()
    if challenge is None:
        raise Rejected(Problem("passkey_late", field="passkey"))
    return challenge


def accept(tx: Transaction, account: Account, signed: Signed, challenge: bytes) -> None:
    """Check and record a signature by an account's passkey.

    Raise ``Rejected`` if the signature is wrong.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers import parse_authentication_credential_json

    given = _checked(lambda: parse_authentication_credential_json(_whole(signed.answer)))
    row = passkeys.known_by(tx, account.id, given.raw_id)
    if row is None or not row.intact:
        raise Rejected(Problem("wrong_passkey", field="passkey"))
    verified = _checked(
        lambda: verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=signed.site.host,
            expected_origin=signed.site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=0,  # the SQL statement below checks the counter
        )
    )
    if not passkeys.signed(tx, row, verified.new_sign_count, tx.now):
        raise Rejected(Problem("passkey_copied", field="passkey"))


def _whole(answer: str) -> str:
    return answer if len(answer) <= ANSWER_MOST else ""


def _checked(check: Callable[[], T]) -> T:
    """Check untrusted data with the webauthn library, and return the result.

    Raise ``Rejected`` if the webauthn library raises an error.
    """
    try:
        return check()
    except Exception as wrong:
        raise Rejected(Problem("wrong_passkey", field="passkey")) from wrong
