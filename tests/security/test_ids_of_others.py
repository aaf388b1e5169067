"""Test that nobody can change another person's row by sending the row's id."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from companion.domain.concerns.concerns import ConcernKind
from companion.services.act import Actor
from companion.services.concerns import report
from companion.services.plan import items
from companion.services.records import corrections, withheld_entries
from companion.services.records.withheld_entries import DisclosureForm
from companion.services.work import paper
from companion.services.work.paper import PaperForm
from companion.store.audit import AuditEntry, Event
from companion.store.base import Model, Store
from companion.store.plan.plan import PlanItemRow
from tests.cast import Cast
from tests.security.test_once import UNCOUNTED, Sent, again, counts, forms_with_an_id
from tests.visitor import Visitor
from tests.web.every_form.places import no_limits, places
from tests.web.every_form.wrong import Fields

__all__ = ["again", "no_limits", "places"]  # the tests below use these fixtures
NO_ROW = {"a new part"}
"""Forms whose id field isn't the id of any row in the database."""


def ids_there(store: Store) -> dict[str, list[UUID]]:
    """Return the ids of a few existing rows of each table."""
    found: dict[str, list[UUID]] = {}
    with store.reading() as tx:
        for table in Model.metadata.sorted_tables:
            if table.name not in UNCOUNTED:
                found[table.name] = list(tx.scalars(select(table.c.id).limit(2)))
        found["plan_items"] = list(tx.scalars(select(PlanItemRow.item_id).limit(2)))
    return {name: ids for name, ids in found.items() if ids}


def others_have_done_it_too(cast: Cast) -> None:
    """Add the kinds of database rows that the ``places`` fixture doesn't create."""
    store, now, idris = cast.store, cast.now, cast.idris.viewer
    items.add(Actor(store, idris, now), uuid4(), "good", [("I go swimming", "", "")], None)
    corrections.ask(Actor(store, idris, now), uuid4(), "My name.", "Idris.")
    report.tell(Actor(store, idris, now), uuid4(), ConcernKind.TOLD, "I am worried.")
    cast.idris.writes("May I come early?")
    cast.daniel.notes_on(cast.idris, "He came early.")
    cast.daniel.is_away(now.date(), now.date())
    work, priya, owen = cast.priya.sets(cast.owen, "hopes-and-fears"), cast.priya.viewer, cast.owen
    paper.mark_done(
        Actor(store, priya, now), owen.enrolment_id, work, uuid4(), PaperForm(f"{now:%Y-%m-%d}", "")
    )
    look = cast.ruth.looks_at(cast.idris, "concern")
    with store.reading() as tx:
        entry = tx.scalars(
            select(AuditEntry.id).where(AuditEntry.event == Event.LOOK_OPENED, AuditEntry.look_id == look)
        ).one()
    withheld_entries.decide(
        Actor(store, cast.ruth.viewer, now),
        cast.idris.enrolment_id,
        uuid4(),
        DisclosureForm(entry, "no", "Not yet.", 0),
    )


@pytest.mark.usefixtures("no_limits")
def test_sending_the_id_of_somebody_elses_row_changes_nothing_for_its_owner(
    app: Flask,
    enter: SimpleNamespace,
    cast: Cast,
    places: Fields,
    store: Store,
    again: Callable[[], None],
    request: pytest.FixtureRequest,
) -> None:
    others_have_done_it_too(cast)
    forms = [form for form in forms_with_an_id(app, enter, places) if form.carries_id]
    assert len(forms) > 20
    again()
    before, taken, wrong, tried = counts(store), ids_there(store), [], set()
    on_a_server = request.config.getoption("database") != "sqlite"
    for form in forms[:: 5 if on_a_server and not request.config.getoption("full") else 1]:
        alone, made = form.goes(), counts(store) - before
        again()
        for table in made.keys() & taken.keys():
            tried.add(form.name)
            for status, same in sends_with(form, taken[table], store, before, again):
                if (status, same) != (alone, made):
                    wrong.append((form.name, table, alone, status, made, same))
    assert wrong == []
    assert on_a_server or {form.name for form in forms} == tried | NO_ROW


def sends_with(
    form: Sent, ids: list[UUID], store: Store, before: object, again: Callable[[], None]
) -> Iterator[tuple[int, object]]:
    """Send the form with each of these ids, and yield the status and the created rows."""
    for each in ids:
        status = replace(form, fields={**form.fields, "once": str(each)}).goes()
        yield status, counts(store) - before  # type: ignore[operator]  # both are counters
        again()


@pytest.mark.parametrize(
    ("page", "fields", "proof"),
    [
        ("/my/messages", {"words": "May I bring my notes?"}, "May I bring my notes?"),
        ("/my/plan/add", {"part": "good", "words": "I go for a walk"}, "I go for a walk"),
        ("/my/held/corrections", {"wrong": "My name.", "should": "Another."}, "Another."),
    ],
)
def test_two_people_can_use_the_same_form_id_without_sharing_a_row(
    enter: SimpleNamespace, page: str, fields: dict[str, str], proof: str
) -> None:
    shown_at = {"/my/plan/add": "/my/plan", "/my/held/corrections": "/my/held"}.get(page, page)
    once = str(uuid4())
    browsers: list[Visitor] = [enter.sam, enter.idris]
    for browser in browsers:
        assert browser.post(page, {**fields, "once": once}, of=shown_at).status == 200
        assert proof in browser.get(shown_at)


def test_if_two_participants_send_concerns_with_the_same_form_id_both_concerns_are_recorded(
    enter: SimpleNamespace, store: Store
) -> None:
    once, told = str(uuid4()), []
    for browser in (enter.sam, enter.idris):
        browser.post("/my/tell", {"words": "I am worried.", "once": once})
        told.append(counts(store)["concerns"])
    assert told == [1, 2]
