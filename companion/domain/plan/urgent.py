"""The parts of the plan needed in a bad moment: what he does first at each stage, who he turns to, his signs."""

from dataclasses import dataclass
from datetime import datetime

from companion.domain.plan.plan import Item, Plan, Stage
from companion.domain.telephones import number_in


@dataclass(frozen=True)
class Person:
    """Somebody he turns to. ``dial`` is the number a press calls; empty if ``how`` has none."""

    who: str
    how: str
    dial: str


@dataclass(frozen=True)
class AtHand:
    """The parts of a plan that help now, by stage."""

    first: dict[Stage, list[Item]]
    signs: dict[Stage, list[Item]]
    people: list[Person]
    written: dict[Stage, datetime]
    """When what he does first was last written, for stages that have it."""

    @property
    def urgent(self) -> list[Stage]:
        """The stages with something to do first, hardest first; green isn't part of *I need help now*."""
        return [stage for stage in (Stage.RED, Stage.AMBER) if self.first[stage]]


def at_hand(plan: Plan) -> AtHand:
    """Return what helps now, with people he can call in one press first."""
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
