"""Use the real application, and type a canary (a unique word) into every text field."""

import logging
from types import SimpleNamespace

import pytest
from flask import Flask

from tests.cast import Cast
from tests.fixtures import Clock
from tests.security.canary_trip.accounts import Accounts
from tests.security.canary_trip.meetings import Meetings
from tests.security.canary_trip.plan import Plan
from tests.security.canary_trip.rights import Rights
from tests.security.canary_trip.work import Work


class Trip(Accounts, Work, Meetings, Plan, Rights):
    """Fill in all text fields with canaries (unique words), in a realistic order."""

    def goes(self) -> None:
        self.staff = self.practitioner_joins()
        self.participant = self.participant_joins()
        self.sets_work()
        self.says_when_and_where()
        self.changes_and_withdraws_work()
        self.writes_activities()
        self.speaks_of_the_plan()
        self.answers("first")
        self.keeps_phrases()
        self.gives_feedback("first", "return")
        self.answers("second")
        self.talk_about_it_together()
        self.keeps_what_came_on_paper()
        self.raises_concerns()
        self.writes_messages()
        self.writes_notes()
        self.writes_for_too_long()
        self.come_back()
        self.change_how_they_sign_in()
        self.gives_feedback("second", "release")
        self.types_into_every_kind()
        self.wants_notices()
        self.keeps_a_plan()
        self.speaks_of_an_appointment()
        self.names_a_group()
        self.goes_on_and_is_handed_over()
        self.says_how_it_was()
        self.asks_about_what_is_held()
        self.looks_through_the_plan()
        self.leaves_something_held()
        self.gets_a_statement_of_its_own()


@pytest.fixture
def trip(
    app: Flask, enter: SimpleNamespace, cast: Cast, clock: Clock, caplog: pytest.LogCaptureFixture
) -> Trip:
    caplog.set_level(logging.INFO)
    made = Trip(app, enter, cast, clock)
    made.goes()
    return made
