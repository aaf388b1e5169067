"""Read the activity library's search words and filters from a URL. Invalid values in the URL never cause an
error.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from companion.domain.activities.activity import Activity, Difficulty
from companion.domain.activities.readability import labels
from companion.domain.text import composed

WORDS_MOST = 100
"""The maximum number of characters in the search words."""
LENGTHS: Final = (10, 15, 20, 30)
"""The maximum lengths of an activity, in minutes, that practitioners can choose in a search."""
NO_TOPIC = "none"


@dataclass(frozen=True)
class LibrarySearch:
    """The words and filters of a search. An empty search matches every activity.

    ``misread`` is True if the URL contains an invalid value.
    """

    words: str = ""
    topic: str = ""
    longest: int = 0
    kind: str = ""
    """Show only activities with this kind of answer."""
    difficulty: str = ""
    misread: bool = False

    @property
    def filters(self) -> bool:
        """True if the search has a filter."""
        return bool(self.topic or self.longest or self.kind or self.difficulty)

    @property
    def asks(self) -> bool:
        """True if the search has words or filters."""
        return bool(self.words or self.filters)

    def finds(self, languages: Iterable[Activity]) -> bool:
        """Return whether at least one language version of an activity matches the search."""
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
    """Return the search that a URL's parameters describe. ``topics`` and ``kinds`` list the topics and the
    kinds of answer that people can choose.
    """
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
    """Return the text in lower case and without accents."""
    return "".join(each for each in composed(text, "NFKD").casefold() if not unicodedata.combining(each))
