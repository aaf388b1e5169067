"""Add invented figures and evaluations to the demo, as if participants had finished the programme earlier."""

from datetime import datetime
from itertools import cycle, islice

from companion.content import evaluation_questions, programme
from companion.domain.evaluation.evaluation import Evaluation, batched
from companion.domain.evaluation.figures import Answered, Came, InTime, Person, Piece, Stratum, block
from companion.domain.time.london import LONDON
from companion.store.base import Store
from companion.store.evaluation import evaluation, figures

SAID: tuple[dict[str, int | str], ...] = (
    {
        "clear": 4,
        "respected": 5,
        "between": 4,
        "companion": 4,
        "plan": 4,
        "most-help": "Looking at my week, step by step.",
    },
    {"clear": 3, "respected": 5, "between": 5, "companion": 5, "better": "More time between the sessions."},
    {
        "clear": 5,
        "respected": 4,
        "between": 2,
        "companion": 3,
        "plan": 3,
        "somebody-else": "It gets easier after the first time.",
    },
    {
        "clear": 4,
        "respected": 5,
        "between": 4,
        "plan": 4,
        "most-help": "Somebody who listened and did not look away.",
    },
    {
        "respected": 4,
        "between": 3,
        "companion": 4,
        "plan": 5,
        "better": "Shorter questions on the phone.",
        "somebody-else": "Write a little every day.",
    },
)
"""Five people's answers to the evaluation."""
SET = ("a-week-of-choices", "hopes-and-fears", "warning-signs")


def keep_figures(store: Store, now: datetime) -> None:
    """Store one batch of evaluations, and figures for two groups of five people."""
    asked = evaluation_questions().asked
    month = now.astimezone(LONDON).date().replace(day=1)
    here = Stratum(programme().sites[0].id, programme().id, programme().version)
    with store.writing() as tx:
        evaluation.add_batch(tx, batched([Evaluation(asked, said) for said in SAID], list.sort))
        for start in (0, 3):
            figures.add_block(tx, block(here, [_person(start + number) for number in range(5)], month))
        tx.commit()


def _person(number: int) -> Person:
    """Return a made-up person's data for the anonymous figures."""
    in_time = islice(
        cycle((InTime.READ, InTime.READ, InTime.HANDED_IN, InTime.READ, InTime.NOT)), number, None
    )
    answered = islice(cycle((Answered.TWO, Answered.SEVEN, Answered.TWO, Answered.FOURTEEN)), number, None)
    pieces = [
        Piece(activity, came_of, days if came_of is not InTime.NOT else Answered.NONE)
        for activity, came_of, days in zip(SET, in_time, answered, strict=False)
    ]
    return Person(tuple(pieces), (Came.ONE, Came.ONE, Came.SEVEN, Came.FOURTEEN, Came.NEVER)[number % 5])
