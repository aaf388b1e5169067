"""The data files that Companion ships, such as the programme and starter activities.

Parsed files are cached.
"""

import functools
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from companion import translations
from companion.domain.accounts.statement import Statement, read_statement
from companion.domain.activities import activity
from companion.domain.activities.activity import Activity, Finding
from companion.domain.activities.translatable import with_words, words_of
from companion.domain.evaluation.evaluation import Questions, read_questions
from companion.domain.plan.plan_parts import Parts, read_parts
from companion.domain.programme.programme import Programme, read_programme
from companion.domain.records.policies import Policy
from companion.domain.records.retention import Schedule, read_schedule
from companion.domain.signposts import signposts
from companion.domain.signposts.signposts import Directory

_FOLDER = files(__name__)


def programme_file() -> Traversable:
    return _FOLDER / "programme.toml"


@functools.cache
def programme() -> Programme:
    """Return the programme that comes with Companion."""
    return read_programme(programme_file().read_bytes())


@functools.cache
def shipped_statement(language: str) -> Statement:
    """Return the draft of the confidentiality statement that comes with Companion.

    If the confidentiality statement isn't fully translated into this language, return the English draft.
    """
    english = read_statement((_FOLDER / "confidentiality.en.toml").read_bytes())
    plain = _translated(msgspec.to_builtins(english), language)
    return msgspec.convert(plain, type=Statement) if plain else english


def _translated(plain: Any, language: str) -> dict[str, Any] | None:
    """Return the content in another language, or None if the translation isn't complete."""
    if not all(translations.content(text, language) for text in words_of(plain)):
        return None
    said = with_words(plain, lambda text: translations.content(text, language) or text)
    return {**said, "language": language}


def in_catalogue(file: bytes, catalogue: Path) -> bytes | None:
    """Translate a confidentiality statement with this catalogue of translations. Return the statement as
    TOML.

    Return None if the translation isn't complete.
    """
    plain, language = msgspec.to_builtins(read_statement(file)), catalogue.parent.name
    say = functools.partial(translations.content_of, catalogue.parents[1], language=language)
    if not all(map(say, words_of(plain))):
        return None
    return tomli_w.dumps({**with_words(plain, say), "language": language}, multiline_strings=True).encode()


@functools.cache
def shipped_directory() -> Directory:
    """Return the shipped signposts."""
    return signposts.read((_FOLDER / "signposts.toml").read_bytes())


@functools.cache
def plan_parts() -> Parts:
    """Return the built-in parts of the relapse-prevention plan."""
    return read_parts((_FOLDER / "plan.toml").read_bytes())


@functools.cache
def evaluation_questions() -> Questions:
    """Return Companion's built-in questions for the evaluation."""
    return read_questions((_FOLDER / "evaluation.toml").read_bytes())


@functools.cache
def retention_schedule() -> Schedule:
    """Return the shipped draft of the retention schedule."""
    return read_schedule((_FOLDER / "retention.toml").read_bytes())


def policy_file(policy: Policy) -> Traversable:
    """Return the file that contains Companion's draft of this policy."""
    return _FOLDER / {Policy.STATEMENT: "confidentiality.en.toml", Policy.RETENTION: "retention.toml"}[policy]


def starter_files() -> list[Traversable]:
    """Return all the starter activities' files, sorted by name."""
    return sorted((_FOLDER / "activities").iterdir(), key=lambda file: file.name)


@functools.cache
def starter_activities() -> tuple[Activity, ...]:
    """Return all starter activities, sorted by id."""
    found = (activity.read(file.read_bytes()) for file in starter_files())
    return tuple(sorted(found, key=lambda each: each.id))


def in_each_language(activities: Iterable[Activity]) -> list[Activity]:
    """Return the activities, each followed by its complete translations."""
    return [
        each
        for english in activities
        for each in (english, *map(activity.from_plain, _translations(english)))
    ]


def _translations(english: Activity) -> Iterator[dict[str, Any]]:
    plain = activity.to_plain(english)
    for language in translations.languages():
        if language != english.language and (said := _translated(plain, language)):
            yield said


@functools.cache
def passphrase_words(language: str) -> tuple[str, ...]:
    """Return the words for suggested passphrases. If the language has no list of words for passphrases,
    return the English words.
    """
    file = _FOLDER / f"passphrase_words.{language}.txt"
    return tuple(file.read_text(encoding="utf-8").split()) if file.is_file() else passphrase_words("en")


def sources() -> list[Traversable]:
    """Return the files that contain text to translate."""
    names = ("plan.toml", "evaluation.toml", "programme.toml", "confidentiality.en.toml", "signposts.toml")
    return [*starter_files(), *(_FOLDER / name for name in names)]


@dataclass(frozen=True)
class Explained:
    """An explanation of what is wrong in a content file, and of how to correct it."""

    wrong: str
    mend: str


def explained(finding: Finding, language: str = "en") -> Explained:
    """Return a finding's explanation in this language if there is one, otherwise in English."""
    sentences = _sentences(language).get(finding.key) or _sentences("en")[finding.key]
    return Explained(sentences["wrong"] % finding.values, sentences["mend"] % finding.values)


@functools.cache
def _sentences(language: str) -> dict[str, dict[str, str]]:
    file = _FOLDER / f"findings.{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
