"""Find the answers that changed between two submissions of a piece of work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from companion.domain.activities.answers import Value
from companion.domain.activities.conversation import Given, Turn


@dataclass(frozen=True)
class ChangedAnswer:
    """A later submission's answer, and the earlier submission's answer to the same question, if any."""

    turn: Turn
    before: Given | None

    @property
    def in_words(self) -> tuple[str, str] | None:
        """The earlier and the later answer as text, or None if a comparison isn't possible."""
        if not self.turn.prompt.free_text or self.before is None:
            return None
        then, now = _words(self.before.value), _words(self.turn.given.value)
        return None if then is None or now is None else (then, now)


def _words(value: Value) -> str | None:
    """Return an answer as text.

    Return None if the answer is neither a string nor a list of strings.
    """
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return "\n".join(str(each) for each in value)
    return value if isinstance(value, str) else None


def changes(turns: Iterable[Turn], before: Mapping[str, Given]) -> list[ChangedAnswer]:
    """Return the answers that have changed since the earlier submission, followed by the answers added since
    then.
    """
    found = []
    for turn in turns:
        then = before.get(turn.prompt.id)
        if then is None or (then.way, then.value) != (turn.given.way, turn.given.value):
            found.append(ChangedAnswer(turn, then))
    return sorted(found, key=lambda each: each.before is None)
