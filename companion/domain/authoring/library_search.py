"""Search and filters of the activity library, read from an address. No address can break a page."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from companion.domain.activities.activity import Activity, Difficulty
from companion.domain.activities.readability import labels
from companion.domain.text import composed

WORDS_MOST = 100
"""Characters of the words that are searched for."""
LENGTHS: Final = (10, 15, 20, 30)
"""Minutes that an activity takes at most, as the page offers them."""
NO_TOPIC = "none"


@dataclass(frozen=True)
class LibrarySearch:
    """Words and filters; empty means any. Values that make no sense are dropped and noted."""

    words: str = ""
    topic: str = ""
    longest: int = 0
    kind: str = ""
    """Of answer: one question of this kind is enough."""
    difficulty: str = ""
    misread: bool = False

    @property
    def filters(self) -> bool:
        """Whether it asks for more than words."""
        return bool(self.topic or self.longest or self.kind or self.difficulty)

    @property
    def asks(self) -> bool:
        """Whether anything may be left out."""
        return bool(self.words or self.filters)

    def finds(self, languages: Iterable[Activity]) -> bool:
        """Return whether an activity, given in each of its languages, matches."""
        return any(self._fits(each) and self._has_words(each) for each in languages)

    def _fits(self, activity: Activity) -> bool:
        kinds = {prompt.__struct_config__.tag for prompt in activity.prompts}
        return (
            self.topic in ("", activity.topic or NO_TOPIC)
            and (not self.longest or activity.minutes <= self.longest)
            and (not self.kind or self.kind in kinds)
            and self.difficulty in ("", activity.difficulty)
        )

    def _has_words(self, activity: Activity) -> bool:
        if not self.words:
            return True
        said = [activity.title, activity.introduction]
        for prompt in activity.prompts:
            said += [prompt.ask, prompt.help, *labels(prompt)]
        text = _plain("\n".join(said))
        return all(word in text for word in _plain(self.words).split())


def asked(args: Mapping[str, str], topics: Collection[str], kinds: Collection[str]) -> LibrarySearch:
    """Read an address, given the topics and kinds of answer that exist."""
    names = ("topic", "longest", "kind", "difficulty")
    topic, longest, kind, difficulty = (args.get(name, "").strip() for name in names)
    known = (
        topic in ("", NO_TOPIC, *topics),
        longest in ("", *map(str, LENGTHS)),
        kind in ("", *kinds),
        difficulty in ("", *get_args(Difficulty)),
    )
    return LibrarySearch(
        words=" ".join(args.get("words", "")[:WORDS_MOST].split()),
        topic=topic if known[0] else "",
        longest=int(longest) if longest and known[1] else 0,
        kind=kind if known[2] else "",
        difficulty=difficulty if known[3] else "",
        misread=not all(known),
    )


def _plain(text: str) -> str:
    """Fold case and accents."""
    return "".join(each for each in composed(text, "NFKD").casefold() if not unicodedata.combining(each))
