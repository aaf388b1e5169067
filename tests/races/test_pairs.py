"""Test that two simultaneous actions end as if done one after another."""

import os
import random

import pytest

from tests.races import acts
from tests.races.acts import SITUATIONS, Doing
from tests.races.races import Races
from tests.races.stages import Stage
from tests.races.turns import Turns, ended

SEED = int(os.environ.get("COMPANION_RACES_SEED", "402"))
FEW, MANY = 5, 700
STOPS, ALL_STOPS = 8, 1000

KNOWN = (
    ("over", acts.retains, acts.comes_back),
    ("over", acts.retains, acts.holds),
    ("over", acts.retains, acts.tells),
    ("here", acts.asks_to_be_erased, acts.erases),
    ("here", acts.erases, acts.holds),
    ("here", acts.books_sam, acts.books_owen),
    ("here", acts.moves_owen_there, acts.books_sam),
    ("here", acts.meets_there_with_all, acts.books_sam),
    ("here", acts.releases, acts.raises),
    ("here", acts.raises, acts.releases),
    ("here", acts.tells, acts.submits),
    ("worried", acts.takes, acts.tells),
    ("here", acts.answers, acts.erases),
    ("here", acts.erases, acts.answers),
    ("here", acts.sets_work, acts.hands_over),
    ("here", acts.lets_sam_in, acts.ends_early),
    ("here", acts.resets, acts.changes_passphrase),
    ("here", acts.hands_over, acts.daniel_leaves),
)
"""Races that once went wrong, or could have gone wrong."""


@pytest.fixture(scope="module")
def races(stage: Stage) -> Races:
    with stage.cast.store.reading() as tx:
        return Races(stage, Turns(tx.get_bind().engine))


@pytest.mark.parametrize(
    ("situation", "first", "other"), KNOWN, ids=[f"{one.__name__}-{two.__name__}" for _, one, two in KNOWN]
)
def test_running_two_actions_at_once_gives_a_result_they_could_give_in_turn(
    races: Races, situation: str, first: Doing, other: Doing, request: pytest.FixtureRequest
) -> None:
    most = ALL_STOPS if request.config.getoption("full") else STOPS
    wrong = races.wherever_it_stops(situation, first, other, most)
    assert not wrong, wrong


def test_random_simultaneous_actions_end_as_if_one_came_after_the_other(
    races: Races, request: pytest.FixtureRequest
) -> None:
    lot, wrong = random.Random(SEED), list[str]()
    for _ in range(MANY if request.config.getoption("full") else FEW):
        situation = lot.choices(list(SITUATIONS), [len(those) for those in SITUATIONS.values()])[0]
        first, other = lot.sample(SITUATIONS[situation], 2)
        sent = len(races.in_turn(situation, first, other).sent)
        wrong.append(races.wrong(situation, first, other, lot.randrange(1, sent + 2)))
    found = "\n\n".join(filter(None, wrong))
    assert not found, f"seed {SEED}:\n{found}"


def test_every_action_has_the_expected_outcome_if_no_other_action_runs(stage: Stage) -> None:
    refused = {("worried", "erases"): "NotAllowed erasure_held"}
    for situation, those in SITUATIONS.items():
        for act in those:
            stage.put_back(situation)
            end = ended(lambda act=act: act(stage))  # type: ignore[misc]
            assert end == refused.get((situation, act.__name__), "done"), (situation, act.__name__)
