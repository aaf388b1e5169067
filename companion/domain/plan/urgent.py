"""The parts of the plan that help in a bad moment: warning signs, what to do first and people to contact."""

from dataclasses import dataclass
from datetime import datetime

from companion.domain.plan.plan import Item, Plan, Stage
from companion.domain.telephones import number_in


@dataclass(frozen=True)
class Person:
    """A person to turn to.

    ``dial`` is the phone number that the text ``how`` contains, or an empty string.
    """

    who: str
    how: str
    dial: str


@dataclass(frozen=True)
class AtHand:
    """The parts of a plan that help in a bad moment, by stage."""

    first: dict[Stage, list[Item]]
    signs: dict[Stage, list[Item]]
    people: list[Person]
    written: dict[Stage, datetime]
    """The time at which the participant last added or reworded a first step, by stage. Stages without a first
    step have no entry.
    """

    @property
    def urgent(self) -> list[Stage]:
        """Return the red and amber stages that have a first step, red before amber."""
        return [stage for stage in (Stage.RED, Stage.AMBER) if self.first[stage]]


def at_hand(plan: Plan) -> AtHand:
    """Return the parts of the plan that help the participant in a bad moment. Among the people to contact,
    those with a phone number come first.
    """
    first = {stage: plan.of("first", stage) for stage in Stage}
    people = [
        Person(item.entry.words, item.entry.more, number_in(item.entry.more)) for item in plan.of("people")
    ]
    dates = {version.number: version.at for version in plan.versions}
    return AtHand(
        first=first,
        signs={stage: plan.of("signs", stage) for stage in Stage},
        people=sorted(people, key=lambda person: not person.dial),
        written={stage: max(dates[item.since] for item in items) for stage, items in first.items() if items},
    )
