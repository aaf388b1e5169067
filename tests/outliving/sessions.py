"""Start sessions, register devices and issue codes.

For each session, device and code, list the actions after which it must stop working.
"""

from datetime import timedelta
from uuid import UUID

import pyotp

from companion.domain.accounts.devices import KNOWN_FOR, DeviceKind
from companion.domain.accounts.second_factors import CHALLENGE_LIFE, FRESH_FOR, fresh
from companion.services.accounts import my_sessions, one_time_codes, sign_in
from companion.services.accounts.passkeys import USING
from companion.services.act import Actor
from companion.store.accounts import devices, passkeys, second_factors, sessions
from tests.outliving.world import Begun, World


def session(w: World) -> Begun:
    cast = w.cast
    token, signed_in = w.signs_in(cast.sam)
    return Begun(
        lambda: w.alive(token),
        {
            "signing out": lambda: sign_in.sign_out(cast.store, token, cast.now),
            "its owner ending it": lambda: my_sessions.end_session(cast.sam.actor, signed_in.session_id),
            "a new passphrase": w.new_passphrase(cast.sam),
            "its owner's reset": w.chooses_anew(cast.sam),
            "death": w.dies(cast.sam),
            "erasure": w.erases(cast.sam),
            "15 idle minutes": w.waits(timedelta(minutes=15)),
            "12 hours": w.stays_busy(token),
        },
    )


def session_of_staff(w: World) -> Begun:
    token, _ = w.signs_in(w.cast.priya)
    return Begun(
        lambda: w.alive(token),
        {
            "its owner leaving": w.leaves(w.cast.priya),
            "its owner's reset": w.chooses_anew(w.cast.priya),
            "30 idle minutes": w.waits(timedelta(minutes=30)),
            "12 hours": w.stays_busy(token),
        },
    )


def proof(w: World) -> Begun:
    token, _ = w.signs_in(w.cast.sam)

    def works() -> bool:
        with w.cast.store.reading() as tx:
            found = sessions.find(tx, token, w.cast.now)
        return found is not None and fresh(found.proved_at, w.cast.now)

    return Begun(
        works,
        {"10 minutes": w.waits(FRESH_FOR), "its owner's reset": w.chooses_anew(w.cast.sam)},
    )


def held_form(w: World) -> Begun:
    cast = w.cast
    token, signed_in = w.signs_in(cast.sam)
    with cast.store.writing() as tx:
        sessions.hold(tx, signed_in, "/my/messages", {"words": ["Hello"]})
        tx.commit()

    def works() -> bool:
        with cast.store.reading() as tx:
            return sessions.held(tx, signed_in) is not None

    def send() -> None:
        with cast.store.writing() as tx:
            sessions.drop_held(tx, signed_in.session_id)
            tx.commit()

    def sweep() -> None:
        w.clock.forward(hours=12)
        with cast.store.writing() as tx:
            sessions.drop_forgotten(tx, cast.now)
            tx.commit()

    return Begun(
        works,
        {
            "use": send,
            "signing out": lambda: sign_in.sign_out(cast.store, token, cast.now),
            "a new passphrase": w.new_passphrase(cast.sam),
            "its owner's reset": w.chooses_anew(cast.sam),
            "12 hours": sweep,
        },
    )


def known_device(w: World) -> Begun:
    cast, mark = w.cast, "a mark that the browser keeps"
    whose = cast.priya.viewer
    my_sessions.know_device(Actor(cast.store, whose, cast.now), DeviceKind(), mark)

    def found() -> UUID | None:
        with cast.store.reading() as tx:
            return devices.known(tx, whose.account_id, mark, cast.now)

    def forget() -> None:
        known = found()
        assert known
        my_sessions.forget_device(Actor(cast.store, whose, cast.now), known)

    return Begun(
        lambda: found() is not None,
        {
            "its owner ending it": forget,
            "its owner's reset": w.chooses_anew(cast.priya),
            "its owner leaving": w.leaves(cast.priya),
            "180 days": w.waits(KNOWN_FOR),
        },
    )


def challenge(w: World) -> Begun:
    cast = w.cast
    _, signed_in = w.signs_in(cast.sam)
    with cast.store.writing() as tx:
        passkeys.new_challenge(tx, signed_in.session_id, USING, cast.now)
        tx.commit()

    def take() -> bytes | None:
        with cast.store.writing() as tx:
            return passkeys.take_challenge(tx, signed_in.session_id, USING, cast.now)

    def use() -> None:
        with cast.store.writing() as tx:
            passkeys.take_challenge(tx, signed_in.session_id, USING, cast.now)
            tx.commit()

    return Begun(lambda: take() is not None, {"use": use, "5 minutes": w.waits(CHALLENGE_LIFE)})


def offered_code(w: World) -> Begun:
    cast = w.cast
    one_time_codes.offer_new(cast.sam.actor)
    offered = one_time_codes.offered(cast.store, cast.sam.viewer)
    assert offered

    def confirm() -> None:
        _, signed_in = w.signs_in(cast.sam)
        code = pyotp.TOTP(offered[0]).at(int(cast.now.timestamp()))
        one_time_codes.confirm(cast.store, signed_in, code, cast.now)

    return Begun(
        lambda: one_time_codes.offered(cast.store, cast.sam.viewer) == offered,
        {
            "use": confirm,
            "a newer one": lambda: one_time_codes.offer_new(cast.sam.actor),
            "a new passphrase": w.new_passphrase(cast.sam),
            "its owner's reset": w.chooses_anew(cast.sam),
        },
    )


def recovery_code(w: World) -> Begun:
    cast, whose = w.cast, w.cast.priya.viewer.account_id

    def new() -> list[str]:
        with cast.store.writing() as tx:
            made = second_factors.new_recovery_codes(tx, whose)
            tx.commit()
        return made

    code = new()[0]

    def take(*, keep: bool) -> bool:
        with cast.store.writing() as tx:
            taken = second_factors.use_recovery_code(tx, whose, code, cast.now)
            if keep:
                tx.commit()
        return taken

    return Begun(
        lambda: take(keep=False),
        {
            "use": lambda: take(keep=True),
            "a newer one": new,
            "its owner's reset": w.chooses_anew(cast.priya),
        },
    )
