"""Run two actions at once.

Check that running the two actions one after the other, in either order, could also give this outcome.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.races.acts import SEVERAL, Doing
from tests.races.outcome import Outcome, outcome, told
from tests.races.stages import Stage
from tests.races.turns import Turns, ended

Ends = tuple[str, str, Outcome]
WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class InTurn:
    """The outcomes of running two actions one after the other, in each order.

    ``sent`` contains the SQL statements that the first of the two actions ran.
    """

    ends: tuple[Ends, Ends]
    sent: Sequence[str]

    @property
    def stops(self) -> list[int]:
        """The numbers of the SQL statements before which a race can pause the first of its two actions.

        A race can pause the first action before each statement that locks rows. Several consecutive writes
        count as one statement.
        """
        locks = [" FOR " in words or words.startswith(WRITES) for words in self.sent]
        writes = [words.startswith(WRITES) for words in self.sent]
        return [n + 1 for n, lock in enumerate(locks) if lock and not (writes[n] and n and writes[n - 1])]


@dataclass
class Races:
    """Run each pair of actions at the same time.

    Compare the outcome with those of running the two actions one after the other, in each order. The outcomes
    of running the actions one after the other are cached.
    """

    stage: Stage
    turns: Turns
    _in_turn: dict[tuple[str, str, str], InTurn] = field(default_factory=dict)

    def wrong(self, situation: str, first: Doing, other: Doing, stops_before: int) -> str:
        """Run two actions at the same time.

        Return a description of any result that is impossible if the actions run one after the other.
        """
        expected = self.in_turn(situation, first, other).ends
        self.stage.put_back(situation)
        one, two, _ = self.turns.at_once(lambda: first(self.stage), lambda: other(self.stage), stops_before)
        found = (one, two, self._left(situation))
        if "FAULT" not in one + two and (found in expected or SEVERAL & {first, other}):
            return ""
        how = (
            f"{situation}: {first.__name__} stops before statement {stops_before}, {other.__name__} meanwhile"
        )
        in_turn = " or ".join(f"({a}, {b})" for a, b, _ in expected)
        return (
            f"{how}\n({one}, {two}) in place of {in_turn}\n{told(found[2], *(each[2] for each in expected))}"
        )

    def in_turn(self, situation: str, first: Doing, other: Doing) -> InTurn:
        """Run the two actions as A then B, and again as B then A. Return both outcomes."""
        name = situation, first.__name__, other.__name__
        if name not in self._in_turn:
            self.stage.put_back(situation)
            one, _, sent = self.turns.at_once(lambda: first(self.stage), lambda: None, 0)
            two = ended(lambda: other(self.stage))
            forward = one, two, self._left(situation)
            self.stage.put_back(situation)
            two = ended(lambda: other(self.stage))
            one = ended(lambda: first(self.stage))
            self._in_turn[name] = InTurn((forward, (one, two, self._left(situation))), sent)
        return self._in_turn[name]

    def wherever_it_stops(self, situation: str, first: Doing, other: Doing, most: int) -> str:
        """Race these two actions once for each lock that the first action takes, but at most ``most`` times.

        Each race pauses the first action just before a different lock. If the first action takes more than
        ``most`` locks, choose ``most`` locks, spread evenly from first to last. Return all errors.
        """
        stops = self.in_turn(situation, first, other).stops
        assert stops
        count = min(most, len(stops))
        tried = {stops[round(n * (len(stops) - 1) / max(count - 1, 1))] for n in range(count)}
        return "\n\n".join(filter(None, (self.wrong(situation, first, other, n) for n in sorted(tried))))

    def _left(self, situation: str) -> Outcome:
        return outcome(self.stage.cast.store, self.stage.known[situation])
