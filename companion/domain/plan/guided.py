"""The guided conversation that builds a plan: one question for each part, for a staged one at each stage."""

from dataclasses import dataclass

from companion.domain.plan.plan import Stage
from companion.domain.plan.plan_parts import Part, Parts


@dataclass(frozen=True)
class Ask:
    """One question. ``number`` counts the parts from 1, ``of`` is how many there are."""

    part: Part
    stage: Stage | None
    number: int
    of: int

    @property
    def place(self) -> str:
        """Names the place where the answer is typed."""
        return f"build/{self.part.id}" + (f"/{self.stage}" if self.stage else "")


def asks(parts: Parts) -> list[Ask]:
    """All questions, in order."""
    several = parts.asked
    return [
        Ask(part, stage, number, len(several))
        for number, part in enumerate(several, 1)
        for stage in (Stage if part.staged else (None,))
    ]


def ask(parts: Parts, part_id: str, stage: str = "") -> Ask | None:
    """The question for this part at this stage, or at its first one; None for a part that is not asked for."""
    of_part = [each for each in asks(parts) if each.part.id == part_id]
    return next((each for each in of_part if each.stage == stage), of_part[0] if of_part else None)


def after(parts: Parts, now: Ask) -> Ask | None:
    """The question after this one; None after the last."""
    places = asks(parts)
    following = places[places.index(now) + 1 :]
    return following[0] if following else None
