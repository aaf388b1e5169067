"""Choose the guided conversation's reply to each answer."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from companion.domain.activities.answers import Condition, Reply, Way
from companion.domain.activities.conversation import AskedPrompt, Conversation, Turn, holds


@dataclass(frozen=True)
class StandIn:
    """Companion's own reply, for answers to which no reply of the author applies.

    ``number`` counts Companion's earlier replies in this conversation to the same kind of answer.
    """

    way: Way
    number: int


@dataclass(frozen=True)
class GuideReply:
    """The reply to a participant's answer, written by the activity's author or by Companion."""

    say: str = ""
    recalled: Turn | None = None
    """The earlier question whose answer is quoted below the reply."""
    stand_in: StandIn | None = None


def replies(conversation: Conversation) -> dict[str, GuideReply]:
    """Return the reply to each answer that the participant gave, keyed by question id. The dictionary
    contains only the answers that have a reply.

    For an unfinished daily record, return a reply only if the activity's author wrote one.
    """
    said: dict[str, Turn] = {}
    stand_ins: Counter[Way] = Counter()
    found: dict[str, GuideReply] = {}
    turns = conversation.turns
    for turn, after in zip(turns, [*turns[1:], conversation.open], strict=False):
        said[turn.prompt.id] = turn
        reply = _authored(turn, said)
        if reply is None and _wants_stand_in(turn, after):
            way = turn.given.way
            reply = GuideReply(stand_in=StandIn(way, stand_ins[way]))
            stand_ins[way] += 1
        if reply:
            found[turn.prompt.id] = reply
    if (growing := conversation.growing) and (reply := _authored(growing, said)):
        found[growing.prompt.id] = reply
    return found


def _authored(turn: Turn, said: Mapping[str, Turn]) -> GuideReply | None:
    for reply in turn.prompt.replies:
        asked = _earlier(reply.when.prompt, turn, said) if reply.when.prompt else turn
        if reply.when != Condition() and not (asked and holds(reply.when, asked.prompt, asked.given)):
            continue
        if not reply.recall:
            return GuideReply(reply.say)
        recalled = _recalled(reply, turn, said)
        if recalled:
            return GuideReply(reply.say, recalled)
    return None


def _recalled(reply: Reply, turn: Turn, said: Mapping[str, Turn]) -> Turn | None:
    earlier = _earlier(reply.recall, turn, said)
    return earlier if earlier and earlier.given.way == "answered" else None


def _earlier(prompt_id: str, turn: Turn, said: Mapping[str, Turn]) -> Turn | None:
    """Return the answered question that has this prompt id: ``turn`` itself or an earlier question."""
    own_id, dot, item_key = turn.prompt.id.partition(".")
    if prompt_id == own_id:
        return turn
    return said.get(f"{prompt_id}{dot}{item_key}") or said.get(prompt_id)


def _wants_stand_in(turn: Turn, after: AskedPrompt | None) -> bool:
    """Return whether Companion gives a standard reply if the author wrote no reply to an answer.

    Companion always replies if the participant isn't sure yet or would rather talk. Answers in free text get
    no reply: nobody has read the answers yet. If an answer decides which question comes next, Companion
    doesn't reply, because the next question already responds to the answer.
    """
    if turn.given.way != "answered":
        return True
    because = after.because if after else None
    led_on = because is not None and because.turn == turn and because.condition != Condition()
    return not (turn.prompt.free_text or led_on)
