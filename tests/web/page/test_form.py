"""Test the classes that declare the fields of forms."""

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from companion.domain.refusals import ChangedElsewhere, NotAllowed, Problem, Rejected
from companion.web.page.carried_fields import Revision
from companion.web.page.fields import Line, Rest, Secret, Several
from companion.web.page.form import Form
from tests.security.for_whom import rules
from tests.web.filled_forms import NOTHING_TYPED

WEB = Path(__file__).parents[3] / "companion" / "web"
READERS = {"errors", "parked_forms", "budgets"}
"""Modules that may read a request's body directly."""


class Walk(Form):
    """A sample form with a field of every type."""

    seen = Revision()
    where = Line("Where")
    passphrase = Secret("Passphrase")
    notes = Several("note-", words=True)
    more = Rest()


@pytest.fixture
def walk(app: Flask) -> Walk:
    sent = {"csrf_token": "x", "seen": "3", "where": "To the bridge", "passphrase": "orange tents"}
    with app.test_request_context():
        return Walk(MultiDict({**sent, "note-1": "It rained", "feeling": "Calm"}))


def test_only_one_module_reads_request_bodies() -> None:
    assert [path.stem for path in WEB.rglob("*.py") if "request.form" in path.read_text()] == ["posted"]
    readers = {path.stem for path in WEB.rglob("*.py") if "server.posted import" in path.read_text()}
    assert readers == READERS


def test_every_view_that_accepts_typed_text_declares_a_form_class(app: Flask) -> None:
    sent_to = {rule.endpoint for rule in rules(app, "POST")}
    declared = {each for each in sent_to if getattr(app.view_functions[each], "form_class", None)}
    assert sent_to - declared <= NOTHING_TYPED


def test_a_forms_fields_contain_the_values_that_the_browser_sent(walk: Walk) -> None:
    assert (walk.seen.data, walk.where.data) == (3, "To the bridge")
    assert walk.notes.data == {"1": "It rained"} and walk.more.data == {"feeling": ["Calm"]}


def test_an_error_page_shows_typed_text_but_never_a_secret(walk: Walk) -> None:
    assert walk.words_typed() == ["To the bridge", "It rained", "Calm"]


def test_a_forms_errors_can_be_looked_up_by_the_fields_name(walk: Walk) -> None:
    walk.refused(Rejected(Problem("empty", field="where")))
    assert walk.problem_of("where") == Problem("empty", field="where") and not walk.problem_of("seen")
    walk.refused(ChangedElsewhere())
    assert walk.conflict and walk.problems == (Problem("changed_elsewhere"),)
    with pytest.raises(NotAllowed):
        walk.refused(NotAllowed("already_submitted"))


def test_stored_values_never_replace_typed_values(app: Flask, walk: Walk) -> None:
    walk.begins_with(where="Home")
    assert walk.where.data == "To the bridge"
    with app.test_request_context():
        empty = Walk(MultiDict())
    empty.begins_with(where="Home")
    assert empty.where.data == "Home"


def test_a_form_shown_after_a_conflict_contains_the_latest_revision_number(walk: Walk) -> None:
    walk.saw(5)
    assert walk.seen.data == 3
    walk.conflict = True
    walk.saw(5)
    assert walk.seen.data == 5
