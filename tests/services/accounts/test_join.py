"""Test joining with a joining code and the agreed word."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import select

from companion import content
from companion.cli.demo.people import People, a_session
from companion.domain.people import Credentials, Role
from companion.domain.refusals import ChangedElsewhere, NotAllowed, NotFound, Rejected, SlowDown
from companion.services.accounts import join
from companion.services.caseloads.add_participant import Added, add_participant, invite_again
from companion.services.staff import accounts
from companion.store import audit, people, rate_limits
from companion.store.accounts.passphrases import Hasher
from companion.store.base import Store
from tests.cast import Cast
from tests.fixtures import Clock
from tests.slips import STATEMENT

PASSPHRASE = "four green chairs and a lamp"


def kit(cast: Cast, hasher: Hasher) -> Added:
    soon = a_session(cast.now + timedelta(days=3))
    return add_participant(cast.priya.actor, hasher, uuid4(), "Kit", "Harbour wall", soon)


def opens(cast: Cast, hasher: Hasher, code: str, word: str = " harbour  WALL ") -> UUID:
    return join.open_door(cast.store, hasher, code, word, "192.0.2.1", cast.now)


def joins(cast: Cast, hasher: Hasher, invitation: UUID, name: str = "kit r") -> str:
    return join.join(cast.store, hasher, invitation, Credentials(name, PASSPHRASE), cast.now)


def test_joining_needs_both_the_joining_code_and_the_agreed_word(cast: Cast, hasher: Hasher) -> None:
    slip = kit(cast, hasher).slip
    for code, word in ((slip.code, ""), (slip.code, "harbor"), ("AAAA-AAAA-AAAA", "harbour wall"), ("", "")):
        with pytest.raises(Rejected):
            opens(cast, hasher, code, word)
    assert opens(cast, hasher, slip.code.lower())


def test_the_confidentiality_statement_must_be_read_before_an_account_is_created(
    cast: Cast, hasher: Hasher
) -> None:
    door = opens(cast, hasher, kit(cast, hasher).slip.code)
    with pytest.raises(Rejected):
        joins(cast, hasher, door)
    join.acknowledge(cast.store, door, STATEMENT.edition, STATEMENT, cast.now)
    assert joins(cast, hasher, door)
    with pytest.raises(Rejected):
        joins(cast, hasher, door, "kit again")


def test_only_the_statement_that_was_shown_is_acknowledged_and_only_once(cast: Cast, hasher: Hasher) -> None:
    door = opens(cast, hasher, kit(cast, hasher).slip.code)
    newer = msgspec.structs.replace(STATEMENT, version=STATEMENT.version + 1)
    for statement in (newer, content.shipped_statement("cy")):
        with pytest.raises(ChangedElsewhere):
            join.acknowledge(cast.store, door, STATEMENT.edition, statement, cast.now)
    assert acknowledged(cast, door) == []
    for _ in range(3):
        join.acknowledge(cast.store, door, STATEMENT.edition, STATEMENT, cast.now)
        join.acknowledge(cast.store, door, newer.edition, newer, cast.now)
    assert acknowledged(cast, door) == [STATEMENT.version, newer.version]


def acknowledged(cast: Cast, door: UUID) -> list[int]:
    with cast.store.reading() as tx:
        account_id = tx.get_one(people.Invitation, door).account_id
        rows = select(people.Acknowledgement.statement_version).filter_by(account_id=account_id)
        recorded = select(audit.AuditEntry.detail).filter_by(event=audit.Event.STATEMENT_ACKNOWLEDGED)
        versions = sorted(tx.scalars(rows))
        assert sorted(tx.scalars(recorded.filter_by(subject_id=account_id))) == [*map(str, versions)]
    return versions


def test_a_joining_code_expires_after_seven_days(cast: Cast, hasher: Hasher, clock: Clock) -> None:
    code = kit(cast, hasher).slip.code
    clock.forward(days=7, seconds=-1)
    assert opens(cast, hasher, code)
    clock.forward(seconds=1)
    with pytest.raises(Rejected):
        opens(cast, hasher, code)


def test_making_a_new_joining_code_cancels_the_old_code(cast: Cast, hasher: Hasher) -> None:
    added = kit(cast, hasher)
    new = invite_again(cast.priya.actor, hasher, added.enrolment_id, "harbour wall")
    with pytest.raises(Rejected):
        opens(cast, hasher, added.slip.code)
    assert opens(cast, hasher, new.code)
    with pytest.raises(NotFound):
        invite_again(cast.daniel.actor, hasher, added.enrolment_id, "harbour wall")


def test_only_one_person_can_join_with_a_joining_code(cast: Cast, hasher: Hasher) -> None:
    door = opens(cast, hasher, kit(cast, hasher).slip.code)
    join.acknowledge(cast.store, door, STATEMENT.edition, STATEMENT, cast.now)

    def tries(number: int) -> bool:
        try:
            return bool(joins(cast, hasher, door, f"kit {number}"))
        except (Rejected, SlowDown):
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tries, range(20))) == 1


def test_guessing_the_agreed_word_is_rate_limited(cast: Cast, hasher: Hasher, clock: Clock) -> None:
    code = kit(cast, hasher).slip.code
    for number in range(5):
        with pytest.raises(Rejected):
            opens(cast, hasher, code, f"guess {number}")
    with pytest.raises(SlowDown):
        opens(cast, hasher, code)
    clock.forward(minutes=15)
    assert opens(cast, hasher, code)


def test_a_taken_sign_in_name_is_refused_however_it_is_spelt(cast: Cast, hasher: Hasher) -> None:
    assert cast.sam
    door = opens(cast, hasher, kit(cast, hasher).slip.code)
    join.acknowledge(cast.store, door, STATEMENT.edition, STATEMENT, cast.now)
    with pytest.raises(Rejected, match="name_taken"):
        joins(cast, hasher, door, "ＳＡＭ")


def test_somebody_with_a_joining_code_can_try_only_a_few_sign_in_names(
    cast: Cast, hasher: Hasher, clock: Clock
) -> None:
    assert cast.sam
    door = opens(cast, hasher, kit(cast, hasher).slip.code)
    join.acknowledge(cast.store, door, STATEMENT.edition, STATEMENT, cast.now)
    for _ in range(rate_limits.LIMITS["join.slip"]):
        with pytest.raises(Rejected, match="name_taken"):
            joins(cast, hasher, door, "sam")
    with pytest.raises(SlowDown):
        joins(cast, hasher, door, "sam")
    clock.forward(minutes=15)
    assert joins(cast, hasher, door, "kit")


def test_an_administrator_never_sees_the_joining_code_of_a_practitioner_or_lead(
    cast: Cast, hasher: Hasher
) -> None:
    for role in ("practitioner", "lead"):
        assert accounts.add_staff(cast.alex.actor, hasher, "Robin", role, "harbour") is None
    with cast.store.reading() as tx:
        robin = next(person for person in people.staff(tx) if person.role is Role.PRACTITIONER)
    for nobody in (cast.alex, cast.priya):
        with pytest.raises(NotFound):
            accounts.approve_staff(nobody.actor, hasher, robin.id, "harbour")
    slip = accounts.approve_staff(cast.margaret.actor, hasher, robin.id, "harbour")
    assert opens(cast, hasher, slip.code, "harbour")


def test_somebody_who_has_joined_cannot_be_invited_again(cast: Cast, hasher: Hasher) -> None:
    with pytest.raises(NotAllowed):
        invite_again(cast.priya.actor, hasher, cast.sam.enrolment_id, "harbour")
    with pytest.raises(NotAllowed):
        accounts.approve_staff(cast.margaret.actor, hasher, cast.priya.viewer.account_id, "harbour")


class Watched(Hasher):
    """A hasher that counts the database connections in use during hashing."""

    def __init__(self, store: Store) -> None:
        super().__init__(cheap=True)
        self._store, self.taken = store, list[int]()

    def hash(self, text: str) -> str:
        self.taken.append(self._store._engine.pool.checkedout())  # type: ignore[attr-defined]  # the connection pool uses a queue
        return super().hash(text)


def test_companion_holds_no_database_connection_while_hashing_an_agreed_word_or_a_new_passphrase(
    store: Store, cast: Cast
) -> None:
    """Holding a database connection during the slow hashing could block other writers to SQLite."""
    hasher = Watched(store)
    assert len(accounts.first_accounts(store, hasher, cast.now)) == 2
    People(store, hasher, cast.now).staff(Role.LEAD, "Robin", PASSPHRASE)
    assert len(hasher.taken) >= 3 and set(hasher.taken) == {0}


def test_the_operator_can_replace_the_first_two_joining_codes_while_they_are_unused(
    store: Store, hasher: Hasher, clock: Clock
) -> None:
    made = accounts.first_accounts(store, hasher, clock.now)
    assert [role for role, _, _ in made] == [Role.ADMINISTRATOR, Role.LEAD]
    again = accounts.first_accounts(store, hasher, clock.now)  # the operator asks for new joining codes
    for (_, word, slip), (_, new_word, new_slip) in zip(made, again, strict=True):
        with pytest.raises(Rejected):
            join.open_door(store, hasher, slip.code, word, "192.0.2.1", clock.now)
        door = join.open_door(store, hasher, new_slip.code, new_word, "192.0.2.1", clock.now)
        join.join(store, hasher, door, Credentials(f"first {new_word}", PASSPHRASE), clock.now)
    watched = Watched(store)
    assert accounts.first_accounts(store, watched, clock.now) == [] and not watched.taken
