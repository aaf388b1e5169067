"""What the plan says for the minute: what he does first at each stage, who he turns to, how he notices it."""

from dataclasses import dataclass
from datetime import datetime

from companion.domain.plan.plan import Item, Plan, Stage
from companion.domain.telephones import number_in


@dataclass(frozen=True)
class Person:
    """Somebody he turns to. ``dial`` is what a press calls; empty where no number stands in ``how``."""

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
    """When what he does first was last written, for the stages that have it."""

    @property
    def urgent(self) -> list[Stage]:
        """The stages with something to do first, the hardest first; green is not one for *I need help now*."""
        return [stage for stage in (Stage.RED, Stage.AMBER) if self.first[stage]]


def at_hand(plan: Plan) -> AtHand:
    """What helps now; whom one press can call stands first."""
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
