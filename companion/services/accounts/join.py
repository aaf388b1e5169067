"""Let people join with a joining code and a word agreed in person.

New people read the confidentiality statement, and choose a sign-in name and a passphrase. People who have
lost their sign-in details also get a joining code, and choose new sign-in details.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pyotp
from sqlalchemy.exc import IntegrityError

from companion.domain.accounts.second_factors import Lost, asked_for
from companion.domain.accounts.slips import SLIP_LIFE
from companion.domain.accounts.statement import Statement
from companion.domain.people import (
    Credentials,
    Role,
    folded,
    new_code,
    typed_code,
    typed_passphrase,
    typed_sign_in_name,
)
from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.domain.text import clean
from companion.services.act import unattended
from companion.store import audit, outbox, people, rate_limits
from companion.store.accounts import calendar_feeds, devices, second_factors, sessions, slips
from companion.store.accounts.passphrases import Hasher
from companion.store.base import Store, Transaction
from companion.store.people import Account, Acknowledgement, Invitation

WORD_LEAST, WORD_MOST = 3, 60


@dataclass(frozen=True)
class Slip:
    """A joining or reset slip, which contains a joining code. Companion shows the code only once."""

    code: str
    expires_at: datetime


@dataclass(frozen=True)
class Joiner:
    """A person who is about to join.

    ``again`` is True if the person has joined before. ``lost``: the sign-in details that a returning person
    no longer has and must set up again.
    """

    name: str
    role: Role
    again: bool
    lost: Lost | None
    second_step: bool
    """True if the account already has a second sign-in step."""


def agreed_word(text: str, field: str = "word") -> str:
    """Normalise and return the secret word agreed in person.

    Raise ``Rejected`` if the agreed word is too short or too long.
    """
    word = folded(clean(text, WORD_MOST, field))
    if len(word) < WORD_LEAST:
        raise Rejected(Problem("too_short", {"least": WORD_LEAST}, field))
    return word


def invite(tx: Transaction, account: Account, word_hash: str, *, resets: Lost | None = None) -> Slip:
    """Create a joining code for an account, and cancel any earlier unused code. The caller commits the
    transaction.

    The caller hashes the agreed word before the transaction begins, because hashing is slow.

    The code stops working if its issuer may no longer issue codes. If the person has joined before,
    ``resets`` says which sign-in details the person has lost and must replace. Raise ``NotAllowed`` if the
    account owner has left.
    """
    people.lock(tx, account.id)  # of two slips issued at the same time, the earlier one still expires
    if account.left_at is not None:
        raise NotAllowed("has_left")
    people.end_invitations(tx, account.id, tx.now)
    slip = Slip(new_code(), tx.now + SLIP_LIFE)
    tx.add(
        Invitation(
            account_id=account.id,
            code_hash=people.code_hash(tx, slip.code),
            word_hash=word_hash,
            resets=resets is not None,
            lost=resets,
            made_by=tx.actor_id,
            made_at=tx.now,
            expires_at=slip.expires_at,
        )
    )
    return slip


def open_door(store: Store, hasher: Hasher, code: str, word: str, address: str, now: datetime) -> UUID:
    """Check a joining code and its agreed word, and return the invitation's id.

    If the code or the word is wrong, raise ``Rejected`` without saying which. Raise ``SlowDown`` after too
    many attempts. Raise ``Crowded`` if the server is too busy.
    """
    tries = ("join.code", typed_code(code)), ("join.address", address), ("join.overall", "")
    with hasher.place() as place:
        rate_limits.take(store, now, *tries)
        with store.reading() as tx:
            invitation = people.open_invitation(tx, code, now)
            if invitation and not slips.stands(tx, invitation):
                invitation = None
            word_hash = invitation.word_hash if invitation else None
        fits = place.fits(word_hash, folded(word))
    if not fits or invitation is None:
        with store.writing(now) as tx:
            audit.record(tx, audit.Event.JOINING_FAILED)
            tx.commit()
        raise Rejected(Problem("wrong_code", field="code"))
    return invitation.id


def joiner(store: Store, invitation_id: UUID, now: datetime) -> Joiner:
    with store.reading() as tx:
        invitation = open_invitation(tx, invitation_id, now)
        account = people.account(tx, invitation.account_id)
        return Joiner(
            people.name(tx, account),
            Role(account.role),
            account.joined_at is not None,
            lost(invitation),
            second_factors.factors_of(tx, account.id).any,
        )


def acknowledge(store: Store, invitation_id: UUID, shown: str, statement: Statement, now: datetime) -> None:
    """Record that the person has read the confidentiality statement. Reading it again records nothing.

    ``shown`` is the edition that the person's page showed. Raise ``ChangedElsewhere`` if that isn't the
    ``statement`` in force, or ``Rejected`` if the invitation is no longer valid.
    """
    with unattended(store, now) as tx:
        account_id = open_invitation(tx, invitation_id, now).account_id
        if shown != statement.edition:
            raise ChangedElsewhere
        edition = {"statement_version": statement.version, "language": statement.language}
        if not people.has_acknowledged(tx, account_id, **edition):
            tx.add(Acknowledgement(id=uuid4(), account_id=account_id, at=now, **edition))
            detail = str(statement.version)
            audit.record(tx, audit.Event.STATEMENT_ACKNOWLEDGED, subject=account_id, detail=detail)
        tx.commit()


def join(
    store: Store,
    hasher: Hasher,
    invitation_id: UUID,
    chosen: Credentials,
    now: datetime,
    language: str = "en",
) -> str:
    """Sign the person in, mark the invitation as used, and return the session's token.

    ``language`` is for a new participant's pages and emails. Joining again ends the person's sessions and
    removes their old sign-in details. The person's second sign-in step stays the same, unless the person can
    no longer use it. Raise ``Rejected`` for mistakes in the form, for a joining or reset slip that can't be
    used here, or if a participant hasn't acknowledged the confidentiality statement. Raise ``SlowDown`` after
    too many attempts, or ``Crowded`` if the server is too busy.
    """
    name = _new_name(chosen.sign_in_name, chosen.passphrase)
    with hasher.place() as place:
        rate_limits.take(
            store, now, ("join.slip", str(invitation_id))
        )  # otherwise anybody with a slip could find out which names are taken
        passphrase_hash = place.hash(chosen.passphrase)
    with unattended(store, now) as tx:
        invitation = open_invitation(tx, invitation_id, now)
        account = people.account(tx, invitation.account_id)
        _require_acknowledgement(tx, account)
        again = account.joined_at is not None
        if (
            again != invitation.resets or lost(invitation) is Lost.SECOND_STEP
        ):  # the slip was made for another purpose
            raise Rejected(Problem("wrong_code", field="code"))
        use(tx, invitation, now)
        if again:
            forget_way_in(tx, account, lost(invitation), now)
        _set_sign_in_name(tx, account, name)
        account.passphrase_hash = passphrase_hash
        account.joined_at = account.joined_at or now
        if account.role == Role.PARTICIPANT and not again:
            account.language = language
        token = begin_session(tx, account, now)
        event = audit.Event.RESET_DONE if again else audit.Event.JOINED
        audit.record(tx, event, subject=account.id, detail=lost(invitation) or "")
        tx.commit()
    return token


def begin_session(tx: Transaction, account: Account, now: datetime) -> str:
    """Start a session for a person who uses a joining or reset slip. Return the session's token.

    The person must still complete or set up any required second sign-in step.
    """
    role, present = Role(account.role), second_factors.factors_of(tx, account.id)
    if role.staff and not present.any:
        second_factors.offer_one_time_code(tx, account, pyotp.random_base32())
    return sessions.start(tx, account.id, now, complete=not asked_for(role, present))


def _new_name(sign_in_name: str, passphrase: str) -> str:
    """Check a new sign-in name and passphrase. Raise ``Rejected`` with every problem."""
    problems: list[Problem] = []
    name = ""
    try:
        name = typed_sign_in_name(sign_in_name)
    except Rejected as rejected:
        problems += rejected.problems
    try:
        typed_passphrase(passphrase, [sign_in_name])
    except Rejected as rejected:
        problems += rejected.problems
    if problems:
        raise Rejected(*problems)
    return name


def _set_sign_in_name(tx: Transaction, account: Account, name: str) -> None:
    """Set the account's sign-in name. Raise ``Rejected`` if another account has this name."""
    account.sign_in_hash = people.sign_in_hash(tx, name)
    try:
        tx.flush()
    except IntegrityError as taken:
        raise Rejected(Problem("name_taken", field="sign_in_name")) from taken
    people.keep_sign_in_name(tx, account, name)


def forget_way_in(tx: Transaction, account: Account, gone: Lost | None, now: datetime) -> None:
    """End an account's sessions, and forget its known devices.

    Also remove the second sign-in steps, unless the person has lost only the passphrase. Delete the account's
    calendar URL, and cancel unused joining and reset slips that the account has issued. Notify the person.
    """
    if gone is Lost.PASSPHRASE:
        second_factors.withdraw_offer(tx, account.id)
    else:
        second_factors.drop_all(tx, account.id)
    sessions.end_all(tx, account.id, now)
    devices.forget_all(tx, account.id)
    slips.end_made_by(tx, account.id, now)
    calendar_feeds.end(tx, account.id)
    account.reset_asked_at = None
    outbox.notify(tx, account.id, outbox.Notice.ACCESS_RESET, account.id)


def _require_acknowledgement(tx: Transaction, account: Account) -> None:
    if account.role == Role.PARTICIPANT and not people.has_acknowledged(tx, account.id):
        raise Rejected(Problem("acknowledge"))


def lost(invitation: Invitation) -> Lost | None:
    """Return which sign-in details the person has lost, or None if they're joining for the first time."""
    return Lost(invitation.lost or Lost.BOTH) if invitation.resets else None


def use(tx: Transaction, invitation: Invitation, now: datetime) -> None:
    """Mark a joining or reset slip as used.

    Raise ``Rejected`` if the joining or reset slip has just been used or has expired.
    """
    if not people.use_invitation(tx, invitation.id, now):
        raise Rejected(Problem("wrong_code", field="code"))


def open_invitation(tx: Transaction, invitation_id: UUID, now: datetime) -> Invitation:
    """Return the joining or reset slip that somebody is using. Lock the slip's account.

    Raise ``Rejected`` if the joining or reset slip has expired, or was used or cancelled. Also raise
    ``Rejected`` if the slip's issuer may no longer issue the slip.
    """
    row = tx.get(Invitation, invitation_id)
    if row is not None:
        people.lock(tx, row.account_id)
        tx.refresh(row)  # another request may have used or cancelled the slip
    if (
        row is None
        or not row.intact
        or row.used_at is not None
        or row.expires_at <= now
        or not slips.stands(tx, row)
    ):
        raise Rejected(Problem("wrong_code", field="code"))
    return row
