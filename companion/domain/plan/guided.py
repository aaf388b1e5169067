"""The guided conversation that helps a participant to build their plan.

The guided conversation first asks about the parts of the plan that help in a bad moment. Questions about the
less urgent parts of the plan are optional. The guided conversation asks one question about each part, or
about each of the part's stages.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from companion.domain.plan.plan import Stage
from companion.domain.plan.plan_parts import AtStage, Part, Parts

CORE = (
    ("signs", Stage.AMBER),
    ("signs", Stage.RED),
    ("first", Stage.AMBER),
    ("first", Stage.RED),
    ("people", None),
)
"""The parts that every plan needs: warning signs, what to do and who to call."""


@dataclass(frozen=True)
class Ask:
    """A question of the guided conversation.

    The guided conversation counts the optional questions separately from the others. Each question belongs to
    a part of the plan. ``number`` is the position of that part, and ``of`` is the total number of parts.
    ``step`` is the question's own position, and ``steps`` is the total number of questions.
    """

    part: Part
    stage: Stage | None
    number: int
    of: int
    step: int
    steps: int

    @property
    def words(self) -> Part | AtStage:
        """The question and its help text."""
        return next((each for each in self.part.at if each.stage == self.stage), self.part)

    @property
    def place(self) -> str:
        """The URL path of the question's page."""
        return f"build/{self.part.id}" + (f"/{self.stage}" if self.stage else "")


def halves(parts: Parts) -> tuple[list[Ask], list[Ask]]:
    """Return two lists: the questions that aren't optional, and the optional questions."""
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
    """Return all the questions of the guided conversation, in order."""
    core, rest = halves(parts)
    return [*core, *rest]


def ask(parts: Parts, part_id: str, stage: str = "") -> Ask | None:
    """Return the question about this part of the plan and this stage, or None.

    If this stage has no question about the part, return the part's first question.
    """
    of_part = [each for each in asks(parts) if each.part.id == part_id]
    return next((each for each in of_part if each.stage == stage), of_part[0] if of_part else None)


def after(parts: Parts, now: Ask) -> Ask | None:
    """Return the next question of the same kind (required or optional), or None if there are no more."""
    return _beside(parts, now, 1)


def before(parts: Parts, now: Ask) -> Ask | None:
    """Return the previous question of the same kind (required or optional), or None if there is none."""
    return _beside(parts, now, -1)


def _beside(parts: Parts, now: Ask, by: int) -> Ask | None:
    half = next(each for each in halves(parts) if now in each)
    place = half.index(now) + by
    return half[place] if 0 <= place < len(half) else None


def _counted(several: Iterable[tuple[Part, Stage | None]]) -> list[Ask]:
    pairs = list(several)
    order = list(dict.fromkeys(part.id for part, _ in pairs))
    return [
        Ask(part, stage, order.index(part.id) + 1, len(order), step, len(pairs))
        for step, (part, stage) in enumerate(pairs, 1)
    ]
