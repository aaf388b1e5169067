"""The guided conversation that builds a plan: first what makes it help in a bad moment, then whatever else he likes.

One question for each part, for a staged one at each stage.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from companion.domain.plan.plan import Stage
from companion.domain.plan.plan_parts import Part, Parts

CORE = (
    ("signs", Stage.AMBER),
    ("signs", Stage.RED),
    ("first", Stage.AMBER),
    ("first", Stage.RED),
    ("people", None),
)
"""The parts that a plan needs to help: how he notices, what he does first, who he calls. Asked for first."""


@dataclass(frozen=True)
class Ask:
    """One question. ``number`` counts the parts of its half from 1, ``of`` is how many there are."""

    part: Part
    stage: Stage | None
    number: int
    of: int

    @property
    def place(self) -> str:
        """Names the place where the answer is typed."""
        return f"build/{self.part.id}" + (f"/{self.stage}" if self.stage else "")


def halves(parts: Parts) -> tuple[list[Ask], list[Ask]]:
    """The questions that come first, and the others, each in order."""
    offered = {part.id: part for part in parts.asked}
    core = list(
        dict.fromkeys(
            (offered[name], stage if offered[name].staged else None)
            for name, stage in CORE
            if name in offered
        )
    )
    every = [(part, stage) for part in parts.asked for stage in (Stage if part.staged else (None,))]
    return _counted(core), _counted(each for each in every if each not in core)


def asks(parts: Parts) -> list[Ask]:
    """All questions, in order."""
    core, rest = halves(parts)
    return [*core, *rest]


def ask(parts: Parts, part_id: str, stage: str = "") -> Ask | None:
    """The question for this part at this stage, or at its first one; None for a part that is not asked for."""
    of_part = [each for each in asks(parts) if each.part.id == part_id]
    return next((each for each in of_part if each.stage == stage), of_part[0] if of_part else None)


def after(parts: Parts, now: Ask) -> Ask | None:
    """The question after this one; None after the last of its half."""
    return _beside(parts, now, 1)


def before(parts: Parts, now: Ask) -> Ask | None:
    """The question before this one; None before the first of its half."""
    return _beside(parts, now, -1)


def _beside(parts: Parts, now: Ask, by: int) -> Ask | None:
    half = next(each for each in halves(parts) if now in each)
    place = half.index(now) + by
    return half[place] if 0 <= place < len(half) else None


def _counted(several: Iterable[tuple[Part, Stage | None]]) -> list[Ask]:
    pairs = list(several)
    order = list(dict.fromkeys(part.id for part, _ in pairs))
    return [Ask(part, stage, order.index(part.id) + 1, len(order)) for part, stage in pairs]
