"""Test that simultaneous requests never create more rows than allowed."""

from uuid import uuid4

import pytest
from sqlalchemy import ColumnElement, func, select

from companion.content import programme
from companion.domain.activities.editing import About
from companion.domain.people import Viewer
from companion.services.act import Actor
from companion.services.authoring import drafts
from companion.services.concerns import lead_access
from companion.services.concerns.lead_access import AccessForm
from companion.services.meetings import calendars, manage_groups
from companion.services.meetings.manage_groups import NewGroup
from companion.services.staff import resets
from companion.store.accounts.calendar_feeds import CalendarFeed
from companion.store.accounts.passphrases import Hasher
from companion.store.activities import library
from companion.store.activities.activities import ActivityRow
from companion.store.base import Model
from companion.store.concerns.lead_access import LeadAccessRow
from companion.store.meetings.groups import GroupRow
from companion.store.people import Invitation
from tests.cast import Cast
from tests.security.test_codes import all_at_once

AT_ONCE = 8


@pytest.fixture
def priya(cast: Cast) -> Viewer:
    return cast.priya.viewer


def number_of(cast: Cast, table: type[Model], *those: ColumnElement[bool]) -> int:
    with cast.store.reading() as tx:
        return tx.scalar(select(func.count()).select_from(table).where(*those)) or 0


def test_if_several_reset_slips_are_created_at_once_only_one_stays_valid(
    cast: Cast, hasher: Hasher, priya: Viewer
) -> None:
    sam = cast.sam.enrolment_id
    all_at_once(
        AT_ONCE,
        lambda _: resets.reset_participant(Actor(cast.store, priya, cast.now), hasher, sam, "lighthouse"),
    )
    his = Invitation.account_id == cast.sam.viewer.account_id
    still_open = Invitation.used_at.is_(None), Invitation.expires_at > cast.now
    assert number_of(cast, Invitation, his, *still_open) == 1


def test_if_several_calendar_urls_are_created_at_once_only_one_stays_valid(cast: Cast, priya: Viewer) -> None:
    made = all_at_once(AT_ONCE, lambda _: calendars.new_address(Actor(cast.store, priya, cast.now)))
    assert len(set(made)) == AT_ONCE
    assert number_of(cast, CalendarFeed) == 1


def test_creating_a_group_several_times_at_once_creates_one_group(cast: Cast, priya: Viewer) -> None:
    group_id, chosen = uuid4(), [str(cast.sam.enrolment_id)]
    all_at_once(
        AT_ONCE,
        lambda _: manage_groups.begin(
            Actor(cast.store, priya, cast.now), group_id, NewGroup("Thursdays", "epsom", programme()), chosen
        ),
    )
    assert number_of(cast, GroupRow) == 1


def test_starting_an_activity_several_times_at_once_creates_one_activity(cast: Cast, priya: Viewer) -> None:
    new_id = uuid4()
    about = About("A quiet week", None, 10, "What the week was like.")
    all_at_once(AT_ONCE, lambda _: drafts.begin(Actor(cast.store, priya, cast.now), new_id, about))
    assert number_of(cast, ActivityRow, ActivityRow.id == new_id) == 1


def test_adapting_an_activity_several_times_at_once_creates_one_adapted_activity(
    cast: Cast, priya: Viewer
) -> None:
    new_id, sam = uuid4(), cast.sam.enrolment_id
    with cast.store.reading() as tx:
        origin = library.newest_versions(tx)[0].id
    all_at_once(AT_ONCE, lambda _: drafts.adapt(Actor(cast.store, priya, cast.now), sam, origin, new_id))
    assert number_of(cast, ActivityRow, ActivityRow.id == new_id) == 1


def test_requesting_lead_access_several_times_at_once_creates_one_request(cast: Cast) -> None:
    new_id = uuid4()
    typed = AccessForm(cast.sam.reference, "practice", "His practitioner is ill.")
    all_at_once(AT_ONCE, lambda _: lead_access.look(cast.margaret.actor, new_id, typed))
    assert number_of(cast, LeadAccessRow) == 1
