"""Check that two people's random sessions behave as a simple model of sessions predicts.

Sessions are started, locked, unlocked, ended, expired and deleted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import hypothesis
from hypothesis import strategies as some
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, rule, run_state_machine_as_test
from sqlalchemy import select

from companion.domain.refusals import NotFound
from companion.services.accounts import my_sessions, sign_in
from companion.services.act import Actor
from companion.store import people
from companion.store.accounts import sessions
from companion.store.accounts.sessions import ParkedForm, SignedIn, WebSession
from companion.store.base import Store
from tests.by_hand import by_hand
from tests.cast import Cast
from tests.fixtures import TUESDAY
from tests.people import Somebody
from tests.walks.counts import walks
from tests.walks.sandbox import Sandbox

MINUTES = some.sampled_from([0.2, 1, 14, 15, 16, 29, 30, 120, 719, 720])


@dataclass
class Plain:
    """What the test expects of a session: whether it is open, locked or ended."""

    owner: Somebody
    token: str
    began: datetime
    seen: datetime
    complete: bool
    ended: bool = False

    def alive(self, now: datetime) -> bool:
        return not self.ended and now - self.began < timedelta(hours=12)

    def locked(self, now: datetime) -> bool:
        return now - self.seen >= timedelta(minutes=30 if self.owner.viewer.role.staff else 15)


class Sessions(RuleBasedStateMachine):
    """Random actions of Sam and Priya in several browsers."""

    begun = Bundle("begun")

    def __init__(self, store: Store, cast: Cast) -> None:
        super().__init__()
        self.store, self.who, self.now = Sandbox(store), {"sam": cast.sam, "priya": cast.priya}, TUESDAY
        self.all: list[Plain] = []
        self.old: list[str] = []

    @rule(target=begun, name=some.sampled_from(["sam", "priya"]), complete=some.booleans())
    def begins(self, name: str, complete: bool) -> Plain:
        who = self.who[name]
        with self.store.writing() as tx:
            token = sessions.start(tx, who.viewer.account_id, self.now, complete=complete)
            tx.commit()
        made = Plain(who, token, self.now, self.now, complete)
        self.all.append(made)
        return made

    @rule(each=begun)
    def visits(self, each: Plain) -> None:
        found = self.agrees(each)
        if found and found.complete and not found.locked and found.stale:
            with self.store.writing() as tx:
                sessions.touch(tx, found.session_id, self.now)
                tx.commit()
            each.seen = self.now

    @rule(each=begun, complete=some.booleans())
    def gives_the_next_factor_or_unlocks(self, each: Plain, complete: bool) -> None:
        if found := self.agrees(each):
            with self.store.writing() as tx:
                token = sessions.renew(tx, found.session_id, self.now, complete=complete)
                tx.commit()
            self.old.append(each.token)
            each.token, each.seen, each.complete = token, self.now, complete

    @rule(each=begun)
    def signs_out(self, each: Plain) -> None:
        sign_in.sign_out(self.store, each.token, self.now)
        each.ended = True

    @rule(each=begun, other=begun)
    def ends_one(self, each: Plain, other: Plain) -> None:
        found, there = self.agrees(each), self.agrees(other)
        if not (found and there and found.complete and not found.locked):
            return
        try:
            my_sessions.end_session(Actor(self.store, found.viewer, self.now), there.session_id)
            mine = True
        except NotFound:
            mine = False
        assert mine == (each.owner is other.owner)
        other.ended = other.ended or mine

    @rule(each=begun, this_too=some.booleans())
    def ends_the_others(self, each: Plain, this_too: bool) -> None:
        found = self.agrees(each)
        if not (found and found.complete and not found.locked):
            return
        my_sessions.end_sessions(self.store, found, self.now, this_too=this_too)
        for other in self.all:
            if other.owner is each.owner and (this_too or other is not each):
                other.ended = True

    @rule(each=begun)
    def changes_the_passphrase(self, each: Plain) -> None:
        if found := self.agrees(each):
            with self.store.writing() as tx:
                token = sessions.renew(tx, found.session_id, self.now, complete=found.complete)
                sessions.end_all(tx, found.viewer.account_id, self.now, but=found.session_id)
                tx.commit()
            self.old.append(each.token)
            for other in self.all:
                other.ended = other.ended or (other.owner is each.owner and other is not each)
            each.token, each.seen = token, self.now

    @rule(each=begun)
    def types_into_a_locked_one(self, each: Plain) -> None:
        found = self.agrees(each)
        if found and found.locked:
            with self.store.writing() as tx:
                sessions.hold(tx, found, "/my/", {"words": ["I walked home."]})
                tx.commit()

    @rule(each=begun)
    def is_marked_as_left_by_mistake(self, each: Plain) -> None:
        with by_hand(self.store) as tx:
            account = people.account(tx, each.owner.viewer.account_id)
            sessions.shut(tx, account, self.now)
            account.left_at = None
            tx.commit()
        for other in self.all:
            other.ended = other.ended or other.owner is each.owner

    @rule(minutes=MINUTES)
    def time_passes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def what_is_over_is_pruned(self) -> None:
        with self.store.writing() as tx:
            sessions.drop_forgotten(tx, self.now)
            tx.commit()

    @rule(each=consumes(begun))
    def its_browser_is_thrown_away(self, each: Plain) -> None:
        self.agrees(each)

    def agrees(self, plain: Plain) -> SignedIn | None:
        """Check that the session in the store matches the model."""
        with self.store.reading() as tx:
            found = sessions.find(tx, plain.token, self.now)
        assert (found is not None) == plain.alive(self.now)
        if found:
            assert found.viewer == plain.owner.viewer
            assert (found.complete, found.locked) == (plain.complete, plain.locked(self.now))
        return found

    def teardown(self) -> None:
        living = [each for each in self.all if self.agrees(each)]
        with self.store.reading() as tx:
            assert not [token for token in self.old if sessions.find(tx, token, self.now)]
            for who in self.who.values():
                listed = sessions.mine(tx, who.viewer, self.now)
                assert sorted((each.since, each.complete) for each in listed) == sorted(
                    (each.began, each.complete) for each in living if each.owner is who
                )
            kept = select(ParkedForm.session_id).join(WebSession, WebSession.id == ParkedForm.session_id)
            assert not tx.scalars(kept.where(WebSession.ended_at.is_not(None))).all()
        self.store.forget()


def test_random_browser_sessions_behave_as_a_plain_model_predicts(store: Store, cast: Cast) -> None:
    both = cast.sam, cast.priya
    with store.writing() as tx:
        for each in both:
            # end the sessions that began when Sam and Priya joined
            sessions.end_all(tx, each.viewer.account_id, TUESDAY)
        tx.commit()
    many = hypothesis.settings(walks(1000), stateful_step_count=6)
    run_state_machine_as_test(lambda: Sessions(store, cast), settings=many)
