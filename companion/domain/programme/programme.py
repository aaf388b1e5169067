"""The programme, with its meetings, topics and sites."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec

from companion.domain.activities import schema_errors, toml_guard
from companion.domain.activities.activity import Finding
from companion.domain.activities.toml_guard import BadFile
from companion.domain.authored import Authored, Id, Line
from companion.domain.enrolments.pathway import AppointmentKind

MOST_MEETINGS, MOST_TOPICS, MOST_SITES = 20, 40, 60
"""The maximum numbers of meetings in a programme, of topics in a meeting, and of sites in a programme."""

Minutes = Annotated[int, msgspec.Meta(ge=1, le=480)]


class BadProgramme(Exception):
    """Raised if a file isn't a valid programme. ``findings`` lists what to correct in the programme file."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f"{each.at}: {each.key} {each.values}" for each in findings))
        self.findings = findings


class Topic(Authored, frozen=True, kw_only=True):
    """A topic that the programme covers."""

    id: Id
    title: Line


class Meeting(Authored, frozen=True, kw_only=True):
    """One of the programme's numbered face-to-face meetings, with its usual topics. Pages call a meeting a
    *session*.
    """

    minutes: Minutes
    topics: Annotated[tuple[Topic, ...], msgspec.Meta(min_length=1, max_length=MOST_TOPICS)]


class Length(Authored, frozen=True, kw_only=True):
    least: Minutes
    most: Minutes


class Site(Authored, frozen=True, kw_only=True):
    """A place where the programme is delivered."""

    id: Id
    name: Line


class Contact(Authored, frozen=True, kw_only=True):
    """The organisation's contact details, including those for complaints. ``dial`` is a phone number in E.164
    format.
    """

    name: Line
    address: Line
    telephone: Line
    dial: Annotated[str, msgspec.Meta(pattern=r"^\+[0-9]{7,15}$")]
    email: Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)]


class Programme(Authored, frozen=True, kw_only=True):
    """A version of the programme. An enrolment always uses the version with which the enrolment began."""

    format: Literal[1]
    id: Id
    version: Annotated[int, msgspec.Meta(ge=1)]
    title: Line
    offered: bool = True
    """False if this version closes the programme to new participants."""
    initial_meeting: Length
    meetings: Annotated[tuple[Meeting, ...], msgspec.Meta(min_length=1, max_length=MOST_MEETINGS)]
    sites: Annotated[tuple[Site, ...], msgspec.Meta(min_length=1, max_length=MOST_SITES)]
    contact: Contact

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Every topic of the programme, in the order of the meetings."""
        return tuple(topic for meeting in self.meetings for topic in meeting.topics)

    def length(self, kind: AppointmentKind) -> Length:
        """Return the shortest and the longest time that this kind of appointment can take. A session always
        takes as long as the programme's first meeting. An appointment that isn't a session can take as long as
        an initial meeting.
        """
        if kind in (AppointmentKind.SESSION, AppointmentKind.ADDITIONAL_SESSION):
            return Length(least=self.meetings[0].minutes, most=self.meetings[0].minutes)
        return self.initial_meeting

    def topic(self, topic_id: str) -> Topic | None:
        """Return the topic with this id, or None."""
        return next((topic for topic in self.topics if topic.id == topic_id), None)

    def site(self, site_id: str) -> Site | None:
        """Return the site with this id, or None."""
        return next((site for site in self.sites if site.id == site_id), None)


def read_programme(data: bytes) -> Programme:
    """Parse a programme from TOML. Raise only ``BadProgramme``, for any invalid file."""
    try:
        plain = toml_guard.parse(data)
    except BadFile as bad:
        raise BadProgramme(Finding(bad.key, values=bad.values)) from bad
    try:
        programme = from_plain(plain)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        found = schema_errors.misfits(plain, Programme)
        findings = [Finding(each.key, values=each.values, at=each.at) for each in found]
        raise BadProgramme(*findings or [Finding("bad_file", values={"error": str(error)[:200]})]) from error
    if faults := [*_faults(programme)]:
        raise BadProgramme(*faults)
    return programme


def from_plain(plain: Any) -> Programme:
    """Build a ``Programme`` from plain dictionaries and lists. Raise ``msgspec.ValidationError`` if the data
    isn't valid.
    """
    return msgspec.convert(plain, type=Programme)


def to_plain(programme: Programme) -> Any:
    """Return a programme as plain data."""
    return msgspec.to_builtins(programme)


def _faults(programme: Programme) -> Iterator[Finding]:
    for each in schema_errors.unreadable(to_plain(programme)):
        yield Finding(each.key, values=each.values, at=each.at)
    if programme.initial_meeting.least > programme.initial_meeting.most:
        yield Finding("length_ends", at=("initial_meeting",))
    seen: set[str] = set()
    for number, meeting in enumerate(programme.meetings):
        for place, topic in enumerate(meeting.topics):
            if topic.id in seen:
                at = ("meetings", number, "topics", place)
                yield Finding("topic_twice", values={"id": topic.id}, at=at)
            seen.add(topic.id)
    sites: set[str] = set()
    for place, site in enumerate(programme.sites):
        if site.id in sites:
            yield Finding("site_twice", values={"id": site.id}, at=("sites", place, "id"))
        sites.add(site.id)
