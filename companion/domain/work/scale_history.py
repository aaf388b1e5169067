"""A participant's answers on a scale over time, without trend, colour or judgement."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers.scale import Scale
from companion.domain.work.last_round import LastRound

LEAST, MOST = 3, 12
"""A chart needs at least ``LEAST`` answers, and shows only the latest ``MOST`` answers."""
WIDTH, LEFT, RIGHT, TOP, BOTTOM = 300.0, 40.0, 284.0, 26.0, 82.0
"""The size of the chart and of the area for its dots."""


@dataclass(frozen=True)
class Dot:
    """An answer as a dot in the chart."""

    x: float
    y: float
    number: int
    at: datetime


@dataclass(frozen=True)
class ScaleHistory:
    """A participant's answers to one scale question in one version of an activity, oldest first."""

    activity: Activity
    prompt: Scale
    said: tuple[tuple[datetime, int], ...]

    @property
    def dots(self) -> list[Dot]:
        """The position of each answer in the chart."""
        step = (RIGHT - LEFT) / (len(self.said) - 1)
        return [
            Dot(
                round(LEFT + step * place, 1),
                round(BOTTOM - (BOTTOM - TOP) * self.prompt.place(number), 1),
                number,
                at,
            )
            for place, (at, number) in enumerate(self.said)
        ]


def histories(rounds: Iterable[LastRound]) -> list[ScaleHistory]:
    """Return the answers to chart, for each scale question whose author wants a chart and that has enough
    answers.

    Each activity version has its own history, because its questions may differ.
    """
    said: dict[tuple[UUID, str], list[tuple[datetime, int]]] = defaultdict(list)
    asked: dict[tuple[UUID, str], tuple[Activity, Scale]] = {}
    for each in sorted(rounds, key=lambda each: each.submitted_at):
        for prompt in each.activity.prompts:
            given = each.answers.get(prompt.id)
            if isinstance(prompt, Scale) and prompt.progress and given and given.way == "answered":
                said[each.version_id, prompt.id].append((each.submitted_at, int(given.value)))
                asked[each.version_id, prompt.id] = each.activity, prompt
    return [
        ScaleHistory(*asked[key], tuple(numbers[-MOST:]))
        for key, numbers in said.items()
        if len(numbers) >= LEAST
    ]
