"""Change signposts, and decide when a signpost must be checked again."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from msgspec.structs import replace

from companion.domain.refusals import NotFound, Problem, Rejected
from companion.domain.signposts.signposts import SIGNPOSTS_MOST, Directory, Need, Signpost
from companion.domain.text import composed

LASTING = frozenset({"emergency", "helpline"})
"""The ids of signposts that must always be on the help page."""
CHECK_AFTER = timedelta(days=90)
"""The period after which somebody must check a signpost again."""


def find(directory: Directory, key: str) -> Signpost | None:
    """Return the signpost with this id, or None."""
    return next((signpost for signpost in directory.signposts if signpost.id == key), None)


def put(directory: Directory, signpost: Signpost) -> Directory:
    """Put ``signpost`` in place of the existing signpost with the same id, or add ``signpost`` at the end.

    Return all signposts as they are after the change. Raise ``Rejected`` if there would be too many
    signposts. Raise ``Rejected`` if a signpost in ``LASTING`` has no contact details. Raise ``Rejected`` if a
    reason on the help page would be left with nobody to contact.
    """
    if signpost.id in LASTING and not signpost.ways:
        raise Rejected(Problem("always_reached", field="call-shown-1"))
    there = find(directory, signpost.id)
    if not there and len(directory.signposts) >= SIGNPOSTS_MOST:
        many = len(directory.signposts) + 1
        raise Rejected(Problem("too_many", {"most": SIGNPOSTS_MOST, "many": many}, "name"))
    others = (signpost if each is there else each for each in directory.signposts)
    changed = tuple(others) if there else (*directory.signposts, signpost)
    return _answering_every_need(replace(directory, signposts=changed), "needs")


def as_new(directory: Directory, signpost: Signpost) -> Signpost:
    """Return the new signpost with an id that is made from its English name.

    Raise ``Rejected`` if a different signpost has this id. If somebody sends the form twice, don't report the
    second, identical signpost as an error.
    """
    plain = composed(signpost.name["en"], "NFKD").encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "-", plain).lstrip("-0123456789")[:40].rstrip("-") or "signpost"
    new = replace(signpost, id=key)
    if find(directory, key) not in (None, new):
        raise Rejected(Problem("name_used", field="name"))
    return new


def without(directory: Directory, key: str) -> Directory:
    """Return the directory of signposts without this signpost.

    Raise ``NotFound`` if the signpost doesn't exist. Raise ``Rejected`` if the signpost can't be removed.
    """
    if find(directory, key) is None:
        raise NotFound
    if key in LASTING:
        raise Rejected(Problem("always_there", field="remove"))
    rest = tuple(signpost for signpost in directory.signposts if signpost.id != key)
    return _answering_every_need(replace(directory, signposts=rest), "remove")


def moved(directory: Directory, key: str, by: int) -> Directory:
    """Move a signpost up (-1) or down (1) by one position. Return the directory.

    Raise ``NotFound`` if the signpost doesn't exist.
    """
    signpost = find(directory, key)
    if signpost is None:
        raise NotFound
    rest = [each for each in directory.signposts if each is not signpost]
    place = directory.signposts.index(signpost) + by
    rest.insert(max(0, place), signpost)
    return replace(directory, signposts=tuple(rest))


def to_check(signposts: Iterable[Signpost], today: date) -> list[Signpost]:
    """Return the signposts that are due for a check, the longest unchecked first.

    The result leaves out signposts without contact details.
    """
    due = (signpost for signpost in signposts if signpost.ways and today - signpost.checked >= CHECK_AFTER)
    return sorted(due, key=lambda signpost: signpost.checked)


def _answering_every_need(directory: Directory, field: str) -> Directory:
    by_need = directory.by_need()
    empty = [need for need in Need if not any(signpost.ways for signpost in by_need.get(need, ()))]
    if empty:
        raise Rejected(*(Problem("nobody_for_need", {"need": need}, field) for need in empty))
    return directory
