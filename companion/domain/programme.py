"""The programme: what is delivered, in which order, how long and where. ``read`` takes it from its file."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from companion.domain.answers import Authored, Id, Line
from companion.domain.appointments import AppointmentKind

LARGEST_FILE = 100_000
"""Bytes of a programme's file that are read at most."""

Minutes = Annotated[int, msgspec.Meta(ge=1, le=480)]


class BadProgramme(Exception):
    """The file is not a programme. ``key`` names the fault, ``detail`` the place or the value."""

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(f"{key} {detail}".strip())
        self.key = key
        self.detail = detail


class Topic(Authored, frozen=True, kw_only=True):
    """Something that the programme covers, and that an activity may belong to."""

    id: Id
    title: Line


class Meeting(Authored, frozen=True, kw_only=True):
    """One of the programme's meetings in person, a *session* on a page, and what it usually covers."""

    minutes: Minutes
    topics: Annotated[tuple[Topic, ...], msgspec.Meta(min_length=1)]


class Length(Authored, frozen=True, kw_only=True):
    """How long something takes, in minutes, both ends included."""

    least: Minutes
    most: Minutes


class Site(Authored, frozen=True, kw_only=True):
    """Where the programme is delivered."""

    id: Id
    name: Line


class Contact(Authored, frozen=True, kw_only=True):
    """How anybody reaches the organisation itself, to complain too. ``dial`` is the telephone number in E.164."""

    name: Line
    address: Line
    telephone: Line
    dial: Annotated[str, msgspec.Meta(pattern=r"^\+[0-9]{7,15}$")]
    email: Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)]


class Programme(Authored, frozen=True, kw_only=True):
    """One version of what is delivered."""

    format: Literal[1]
    id: Id
    version: Annotated[int, msgspec.Meta(ge=1)]
    title: Line
    initial_meeting: Length
    meetings: Annotated[tuple[Meeting, ...], msgspec.Meta(min_length=1)]
    sites: Annotated[tuple[Site, ...], msgspec.Meta(min_length=1)]
    contact: Contact

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Every topic, in the order in which the meetings start with them."""
        return tuple(topic for meeting in self.meetings for topic in meeting.topics)

    def length(self, kind: AppointmentKind) -> Length:
        """How long an appointment of this kind takes: a session just so long, other meetings within bounds."""
        if kind in (AppointmentKind.SESSION, AppointmentKind.ADDITIONAL_SESSION):
            return Length(least=self.meetings[0].minutes, most=self.meetings[0].minutes)
        return self.initial_meeting

    def topic(self, topic_id: str) -> Topic | None:
        """The topic with this id, or None."""
        return next((topic for topic in self.topics if topic.id == topic_id), None)

    def site(self, site_id: str) -> Site | None:
        """The site with this id, or None."""
        return next((site for site in self.sites if site.id == site_id), None)


def read(data: bytes) -> Programme:
    """The programme in a TOML file. Raises ``BadProgramme``; never another error, whatever the bytes."""
    if len(data) > LARGEST_FILE:
        raise BadProgramme("file_too_large", str(len(data)))
    try:
        programme = msgspec.convert(tomllib.loads(data.decode()), type=Programme)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadProgramme("bad_syntax", str(error)) from error
    except msgspec.ValidationError as error:
        raise BadProgramme("bad_file", str(error)) from error
    if programme.initial_meeting.least > programme.initial_meeting.most:
        raise BadProgramme("length_ends", "initial_meeting")
    for key, ids in (
        ("topic_twice", (topic.id for topic in programme.topics)),
        ("site_twice", (site.id for site in programme.sites)),
    ):
        for twice in _twice(ids):
            raise BadProgramme(key, twice)
    return programme


def _twice(ids: Iterator[str]) -> list[str]:
    return [one for one, many in Counter(ids).items() if many > 1]
