"""Browser sessions. Every browser has a random session token. The database contains only the token's hash."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    LargeBinary,
    String,
    bindparam,
    delete,
    func,
    select,
    true,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from companion.domain.accounts.devices import DeviceKind
from companion.domain.accounts.sessions import IdleRule, idle_rule
from companion.domain.enrolments.pathway import PathwayState
from companion.domain.forms import Form
from companion.domain.people import Role, Viewer
from companion.domain.refusals import NotAllowed, NotFound, Problem, Rejected
from companion.store import locks, people
from companion.store.accounts import devices
from companion.store.base import Model, Transaction
from companion.store.enrolments.enrolments import Enrolment
from companion.store.keys import Box, hash_of
from companion.store.people import Account
from companion.store.row_binding import Bound, bound_columns, row_intact
from companion.store.types import UtcDateTime

SIGNED_OUT = "signed_out"
MOST_HELD = 20
"""The maximum number of forms kept for one person's locked sessions, not counting the current session. A form
that is sent from a locked session is kept until the session is unlocked.
"""
SEEN_EVERY = timedelta(seconds=30)
"""The shortest time between two updates of ``last_seen_at``."""
KEPT = 2 * IdleRule.whole
"""The age at which a session's row is deleted."""


class WebSession(Bound, Model):
    """A browser session of somebody who has entered at least their passphrase."""

    __tablename__ = "web_sessions"
    BOUND = ("token_hash", "account_id", "created_at", "complete", "proved_at", "ended_at")

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    complete: Mapped[bool]
    """True if the person has completed every required sign-in step.

    Until the second sign-in step, the session can open only the page for that step.
    """
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time at which the person last entered their passphrase."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kind: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The kind of device, encrypted with the same data key as the person's name."""
    shared_with: Mapped[UUID | None]
    """The enrolment of the participant who is looking at the shared screen, if any.

    While a screen is shared, the practitioner's session is locked and opens only the page for the shared
    screen.
    """


class ParkedForm(Model):
    """A form that was submitted from a locked session.

    Companion keeps the submitted form until the person unlocks the session.
    """

    __tablename__ = "held_forms"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("web_sessions.id", ondelete="CASCADE"), unique=True)
    page: Mapped[str] = mapped_column(String(300))
    """The path of the page whose form was kept while the session was locked. Only rows from an older version
    of Companion have this path.

    Companion now stores the path, encrypted, in ``typed``, and leaves this column empty.
    """
    typed: Mapped[bytes] = mapped_column(LargeBinary)


SIGNED_IN = (
    select(
        *bound_columns(WebSession, "session_"),
        *(WebSession.last_seen_at, WebSession.shared_with),
        *bound_columns(Account, "account_"),
        *(Account.name, Account.language, Account.shift_leaves, Enrolment.state),
    )
    .join(Account, Account.id == WebSession.account_id)
    .outerjoin(Enrolment, Enrolment.participant_id == Account.id)
    .where(WebSession.token_hash == bindparam("token_hash"))
    .where(WebSession.ended_at.is_(None), Account.left_at.is_(None))
)
"""The query for a request's session and account."""


@dataclass(frozen=True)
class SignedIn:
    """A live session and the person who is signed in."""

    session_id: UUID
    viewer: Viewer
    complete: bool
    locked: bool
    stale: bool
    """True if ``last_seen_at`` is due for an update."""
    proved_at: datetime | None = None
    """The time at which the person last entered their passphrase.

    ``proved_at`` is None until the person has completed every required sign-in step.
    """
    mark: str = ""
    """A keyed hash of the account. Companion puts this hash into each page, to tell whose page a form came
    from.
    """
    state: PathwayState | None = None
    """The participant's pathway state, or None for staff."""
    shared_with: UUID | None = None
    """The enrolment of the participant who is looking at the shared screen.

    ``shared_with`` is None if the screen isn't shared, or after the session's idle timeout.
    """


@dataclass(frozen=True)
class SignedInPlace:
    """One entry in a person's list of the sessions in which the person is signed in."""

    id: UUID
    kind: DeviceKind
    since: datetime
    last_seen: datetime
    complete: bool
    """True if the person has completed every required sign-in step."""
    locked: bool


def start(tx: Transaction, account_id: UUID, now: datetime, *, complete: bool) -> str:
    """Begin a session, and return the token for the browser. The token itself isn't stored."""
    token = secrets.token_urlsafe(32)
    tx.add(
        WebSession(
            token_hash=hash_of(token),
            account_id=account_id,
            created_at=now,
            last_seen_at=now,
            complete=complete,
            proved_at=now,
        )
    )
    return token


def find(tx: Transaction, token: str, now: datetime) -> SignedIn | None:
    """Return the live session with the token, or None.

    The session may be locked, or may need a second sign-in step.
    """
    row = tx.rows(SIGNED_IN, {"token_hash": hash_of(token)}).first()
    if row is None:
        return None
    if not (
        row_intact(tx, WebSession, row._mapping, "session_")
        and row_intact(tx, Account, row._mapping, "account_")
    ):
        return None
    box = tx.keys.box(people.owner_of(row.account_id, row.account_role))
    called = "" if row.account_erased_at else people.name_in(box, row.account_id, row.name)
    viewer = Viewer(row.account_id, Role(row.account_role), called, row.language, row.shift_leaves)
    rule = idle_rule(viewer.role)
    if rule.over(row.session_created_at, now):
        return None
    idle = rule.locked(row.last_seen_at, now)
    shared = row.session_complete and row.shared_with is not None
    return SignedIn(
        row.session_id,
        viewer,
        row.session_complete,
        idle or shared,
        abs(now - row.last_seen_at) >= SEEN_EVERY,
        row.session_proved_at if row.session_complete else None,
        tx.keys.lookup("page", str(row.account_id)).hex()[:32],
        PathwayState(row.state) if row.state else None,
        row.shared_with if shared and not idle else None,
    )


def renew(
    tx: Transaction, session_id: UUID, now: datetime, *, complete: bool, proved_at: datetime | None = None
) -> str:
    """Give a session a new token, and return the token. The old token stops working.

    Pass ``proved_at`` if the person has just entered their passphrase. If ``complete`` is true, the session
    also stops sharing a screen with a participant. Raise ``NotAllowed`` if the session has ended.
    """
    token = secrets.token_urlsafe(32)
    live = select(WebSession).where(WebSession.id == session_id, WebSession.ended_at.is_(None))
    row = tx.scalar(live.execution_options(populate_existing=True))
    if row is None:
        raise NotAllowed(SIGNED_OUT)
    row.token_hash, row.last_seen_at, row.complete = hash_of(token), now, complete
    if complete:
        row.shared_with = None
    if proved_at:
        row.proved_at = proved_at
    return token


def lock_owner(tx: Transaction, signed_in: SignedIn) -> None:
    """Lock the account's row before the person changes their sign-in details.

    Raise ``NotAllowed`` if the session has ended.
    """
    people.lock(tx, signed_in.viewer.account_id)
    if not is_live(tx, signed_in.session_id):
        raise NotAllowed(SIGNED_OUT)


def is_live(tx: Transaction, session_id: UUID) -> bool:
    """Return whether a session exists and nobody has ended it. Don't check the session's age."""
    return (
        tx.scalar(select(WebSession.id).where(WebSession.id == session_id, WebSession.ended_at.is_(None)))
        is not None
    )


def touch(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """Record that the person has just used the session."""
    tx.execute(update(WebSession).where(WebSession.id == session_id).values(last_seen_at=now))


def share(tx: Transaction, session_id: UUID, enrolment_id: UUID) -> None:
    """Limit a session to the shared screen that this participant and their practitioner look at together."""
    tx.execute(update(WebSession).where(WebSession.id == session_id).values(shared_with=enrolment_id))


def describe(tx: Transaction, signed_in: SignedIn, kind: DeviceKind) -> None:
    """Record the kind of device on which a session is open."""
    sealed = _box(tx, signed_in.viewer).seal(
        "web_sessions.kind", signed_in.session_id, [kind.browser, kind.system]
    )
    tx.execute(update(WebSession).where(WebSession.id == signed_in.session_id).values(kind=sealed))


def mine(tx: Transaction, viewer: Viewer, now: datetime) -> list[SignedInPlace]:
    """Return the viewer's live sessions, the most recently used first."""
    rows = tx.scalars(
        select(WebSession)
        .where(
            WebSession.account_id == viewer.account_id,
            WebSession.ended_at.is_(None),
            WebSession.created_at > now - IdleRule.whole,
            WebSession.created_at < now + IdleRule.whole,
        )
        .order_by(WebSession.last_seen_at.desc(), WebSession.id)
    ).all()
    box, rule = _box(tx, viewer), idle_rule(viewer.role)
    return [
        SignedInPlace(
            row.id,
            DeviceKind(*box.open("web_sessions.kind", row.id, row.kind)) if row.kind else DeviceKind(),
            row.created_at,
            row.last_seen_at,
            row.complete,
            rule.locked(row.last_seen_at, now),
        )
        for row in rows
    ]


def end(tx: Transaction, token: str, now: datetime) -> UUID | None:
    """End the session with this token.

    Return the id of the session's account. Return None if the token is unknown or the session had already
    ended.
    """
    found = tx.execute(
        select(WebSession.id, WebSession.account_id).where(WebSession.token_hash == hash_of(token))
    ).first()
    ended = found and _end(tx, WebSession.id == found.id, now)
    return found.account_id if found and ended else None


def end_one(tx: Transaction, viewer: Viewer, session_id: UUID, now: datetime) -> bool:
    """End one of the viewer's sessions. Return whether the session was still active before this call.

    Raise ``NotFound`` if the session isn't the viewer's.
    """
    one = (WebSession.id == session_id) & (WebSession.account_id == viewer.account_id)
    if tx.scalar(select(WebSession.id).where(one)) is None:
        raise NotFound
    return bool(_end(tx, one, now))


def end_all(tx: Transaction, account_id: UUID, now: datetime, but: UUID | None = None) -> int:
    """End all sessions of an account, except the session with the id ``but``. Return the number of sessions
    that ended.
    """
    his = WebSession.account_id == account_id
    return _end(tx, his if but is None else his & (WebSession.id != but), now)


def end_everybodys(tx: Transaction, now: datetime) -> int:
    """End everybody's sessions, and return the number of sessions that ended."""
    return _end(tx, true(), now)


def _end(tx: Transaction, those: ColumnElement[bool], now: datetime) -> int:
    """End sessions, and delete all forms that were sent while these sessions were locked. Return the number
    of sessions that ended.
    """
    unended = select(WebSession).where(those, WebSession.ended_at.is_(None)).order_by(WebSession.id)
    ended = tx.scalars(unended.execution_options(populate_existing=True)).all()
    for row in ended:
        row.ended_at = now
    tx.flush()
    tx.execute(delete(ParkedForm).where(ParkedForm.session_id.in_([row.id for row in ended])))
    return len(ended)


def shut(tx: Transaction, account: Account, now: datetime) -> None:
    """Close an account, so that nobody can sign in.

    Closing an account ends its sessions, cancels its joining codes and deletes its known devices.
    """
    account.left_at = account.left_at or now
    end_all(tx, account.id, now)
    devices.forget_all(tx, account.id)
    people.end_invitations(tx, account.id, now)


def hold(tx: Transaction, signed_in: SignedIn, page: str, typed: Form, *, always: bool = False) -> None:
    """Keep a form that was sent from a locked session until the session is unlocked. ``page`` is the path of
    the form's page.

    Companion keeps at most one form for each locked session. Raise ``Rejected`` if Companion already keeps
    too many forms from the person's other locked sessions, unless ``always`` is True.
    """
    locks.lock_one(tx, select(WebSession).where(WebSession.id == signed_in.session_id))  # one save at a time
    if not always:
        require_room_to_hold(tx, signed_in)
    tx.execute(delete(ParkedForm).where(ParkedForm.session_id == signed_in.session_id))
    held = ParkedForm(id=uuid4(), session_id=signed_in.session_id, page="")
    held.typed = _box(tx, signed_in.viewer).seal("held_forms.typed", held.id, [page, typed])
    tx.add(held)


def require_room_to_hold(tx: Transaction, signed_in: SignedIn) -> None:
    """Raise ``Rejected`` if the person's other locked sessions already hold ``MOST_HELD`` parked forms."""
    others = select(func.count(ParkedForm.id)).join(WebSession, WebSession.id == ParkedForm.session_id)
    his = (WebSession.account_id == signed_in.viewer.account_id) & (WebSession.id != signed_in.session_id)
    if (tx.scalar(others.where(his)) or 0) >= MOST_HELD:
        raise Rejected(Problem("no_room_today" if signed_in.viewer.role.staff else "no_room"))


def held(tx: Transaction, signed_in: SignedIn) -> tuple[str, Form] | None:
    """If a form was sent while this session was locked, return its URL path and contents; otherwise None."""
    row = tx.scalar(select(ParkedForm).where(ParkedForm.session_id == signed_in.session_id))
    if row is None:
        return None
    typed = _box(tx, signed_in.viewer).open("held_forms.typed", row.id, row.typed)
    page, form = typed if isinstance(typed, list) else (row.page, typed)
    return page, form


def drop_held(tx: Transaction, session_id: UUID) -> None:
    """Delete the form that was sent while this session was locked, if there is one."""
    tx.execute(delete(ParkedForm).where(ParkedForm.session_id == session_id))


def drop_forgotten(tx: Transaction, now: datetime) -> None:
    """Delete all sessions older than ``KEPT``. Also delete any forms kept for locked sessions that have
    expired.

    The caller must commit the transaction.
    """
    over = locks.skipping_locked(select(WebSession.id).where(WebSession.created_at <= now - IdleRule.whole))
    tx.execute(delete(ParkedForm).where(ParkedForm.session_id.in_(over)))
    gone = locks.skipping_locked(select(WebSession.id).where(WebSession.created_at <= now - KEPT))
    tx.execute(delete(WebSession).where(WebSession.id.in_(gone)))


def _box(tx: Transaction, viewer: Viewer) -> Box:
    return tx.keys.box(people.account(tx, viewer.account_id).owner)
