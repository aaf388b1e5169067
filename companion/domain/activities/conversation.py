"""The guided conversation, in which answers decide which prompt comes next.

If a changed answer removes a question, Companion keeps that question's answer but doesn't submit it.

If a part repeats for a participant's list, the conversation asks its questions once for each item. In each
repetition, the same question has a different id.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Branch, Condition, Prompt, Value, Way
from companion.domain.activities.layout import AGAIN, Layout, Part
from companion.domain.activities.list_items import KEY, Item, carried, items_of, reworded
from companion.domain.activities.remaining import still_to_come


@dataclass(frozen=True)
class Given:
    """The answer to one prompt. ``revision`` increases with each change to the answer. An unanswered prompt
    has revision 0.
    """

    way: Way
    value: Value
    revision: int
    saved_at: datetime


class AskedPrompt(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt on a participant's path through the activity. In a repeated part, the id identifies the list
    item too.
    """

    prompt: Prompt
    address: str
    """The question's name in URLs, which never contains what the participant typed."""
    item: str = ""
    """The list item that the question is about, in the participant's own words."""
    recalled: "Turn | None" = None
    """The earlier question whose answer is quoted here."""
    because: "Because | None" = None
    """The earlier answer and the branch condition that led to this question, or None."""


class Turn(AskedPrompt, frozen=True, kw_only=True):
    """A question that the participant reached in the conversation, with its answer."""

    given: Given


class Because(msgspec.Struct, frozen=True):
    """The reason for a question: an earlier answer and the branch condition.

    ``condition`` is empty if the question follows because no branch's condition was met.
    """

    turn: Turn
    condition: Condition


@dataclass(frozen=True)
class Edit:
    """The effects of a changed answer on the participant's path."""

    leaving: tuple[Turn, ...]
    """Questions that the guided conversation can no longer ask after the answer has changed."""
    returning: tuple[Turn, ...]
    """Questions that the changed answer brings back, with their earlier answers."""
    moving: Mapping[str, str]
    """Maps questions' old ids to their new ids. A question about a list item gets a new id when the
    participant rewords the item.
    """


@dataclass(frozen=True)
class Progress:
    """The number of answered prompts. The minimum and maximum number of remaining prompts, including the open
    prompt.
    """

    done: int
    fewest_left: int
    most_left: int

    @property
    def about_left(self) -> int | None:
        """An estimate of how many prompts follow the open prompt, or None if there is no good estimate.

        The estimated number of prompts is wrong by at most one. As the participant answers prompts, the
        estimate never rises.
        """
        if self.most_left - self.fewest_left > 2:
            return None
        return (self.fewest_left + self.most_left + 1) // 2 - 1


class _Spot(msgspec.Struct, frozen=True):
    """A position on the participant's path through an activity.

    In a repeated part, ``items`` is the list that the questions are about, and ``index`` is the position of
    the current item in the list.
    """

    place: int
    items: tuple[Item, ...] = ()
    index: int = 0


SOME = (Item("", ""),)
"""A list with one placeholder item, used in place of a list that the participant hasn't written yet."""


class Conversation:
    """An activity together with the answers given so far, keyed by question id."""

    def __init__(
        self, activity: Activity, answers: Mapping[str, Given], *, still_growing: bool = False
    ) -> None:
        """Find the participant's path through the activity.

        If ``still_growing`` is True, the participant can still add entries to an unfinished daily record.
        """
        self.activity = activity
        self._answers, self._still_growing = answers, still_growing
        self._layout = Layout(activity.prompts)
        self._said: dict[str, Turn] = {}
        self._spot: _Spot | None = None
        self.open: AskedPrompt | None = None
        self.growing: Turn | None = None
        """The open daily record and its entries so far, if any."""
        self.meanwhile: Prompt | None = None
        """The prompt to which an unfinished daily record's latest entry branches, or None if there's no such
        prompt.

        The page shows this prompt without a form for an answer. The guided conversation doesn't go past the
        daily record to the next prompt until the record is finished. The last entry in the finished record
        decides which prompt follows.
        """
        self._walk()

    @property
    def turns(self) -> list[Turn]:
        """The questions and answers on the path, in order."""
        return list(self._said.values())

    @property
    def next_prompt(self) -> Prompt | None:
        """The first prompt without a complete answer, or None."""
        return self.open.prompt if self.open else None

    @property
    def progress(self) -> Progress:
        """The number of answered prompts. The minimum and maximum number of remaining prompts, including the
        open prompt.
        """
        fewest, most = 0, 0
        if self._spot:
            items_left = len(self._spot.items) - self._spot.index - 1
            fewest, most = still_to_come(self._layout, self._spot.place, items_left, self._counts)
        return Progress(len(self._said), fewest, most)

    def asked(self, name: str) -> AskedPrompt | None:
        """Return the question that ``name`` identifies. ``name`` is the question's id, or the text that
        identifies the question in a URL.

        Return None if the participant's answers don't lead to the question.
        """
        on_path = [*self._said.values(), *([self.open] if self.open else [])]
        return next((asked for asked in on_path if name in (asked.prompt.id, asked.address)), None)

    def prompt(self, prompt_id: str) -> Prompt | None:
        """Return the prompt with this id, or None if the activity has no such prompt."""
        base, dot, key = prompt_id.partition(".")
        prompt = self.activity.prompt(base)
        if prompt is None or (dot and not re.fullmatch(KEY, key)) or bool(dot) != bool(prompt.for_each):
            return None
        return msgspec.structs.replace(prompt, id=prompt_id)

    def led_to(self, prompt_id: str) -> Prompt | None:
        """Return the prompt with this id, or None if the activity has no such prompt.

        If the prompt is asked once for each item of a list, return the prompt only if it has been answered or
        its item is in the stored list.
        """
        prompt = self.prompt(prompt_id)
        if prompt is None or not prompt.for_each or prompt_id in self._answers:
            return prompt
        over, given = self.activity.prompt(prompt.for_each), self._answers.get(prompt.for_each)
        items = items_of(over, given.value) if over and given else ()
        return prompt if prompt_id.partition(".")[2] in {item.key for item in items} else None

    def edit(self, prompt_id: str, given: Given) -> Edit:
        """Return how the questions in the conversation would change if the participant saved this answer."""
        moving = self._moving(prompt_id, given)
        moved = carried(moving, self._answers)
        answers = {**self._answers, prompt_id: given, **moved}
        after = Conversation(self.activity, answers, still_growing=self._still_growing)
        here = {*self._said, prompt_id, *moved}
        now = {old: new for old, new in moving.items() if new in moved}
        gone = {
            turn.prompt.id: turn
            for turn in self.turns
            if now.get(turn.prompt.id, turn.prompt.id) not in after._said
        }
        may_come = after._ahead() if gone else set()
        return Edit(
            tuple(turn for old, turn in gone.items() if now.get(old, old) not in may_come),
            tuple(turn for turn in after.turns if turn.prompt.id not in here),
            moving,
        )

    def _walk(self) -> None:
        spot, because = self._enter(0), None
        while spot:
            asked = self._ask(spot, because)
            given = self._answers.get(asked.prompt.id)
            if given is None or self._grows(asked.prompt, given):
                self.open, self._spot = asked, spot
                if given:
                    self.growing = _turn(asked, given)
                    self.meanwhile = self._leads_to(asked.prompt, given)
                return
            self._said[asked.prompt.id] = _turn(asked, given)
            spot, because = self._follow(spot)

    def _grows(self, prompt: Prompt, given: Given) -> bool:
        return self._still_growing and given.way == "answered" and prompt.stays_open(given.value)

    def _leads_to(self, prompt: Prompt, given: Given) -> Prompt | None:
        """Return the prompt to which the chosen options branch, or None. Consider only branches whose
        conditions name options of this prompt.
        """
        own = (each for each in prompt.branches if each.when.one_of and not each.when.prompt)
        met = next((each for each in own if holds(each.when, prompt, given)), None)
        return self.activity.prompt(met.to) if met else None

    def _ask(self, spot: _Spot, because: "Because | None") -> AskedPrompt:
        prompt = self._layout.prompts[spot.place]
        recalled = self._said.get(self._id(prompt.recall, spot)) if prompt.recall else None
        if recalled and recalled.given.way != "answered":
            recalled = None
        if not spot.items:
            return AskedPrompt(prompt=prompt, address=prompt.id, recalled=recalled, because=because)
        return AskedPrompt(
            prompt=msgspec.structs.replace(prompt, id=self._id(prompt.id, spot)),
            address=f"{prompt.id}.{spot.index + 1}",
            item=spot.items[spot.index].words,
            recalled=recalled,
            because=because,
        )

    def _id(self, prompt_id: str, spot: _Spot) -> str:
        """Return the id of a prompt's answer. If the prompt is asked for each list item, include the item's
        key in the answer's id.
        """
        part = self._layout.part(spot.place)
        place = self._layout.places.get(prompt_id, -1)
        same = part is not None and part.start <= place < part.end
        return f"{prompt_id}.{spot.items[spot.index].key}" if same and spot.items else prompt_id

    def _follow(self, spot: _Spot) -> tuple[_Spot | None, "Because | None"]:
        prompt = self._layout.prompts[spot.place]
        passed: dict[str, Turn] = {}
        for branch in prompt.branches:
            asked = self._said.get(self._id(branch.when.prompt or prompt.id, spot))
            if branch.when == Condition():
                return self._go(branch, spot), _otherwise(passed)
            if asked and holds(branch.when, asked.prompt, asked.given):
                return self._go(branch, spot), Because(asked, branch.when)
            if asked:
                passed[asked.prompt.id] = asked
        return self._go_on(spot), _otherwise(passed)

    def _go(self, branch: Branch, spot: _Spot) -> _Spot | None:
        part, place = self._layout.part(spot.place), self._layout.target(branch, spot.place)
        if place == AGAIN and part:
            return self._next_item(spot, part)
        if part and part.start <= place < part.end:
            return _Spot(place, spot.items, spot.index)
        return self._enter(place)

    def _go_on(self, spot: _Spot) -> _Spot | None:
        part = self._layout.part(spot.place)
        if part is None:
            return self._enter(spot.place + 1)
        if spot.place + 1 < part.end:
            return _Spot(spot.place + 1, spot.items, spot.index)
        return self._next_item(spot, part)

    def _next_item(self, spot: _Spot, part: Part) -> _Spot | None:
        if spot.index + 1 < len(spot.items):
            return _Spot(part.start, spot.items, spot.index + 1)
        return self._enter(part.end)

    def _enter(self, place: int) -> _Spot | None:
        """Return the next position, at ``place`` or later, where the guided conversation asks something.

        Skip repeated parts that have no items.
        """
        while place < self._layout.end:
            part = self._layout.part(place)
            if part is None:
                return _Spot(place)
            if items := self._items(part):
                return _Spot(place, items)
            place = part.end
        return None

    def _items(self, part: Part) -> tuple[Item, ...]:
        """Return the items in the list that this part of the activity asks about.

        While finding the participant's path, return no items if the path doesn't include the list's prompt.
        When looking ahead from the current position, use the list's stored items if the list isn't on the
        participant's path. When looking ahead, return ``SOME``, a list with one placeholder item, if no
        answer to the list's prompt is stored.
        """
        prompt, over = self.activity.prompt(part.over), self._said.get(part.over)
        given = over.given if over else self._answers.get(part.over) if self._spot else None
        if prompt and given:
            return tuple(items_of(prompt, given.value))
        return SOME if self._spot else ()

    def _ahead(self) -> set[str]:
        """Return the ids of the current question and of every question that may follow."""
        found: set[str] = set()
        waiting = {self._spot} if self._spot else set()
        while waiting:
            spot = min(waiting, key=self._order)
            waiting.remove(spot)
            found.add(self._id(self._layout.prompts[spot.place].id, spot))
            for way in self._may_follow(spot, found):
                waiting.update(self._or_past(way))
        return found

    def _or_past(self, way: _Spot | None) -> Iterator[_Spot]:
        """Yield this position. If the participant hasn't filled in the list yet, also yield the position
        after the list's repeated questions, because the list may stay empty.
        """
        while way:
            yield way
            part = self._layout.part(way.place)
            way = self._enter(part.end) if part and way.items is SOME and way.place == part.start else None

    def _order(self, spot: _Spot) -> tuple[int, int, int]:
        part = self._layout.part(spot.place)
        return part.start if part else spot.place, spot.index, spot.place

    def _may_follow(self, spot: _Spot, found: set[str]) -> Iterator[_Spot | None]:
        """Yield every position that can come directly after the position ``spot`` in the conversation."""
        prompt = self._layout.prompts[spot.place]
        for branch in prompt.branches:
            answer = self._may_hold(branch.when, spot, found)
            if answer != "no":
                yield self._go(branch, spot)
            if answer == "yes":
                return
        yield self._go_on(spot)

    def _may_hold(self, condition: Condition, spot: _Spot, found: set[str]) -> Literal["yes", "no", "maybe"]:
        own = self._layout.prompts[spot.place].id
        prompt, asked = self.activity.prompt(condition.prompt or own), self._id(condition.prompt or own, spot)
        said = self._said.get(asked)
        given = said.given if said else self._answers.get(asked)
        if condition == Condition():
            return "yes"
        if prompt is None or not (said or asked in found):
            return "no"
        if given is None:
            return "maybe"
        if not holds(condition, prompt, given):
            return "no"
        return "yes" if said or asked == self._id(own, spot) else "maybe"

    def _counts(self, part: Part) -> range:
        """Return how many items the list for this part of the activity can have."""
        prompt, over = self.activity.prompt(part.over), self._said.get(part.over)
        if over:
            count = len(list(items_of(over.prompt, over.given.value)))
            return range(count, count + 1)
        return range((prompt.most_items if prompt else 0) + 1)

    def _moving(self, prompt_id: str, given: Given) -> dict[str, str]:
        prompt, before = self.activity.prompt(prompt_id), self._answers.get(prompt_id)
        repeated = [
            place
            for part in self._layout.parts
            if part.over == prompt_id
            for place in range(part.start, part.end)
        ]
        if prompt is None or before is None or not repeated:
            return {}
        pairs = reworded(list(items_of(prompt, before.value)), list(items_of(prompt, given.value)))
        asked = [self._layout.prompts[place].id for place in repeated]
        return {f"{each}.{old}": f"{each}.{new}" for each in asked for old, new in pairs.items()}


def _otherwise(passed: Mapping[str, Turn]) -> Because | None:
    """Explain that the guided conversation asks this question because no branch's condition was met. Return
    None unless all those conditions are about the same answer.
    """
    return Because(next(iter(passed.values())), Condition()) if len(passed) == 1 else None


def _turn(asked: AskedPrompt, given: Given) -> Turn:
    return Turn(
        prompt=asked.prompt,
        address=asked.address,
        item=asked.item,
        recalled=asked.recalled,
        because=asked.because,
        given=given,
    )


def holds(condition: Condition, prompt: Prompt, given: Given) -> bool:
    """Return whether an answer to the prompt meets the condition."""
    if condition.way and condition.way != given.way:
        return False
    if not (condition.one_of or condition.at_least is not None or condition.at_most is not None):
        return True
    if given.way != "answered":
        return False
    number = prompt.number(given.value)
    return (
        (not condition.one_of or not prompt.chosen(given.value).isdisjoint(condition.one_of))
        and (condition.at_least is None or (number is not None and number >= condition.at_least))
        and (condition.at_most is None or (number is not None and number <= condition.at_most))
    )
