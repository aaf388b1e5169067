"""The programme, the statement, the signposts and the starter activities, as data files, read once."""

import functools
from importlib.resources import files

from companion.domain import activity, confidentiality, signposts
from companion.domain import programme as programmes
from companion.domain.activity import Activity
from companion.domain.confidentiality import Statement
from companion.domain.programme import Programme
from companion.domain.signposts import Directory

_FOLDER = files(__name__)


@functools.cache
def programme() -> Programme:
    """The programme that is delivered."""
    return programmes.read((_FOLDER / "programme.toml").read_bytes())


@functools.cache
def statement(language: str) -> Statement:
    """The confidentiality statement in this language, or in English where there is none."""
    file = _FOLDER / f"confidentiality.{language}.toml"
    return confidentiality.read(
        (file if file.is_file() else _FOLDER / "confidentiality.en.toml").read_bytes()
    )


@functools.cache
def directory() -> Directory:
    """The signposts as they were shipped."""
    return signposts.read((_FOLDER / "signposts.toml").read_bytes())


def starter_activities() -> list[Activity]:
    """Every starter activity, by its id."""
    folder = (_FOLDER / "activities").iterdir()
    return sorted((activity.read(file.read_bytes()) for file in folder), key=lambda each: each.id)
