"""Test how people change their own passphrase, one-time codes and recovery codes."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import func, select

from companion.domain.people import Credentials
from companion.domain.refusals import NotAllowed, Rejected, SlowDown
from companion.services.accounts import join, one_time_codes, second_step, sign_in
from companion.services.accounts.passphrase import change
from companion.services.accounts.second_step import Given
from companion.services.accounts.sign_in import Browser
from companion.services.act import Actor
from companion.services.staff import resets
from companion.store.accounts import second_factors, sessions
from companion.store.accounts.passphrases import Hasher, HashingTurn
from companion.store.accounts.second_factors import RecoveryCode
from companion.store.accounts.sessions import SignedIn
from tests.cast import Cast
from tests.fixtures import Clock
from tests.people import Somebody

NEW = "seven pears in a row of robins"


def comes_in(cast: Cast, hasher: Hasher, who: Somebody, passphrase: str = "") -> str:
    said = passphrase or who.passphrase
    return sign_in.sign_in(
        cast.store, hasher, Credentials(who.sign_in_name, said), Browser(""), cast.now
    ).token


def session(cast: Cast, token: str) -> SignedIn | None:
    with cast.store.reading() as tx:
        return sessions.find(tx, token, cast.now)


def whole(cast: Cast, token: str) -> SignedIn:
    found = session(cast, token)
    assert found
    return found


def sets_up(cast: Cast, token: str) -> tuple[str, str, list[str]]:
    """Set up or replace one-time codes.

    Return three things: the secret for one-time codes, the session's new token, and the recovery codes.
    """
    signed_in = whole(cast, token)
    one_time_codes.offer_new(Actor(cast.store, signed_in.viewer, cast.now))
    offered = one_time_codes.offered(cast.store, signed_in.viewer)
    assert offered
    new, recovery = one_time_codes.confirm(cast.store, signed_in, code(offered[0], cast), cast.now)
    return offered[0], new, recovery


def code(secret: str, cast: Cast, later: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(cast.now.timestamp()) + later)


def test_changing_the_passphrase_ends_all_other_sessions(cast: Cast, hasher: Hasher) -> None:
    here, elsewhere = (comes_in(cast, hasher, cast.sam) for _ in range(2))
    owens = comes_in(cast, hasher, cast.owen)
    slip = resets.reset_participant(cast.priya.actor, hasher, cast.sam.enrolment_id, "harbour")
    new = change(cast.store, hasher, whole(cast, here), NEW, cast.now)
    assert [session(cast, token) is not None for token in (new, here, elsewhere, owens)] == [
        *(True, False, False, True)
    ]
    with pytest.raises(Rejected):
        comes_in(cast, hasher, cast.sam)
    assert comes_in(cast, hasher, cast.sam, NEW)
    with pytest.raises(Rejected):
        join.open_door(cast.store, hasher, slip.code, "harbour", "", cast.now)


@pytest.mark.parametrize("weak", ["short", "sam sam sam sam sam", "aaaaaaaaaaaaaaaaaaaa", "x" * 129])
def test_a_weak_new_passphrase_changes_nothing(weak: str, cast: Cast, hasher: Hasher) -> None:
    here, elsewhere = (comes_in(cast, hasher, cast.sam) for _ in range(2))
    with pytest.raises(Rejected):
        change(cast.store, hasher, whole(cast, here), weak, cast.now)
    assert session(cast, here) and session(cast, elsewhere) and comes_in(cast, hasher, cast.sam)


def test_signing_in_fails_during_a_passphrase_change(
    cast: Cast, hasher: Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test changes the passphrase after Companion has checked it, but before the session starts."""
    here = whole(cast, comes_in(cast, hasher, cast.sam))
    fits = HashingTurn.fits

    def slowly(self: HashingTurn, stored: str | None, passphrase: str) -> bool:
        found = fits(self, stored, passphrase)
        monkeypatch.setattr(HashingTurn, "fits", fits)
        change(cast.store, hasher, here, NEW, cast.now)
        return found

    monkeypatch.setattr(HashingTurn, "fits", slowly)
    with pytest.raises(Rejected):
        comes_in(cast, hasher, cast.sam)


def test_a_participant_with_one_time_codes_needs_a_code_to_sign_in(
    cast: Cast, hasher: Hasher, clock: Clock
) -> None:
    assert whole(cast, comes_in(cast, hasher, cast.sam)).complete
    secret, _, recovery = sets_up(cast, comes_in(cast, hasher, cast.sam))
    assert len(recovery) == 10
    entered = comes_in(cast, hasher, cast.sam)
    assert not whole(cast, entered).complete
    with pytest.raises(Rejected, match="code_used"):  # this code was already used to confirm the setup
        second_step.give(cast.store, whole(cast, entered), Given(code(secret, cast)), cast.now)
    for later in (30, 0, 30):
        try:
            token = second_step.give(
                cast.store, whole(cast, entered), Given(code(secret, cast, later)), cast.now
            )
        except Rejected:
            assert later == 0 or entered is token
            continue
        assert whole(cast, token).complete
        entered = token
    clock.forward(seconds=60)
    again = whole(cast, comes_in(cast, hasher, cast.sam))
    assert second_step.give(cast.store, again, Given(code(secret, cast)), cast.now)


def test_old_one_time_codes_work_until_the_new_codes_are_confirmed(
    cast: Cast, hasher: Hasher, clock: Clock
) -> None:
    old, token, _ = sets_up(cast, comes_in(cast, hasher, cast.sam))
    one_time_codes.offer_new(cast.sam.actor)
    clock.forward(seconds=60)
    entered = whole(cast, comes_in(cast, hasher, cast.sam))
    token = second_step.give(cast.store, entered, Given(code(old, cast)), cast.now)
    new, _, recovery = sets_up(cast, token)
    assert recovery == [] and new != old  # the recovery codes stay valid
    clock.forward(seconds=60)
    entered = whole(cast, comes_in(cast, hasher, cast.sam))
    with pytest.raises(Rejected):
        second_step.give(cast.store, entered, Given(code(old, cast)), cast.now)
    assert second_step.give(cast.store, entered, Given(code(new, cast)), cast.now)


def test_the_passphrase_alone_is_not_enough_to_change_one_time_codes(cast: Cast, hasher: Hasher) -> None:
    _, token, _ = sets_up(cast, comes_in(cast, hasher, cast.sam))
    one_time_codes.offer_new(cast.sam.actor)
    offered = one_time_codes.offered(cast.store, cast.sam.viewer)
    thief = whole(cast, comes_in(cast, hasher, cast.sam))
    assert offered and session(cast, token)
    with pytest.raises(NotAllowed):
        one_time_codes.confirm(cast.store, thief, code(offered[0], cast), cast.now)


def test_staff_must_keep_a_second_sign_in_step_but_participants_can_remove_theirs(
    cast: Cast, hasher: Hasher
) -> None:
    with pytest.raises(NotAllowed):
        one_time_codes.remove(cast.priya.actor)
    _, _, recovery = sets_up(cast, comes_in(cast, hasher, cast.sam))
    for _ in range(2):
        one_time_codes.remove(cast.sam.actor)
    entered = whole(cast, comes_in(cast, hasher, cast.sam))
    assert entered.complete and recovery
    with cast.store.reading() as tx:
        his = RecoveryCode.account_id == cast.sam.viewer.account_id
        assert tx.scalar(select(func.count()).where(his)) == 0
    with pytest.raises(NotAllowed):
        one_time_codes.new_recovery_codes(cast.sam.actor)


def test_new_recovery_codes_replace_the_old_codes(cast: Cast, hasher: Hasher) -> None:
    _, _, old = sets_up(cast, comes_in(cast, hasher, cast.sam))
    new = one_time_codes.new_recovery_codes(cast.sam.actor)
    entered = whole(cast, comes_in(cast, hasher, cast.sam))
    with pytest.raises(Rejected):
        second_step.give(cast.store, entered, Given(old[0]), cast.now)
    assert second_step.give(cast.store, entered, Given(new[0]), cast.now)
    with cast.store.reading() as tx:
        assert second_factors.factors_of(tx, cast.sam.viewer.account_id).recovery_codes == 9


def test_a_recovery_code_entered_in_twenty_sessions_at_once_works_only_once(
    cast: Cast, hasher: Hasher
) -> None:
    _, _, recovery = sets_up(cast, comes_in(cast, hasher, cast.sam))
    entered = [whole(cast, comes_in(cast, hasher, cast.sam)) for _ in range(20)]

    def tries(signed_in: SignedIn) -> bool:
        try:
            return bool(second_step.give(cast.store, signed_in, Given(recovery[0]), cast.now))
        except (Rejected, SlowDown):
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tries, entered)) == 1


def test_a_one_time_code_entered_in_ten_sessions_at_once_works_only_once(
    cast: Cast, hasher: Hasher, clock: Clock
) -> None:
    secret, _, _ = sets_up(cast, comes_in(cast, hasher, cast.sam))
    clock.forward(seconds=60)
    entered = [whole(cast, comes_in(cast, hasher, cast.sam)) for _ in range(10)]

    def tries(signed_in: SignedIn) -> bool:
        try:
            return bool(second_step.give(cast.store, signed_in, Given(code(secret, cast)), cast.now))
        except Rejected:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tries, entered)) == 1
