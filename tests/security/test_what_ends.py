"""Test that sessions, codes and access end when they should.

The table in docs/security-rules.md lists all sessions, codes and rights of access that can end. A session,
code or access that has ended must not work any more.
"""

import re
from pathlib import Path

import pytest
from sqlalchemy import Date, DateTime
from sqlalchemy.types import TypeDecorator

from companion.store.accounts.passphrases import Hasher
from companion.store.base import Model
from companion.store.records.erased_list import ErasedList
from tests.cast import Cast
from tests.fixtures import Clock
from tests.outliving.things import THINGS
from tests.outliving.world import World

PAGE = (Path(__file__).parents[2] / "docs/security-rules.md").read_text()
SECTION = PAGE.partition("## What ends what")[2].partition("\n## ")[0]
ROWS = {
    thing: (re.split(r"; ", ends), re.findall(r"`([a-z_.]+)`", kept))
    for thing, ends, kept in re.findall(r"^\| ([a-z].*?) \| (.*?) \| (.*?) \|$", SECTION, re.MULTILINE)
}
"""The table *What ends what* in ``security-rules.md``: a dictionary of the rows, keyed by first column."""
ENDS = re.compile(
    "(^|_)(ended|ends|expires|used|until|left|lifted|taken_back|decided|retired|settled|done|claimed|cancelled"
    "|told|asked|proved|aside|answered|erased|confirmed|last)(_|$)"
)
"""A pattern for names of columns that store when something ends."""
ENDS_NOTHING = {
    "accounts.left_at": "an act that ends others",
    "accounts.erased_at": "an act that ends others",
    "enrolments.erased_at": "an act that ends others",
    "erasures.done_at": "how far an erasure has come",
    "looks.asked_at": "when it was asked for",
    "corrections.asked_at": "when it was asked for; the answer is the lead's",
    "corrections.answered_at": "when it was answered",
    "erasure_requests.asked_at": "when it was asked for",
    "plan_versions.asked_at": "when a version was made",
    "plan_reviews.ended_at": "a review of his own plan",
    "plan_suggestions.decided_at": "what the participant said to it; it stays its author's word",
    "paper_records.taken_back_at": "a record that was a mistake",
    "activities.retired_at": "what can be set; it opens nothing",
    "appointments.cancelled_at": "a meeting that cancelled",
    "group_meetings.cancelled_at": "a meeting that cancelled",
    "failure_dismissals.until": "up to where a list was read",
    "notice_choices.set_aside_at": "an address that takes no letters",
    "tries.ends_at": "a rate limit",
    "passkeys.used_at": "when it was used last; it ends with its owner's reset",
}
"""Columns whose names look like end times but aren't, with the reason for each."""


def ending_columns() -> set[str]:
    """Return every date or datetime column whose name suggests an end or expiry."""

    def a_moment(kind: object) -> bool:
        return isinstance(kind, Date | DateTime) or (
            isinstance(kind, TypeDecorator) and isinstance(kind.impl_instance, DateTime)
        )

    return {
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        if ENDS.search(column.name) and a_moment(column.type)
    }


@pytest.fixture
def world(cast: Cast, hasher: Hasher, clock: Clock, tmp_path: Path) -> World:
    for name in ("priya", "daniel", "margaret", "ruth", "alex", "sam"):
        getattr(cast, name)
    return World(cast, hasher, clock, ErasedList.at(tmp_path))


def test_every_permission_or_code_that_the_security_rules_say_can_end_has_a_test() -> None:
    assert set(ROWS) == set(THINGS)


@pytest.mark.parametrize("thing", THINGS)
def test_every_way_to_end_a_session_or_code_listed_in_the_security_rules_is_tested(
    world: World, thing: str
) -> None:
    acts, _ = ROWS[thing]
    assert set(acts) == set(THINGS[thing](world).ends)


@pytest.mark.parametrize(("thing", "act"), [(thing, act) for thing in ROWS for act in ROWS[thing][0]])
def test_sessions_codes_and_access_end_when_the_security_rules_say_so(
    world: World, thing: str, act: str
) -> None:
    begun = THINGS[thing](world)
    assert begun.works()
    begun.ends[act]()
    assert not begun.works()


def test_the_security_rules_list_every_column_that_stores_an_expiry_time() -> None:
    named = {column for _, columns in ROWS.values() for column in columns}
    columns = {
        f"{table.name}.{column.name}" for table in Model.metadata.tables.values() for column in table.c
    }
    assert named <= columns
    assert ending_columns() - named == set(ENDS_NOTHING)
    assert len(ending_columns()) > 30
