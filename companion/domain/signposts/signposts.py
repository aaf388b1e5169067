"""Signposts, which show how to get help outside Companion."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from urllib.parse import quote, urlsplit

import msgspec
import phonenumbers
from msgspec.structs import force_setattr

from companion.domain.signposts.opening_hours import Data, Opening, ToBeConfirmed, When, opening_at

Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Cost = Literal["free", "charged", "unknown"]


class BadSignposts(ValueError):
    """Raised if a file isn't a valid directory of signposts. The message says where the error is and what is
    wrong.
    """


class Need(StrEnum):
    """The reasons why people open the help page, in the page's order. The help page lists the signposts for
    people in danger first.
    """

    CHILD_IN_DANGER = "child-in-danger"
    HURT_MYSELF = "hurt-myself"
    OWN_BEHAVIOUR = "own-behaviour"
    SOMEBODY_ELSE = "somebody-else"
    DEAF_OR_LANGUAGE = "deaf-or-language"
    IRELAND = "ireland"
    JOIN = "join"


LANGUAGES_MOST = 10
"""The maximum number of languages in which a signpost's text can be written."""
SIGNPOSTS_MOST = 60
"""The maximum number of signposts on the help page."""
WAYS_MOST = {"call": 4, "text": 1, "web": 1}
"""The maximum number of contact details of each kind that a signpost can have."""
Number = Annotated[str, msgspec.Meta(max_length=20)]
Words = Annotated[
    dict[Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}$")], Annotated[str, msgspec.Meta(max_length=200)]],
    msgspec.Meta(max_length=LANGUAGES_MOST),
]
"""Text in one or more languages. English is required."""


def written(words: Words) -> Words:
    """Return the texts that aren't empty, keyed by language. Raise ``ValueError`` if the English text is
    missing.
    """
    if not words.get("en"):
        raise ValueError("words are missing in English (`en`)")
    return {language: text for language, text in words.items() if text}


class Telephone(Data, tag_field="kind", tag="telephone", frozen=True, kw_only=True):
    """A phone number to call. ``dial`` is the number in E.164 format, or a short number.

    ``option`` is the key to press in the phone menu.
    """

    kind: ClassVar[str] = "telephone"
    shown: Line
    dial: Number
    option: Annotated[str, msgspec.Meta(max_length=3)] = ""
    cost: Cost = "unknown"

    def __post_init__(self) -> None:
        if number_dialled(self.dial) != number_written(self.shown):
            raise ValueError(f"{self.shown!r} is shown, but {self.dial!r} would be dialled")

    @property
    def href(self) -> str:
        """The URL of a link that calls the number."""
        return f"tel:{self.dial}"

    @property
    def is_emergency(self) -> bool:
        """True for the emergency services' number. Emergency calls are free."""
        return phonenumbers.is_emergency_number(self.dial, "GB")


class Text(Data, tag_field="kind", tag="text", frozen=True, kw_only=True):
    """A phone number that people can text. A text message to this number must begin with ``keyword``."""

    kind: ClassVar[str] = "text"
    number: Number
    keyword: Line
    cost: Cost = "unknown"

    def __post_init__(self) -> None:
        number_dialled(self.number)

    @property
    def href(self) -> str:
        """The URL of a link that starts a text message.

        In a link that opens a text message, iOS needs ``&body`` and other systems need ``?body`` (RFC 5724).
        """
        return f"sms:{self.number}?&body={quote(self.keyword)}"


class Web(Data, tag_field="kind", tag="web", frozen=True, kw_only=True):
    """A page on another website: its URL, a short URL to show, and its use."""

    kind: ClassVar[str] = "web"
    address: Line
    shown: Line
    label: Words

    def __post_init__(self) -> None:
        force_setattr(self, "label", written(self.label))
        if not is_web_address(self.address):
            raise ValueError(f"{self.address!r} is not an address that starts with https://")

    @property
    def href(self) -> str:
        return self.address


class Signpost(Data, frozen=True, kw_only=True):
    """A service where people can get help. ``checked`` is the day of the last check.

    If ``confirmed`` is False, the organisation must still confirm the signpost's details. Unconfirmed
    signposts may lack contact details, but confirmed signposts may not.
    """

    id: Key
    name: Words
    needs: Annotated[tuple[Need, ...], msgspec.Meta(min_length=1, max_length=len(Need))]
    ways: Annotated[tuple[Telephone | Text | Web, ...], msgspec.Meta(max_length=sum(WAYS_MOST.values()))]
    when: When
    note: Words | None = None
    checked: date
    confirmed: bool = True

    def __post_init__(self) -> None:
        force_setattr(self, "name", written(self.name))
        if self.note is not None:
            force_setattr(self, "note", written(self.note))
        if self.confirmed and not self.ways:
            raise ValueError(f"{self.id!r} has no way to reach it and is not marked confirmed = false")

    @property
    def says_when_checked(self) -> bool:
        """True if pages are allowed to show the date on which the signpost was last checked.

        If a signpost's details are still to be confirmed, pages don't show when somebody last checked the
        signpost.
        """
        return bool(self.ways) and self.confirmed and not isinstance(self.when, ToBeConfirmed)


class Directory(Data, frozen=True, kw_only=True):
    """All signposts, in the order of the help page."""

    format: Literal[1]
    signposts: Annotated[tuple[Signpost, ...], msgspec.Meta(max_length=SIGNPOSTS_MOST)]

    def __post_init__(self) -> None:
        ids = [signpost.id for signpost in self.signposts]
        if twice := {id_ for id_ in ids if ids.count(id_) > 1}:
            raise ValueError(f"more than one signpost is called {', '.join(sorted(twice))}")

    def by_need(self) -> dict[Need, list[Signpost]]:
        """Return the signposts for each reason why people open the help page. If no signpost matches a
        reason for opening the help page, leave that reason out.
        """
        found = {need: [s for s in self.signposts if need in s.needs] for need in Need}
        return {need: signposts for need, signposts in found.items() if signposts}


def read(data: bytes) -> Directory:
    """Parse a directory of signposts from TOML. Raise ``BadSignposts`` if the directory isn't valid."""
    try:
        return msgspec.toml.decode(data, type=Directory)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSignposts(str(error)) from error


def from_json(data: bytes | str) -> Directory:
    """Return the directory of signposts from ``to_json``'s output.

    Raise ``BadSignposts`` if the directory isn't valid.
    """
    try:
        return msgspec.json.decode(data, type=Directory)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSignposts(str(error)) from error


def to_json(directory: Directory) -> bytes:
    return msgspec.json.encode(directory)


def opening(signpost: Signpost, now: datetime) -> Opening:
    """Return whether the signpost's helpline or other service is open at ``now``. Raise ``ValueError`` if
    ``now`` has no time zone.
    """
    return opening_at(signpost.when, now)


def next_change(signposts: Iterable[Signpost], now: datetime) -> datetime | None:
    """Return when a signpost next opens or closes after ``now``, or None."""
    changes = (opening(signpost, now).changes for signpost in signposts)
    return min((change for change in changes if change), default=None)


def number_dialled(dialled: str) -> phonenumbers.PhoneNumber:
    """Parse a phone number to dial: an E.164 number or a British short number.

    Raise ``ValueError`` if the number isn't valid.
    """
    number = number_written(dialled)
    known = (
        phonenumbers.is_valid_number(number)
        if dialled.startswith("+")
        else phonenumbers.is_valid_short_number_for_region(number, "GB")
    )
    if not (known and re.fullmatch(r"\+?[0-9]+", dialled)):
        raise ValueError(
            f"{dialled!r} is neither a number that begins with + and its country nor a British short number"
        )
    return number


def number_written(written: str) -> phonenumbers.PhoneNumber:
    """Parse a phone number in British notation. Raise ``ValueError`` if the number isn't valid."""
    try:
        return phonenumbers.parse(written, "GB")
    except phonenumbers.NumberParseException as error:
        raise ValueError(f"{written!r} is not a telephone number") from error


def is_web_address(address: str) -> bool:
    """Return whether the text is a complete ``https://`` URL without a user name."""
    try:
        return bool(re.fullmatch(r"https://[^\s@]+", address) and urlsplit(address).hostname)
    except ValueError:
        return False
