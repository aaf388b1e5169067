"""The guided conversation: which prompt comes next, how far one is, what belongs to the path.

The same answers give the same path, always. An answer that is not on the path is kept, and comes
back when the path does, but it is never submitted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from companion.domain.activity import END, Activity
from companion.domain.answers import Condition, Prompt, Value, Way


@dataclass(frozen=True)
class Given:
    """What was said to one prompt. ``revision`` counts its changes from 1; 0 means nothing was said yet."""

    way: Way
    value: Value
    revision: int
    saved_at: datetime


@dataclass(frozen=True)
class Turn:
    """A prompt with what was said to it."""

    prompt: Prompt
    given: Given
    because: "Because | None" = None
    """Why it was asked, where a branch led here; None where it just came next."""


@dataclass(frozen=True)
class Because:
    """The earlier turn whose answer led on, and what the branch asked of it."""

    turn: Turn
    condition: Condition


@dataclass(frozen=True)
class Edit:
    """What another answer to a prompt does to the path."""

    leaving: tuple[Prompt, ...]
    """Answered prompts that cannot belong to it any more, whatever is answered next. Their answers are kept."""
    returning: tuple[Prompt, ...]
    """Prompts that belong to it again, with the answers that were kept."""


@dataclass(frozen=True)
class Progress:
    """How many prompts are done, and the fewest and the most that may still come."""

    done: int
    fewest_left: int
    most_left: int


class Conversation:
    """An activity with the answers so far (by prompt id)."""

    def __init__(self, activity: Activity, answers: Mapping[str, Given]) -> None:
        self.activity = activity
        self._answers = answers
        self._places = {prompt.id: place for place, prompt in enumerate(activity.prompts)}
        self._places[END] = len(activity.prompts)
        self.turns, self._open = self._walk()

    @property
    def next_prompt(self) -> Prompt | None:
        """The first prompt of the path that has no answer; None when all is answered."""
        prompts = self.activity.prompts
        return prompts[self._open] if self._open < len(prompts) else None

    @property
    def progress(self) -> Progress:
        """How far the path has come and what may still lie ahead, branches considered."""
        fewest, most = self._left(self._open)
        return Progress(len(self.turns), fewest, most)

    def may_answer(self, prompt_id: str) -> Prompt | None:
        """The prompt, if it is on the path so far (answered, or the open one); None otherwise."""
        on_path = {turn.prompt.id for turn in self.turns}
        if self.next_prompt:
            on_path.add(self.next_prompt.id)
        return self.activity.prompt(prompt_id) if prompt_id in on_path else None

    def edit(self, prompt_id: str, given: Given) -> Edit:
        """What saving this answer would change of the path."""
        after = Conversation(self.activity, {**self._answers, prompt_id: given})
        here = {turn.prompt.id for turn in self.turns} | {prompt_id}
        there = {turn.prompt.id for turn in after.turns} | after._ahead()
        return Edit(
            tuple(turn.prompt for turn in self.turns if turn.prompt.id not in there),
            tuple(turn.prompt for turn in after.turns if turn.prompt.id not in here),
        )

    def _ahead(self) -> set[str]:
        """The prompts that may still be asked, the open one included, over every way that branches allow."""
        prompts = self.activity.prompts
        places = {self._open} - {len(prompts)}
        for place in range(self._open, len(prompts)):
            if place in places:
                places.update(way for way in self.activity.ways_on(place) if way < len(prompts))
        return {prompts[place].id for place in places}

    def _walk(self) -> tuple[list[Turn], int]:
        said: dict[str, Turn] = {}
        place = 0
        because: Because | None = None
        while place < len(self.activity.prompts):
            prompt = self.activity.prompts[place]
            given = self._answers.get(prompt.id)
            if given is None:
                break
            said[prompt.id] = Turn(prompt, given, because)
            place, because = self._follow(prompt, place, said)
        return list(said.values()), place

    def _follow(self, prompt: Prompt, place: int, said: Mapping[str, Turn]) -> tuple[int, Because | None]:
        for branch in prompt.branches:
            asked = said.get(branch.when.prompt or prompt.id)
            if asked and holds(branch.when, asked):
                because = Because(asked, branch.when) if branch.when != Condition() else None
                return self._places[branch.to], because
        return place + 1, None

    def _left(self, start: int) -> tuple[int, int]:
        """The fewest and the most prompts from ``start`` to the end, over every way that branches allow."""
        end = len(self.activity.prompts)
        left = {end: (0, 0)}
        for place in range(end - 1, start - 1, -1):
            ways = [left[way] for way in self.activity.ways_on(place)]
            left[place] = (1 + min(way[0] for way in ways), 1 + max(way[1] for way in ways))
        return left[start]


def holds(condition: Condition, turn: Turn) -> bool:
    """Whether what was said meets the condition."""
    given = turn.given
    if condition.way and condition.way != given.way:
        return False
    if not (condition.one_of or condition.at_least is not None or condition.at_most is not None):
        return True
    if given.way != "answered":
        return False
    number = turn.prompt.number(given.value)
    return (
        (not condition.one_of or not turn.prompt.chosen(given.value).isdisjoint(condition.one_of))
        and (condition.at_least is None or (number is not None and number >= condition.at_least))
        and (condition.at_most is None or (number is not None and number <= condition.at_most))
    )
