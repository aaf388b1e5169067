"""Find and translate the text in shipped content."""

from collections.abc import Callable, Iterator
from typing import Any

WORDS = frozenset({"title", "introduction", "ask", "help", "label", "body", "must_pass_on", "en", "say"})
"""The names of fields with text to translate. Fields whose names end in ``_label`` contain text to translate
too.
"""


def words_of(plain: Any) -> Iterator[str]:
    """Yield every text in a content file's data that can be translated, in the order of the data."""
    if isinstance(plain, dict):
        for name, value in plain.items():
            if isinstance(value, str):
                if value and _is_words(name):
                    yield value
            else:
                yield from words_of(value)
    elif isinstance(plain, list | tuple):
        for each in plain:
            yield from words_of(each)


def with_words(plain: Any, say: Callable[[str], str]) -> Any:
    """Copy the data, and replace every translatable string with what the function ``say`` returns for it."""
    if isinstance(plain, dict):
        return {
            name: say(value)
            if isinstance(value, str) and value and _is_words(name)
            else with_words(value, say)
            for name, value in plain.items()
        }
    if isinstance(plain, list | tuple):
        return [with_words(each, say) for each in plain]
    return plain


def _is_words(name: str) -> bool:
    return name in WORDS or name.endswith("_label")
