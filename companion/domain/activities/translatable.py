"""Which words of shipped content are translated, and the same content in another language."""

from collections.abc import Callable, Iterator
from typing import Any

WORDS = frozenset({"title", "introduction", "ask", "help", "label", "body", "must_pass_on", "en", "say"})
"""Fields whose text participants or the public read, besides those ending in ``_label``."""


def words_of(plain: Any) -> Iterator[str]:
    """Yield every translatable text in plain data, in order."""
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
    """Return plain data with each such text passed through ``say``."""
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
