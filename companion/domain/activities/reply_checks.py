"""Find replies that can never appear, and replies that use the answer to a missing prompt."""

from collections.abc import Iterator

from companion.domain.activities.activity import Finding
from companion.domain.activities.answers import Condition, Prompt, Reply
from companion.domain.activities.conditions import asks, recalls
from companion.domain.activities.layout import Layout
from companion.domain.activities.toml_guard import At


def unsound_replies(prompt: Prompt, place: int, layout: Layout) -> Iterator[Finding]:
    """Yield the errors in a prompt's replies, such as a reply that can never appear."""
    for number, reply in enumerate(prompt.replies):
        at: At = ("prompts", place, "replies", number)
        if any(_covers(before, reply) for before in prompt.replies[:number]):
            yield Finding("reply_never", prompt.id, at=at)
        yield from asks(reply.when, prompt, place, layout, (*at, "when"))
        yield from recalls(reply.recall, prompt, place, layout, (*at, "recall"))


def _covers(before: Reply, reply: Reply) -> bool:
    """Return True if the reply ``before`` is always shown in place of ``reply``."""
    if before.recall not in ("", reply.recall):
        return False
    if before.when in (Condition(), reply.when):
        return True
    way = before.when.way
    whole_way = before.when == Condition(prompt=reply.when.prompt, way=way)
    return whole_way and way == ("answered" if _asks_of_an_answer(reply.when) else reply.when.way)


def _asks_of_an_answer(condition: Condition) -> bool:
    return bool(condition.one_of) or condition.at_least is not None or condition.at_most is not None
