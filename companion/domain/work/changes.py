"""What changed in the answers between two rounds of a piece of work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from companion.domain.activities.answers import Value
from companion.domain.activities.conversation import Given, Turn


@dataclass(frozen=True)
class ChangedAnswer:
    """An answer as it is now, and as it was; None for one that is new."""

    turn: Turn
    before: Given | None

    @property
    def in_words(self) -> tuple[str, str] | None:
        """Both texts, if both answers are plain words that can be compared word by word."""
        if not self.turn.prompt.free_text or self.before is None:
            return None
        then, now = _words(self.before.value), _words(self.turn.given.value)
        return None if then is None or now is None else (then, now)


def _words(value: Value) -> str | None:
    """A text, or the lines of a list; None for what is more than words."""
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return "\n".join(str(each) for each in value)
    return value if isinstance(value, str) else None


def changes(turns: Iterable[Turn], before: Mapping[str, Given]) -> list[ChangedAnswer]:
    """Return the answers that are new or other than they were, in order: first what was changed, then what is new."""
    found = []
    for turn in turns:
        then = before.get(turn.prompt.id)
        if then is None or (then.way, then.value) != (turn.given.way, turn.given.value):
            found.append(ChangedAnswer(turn, then))
    return sorted(found, key=lambda each: each.before is None)
