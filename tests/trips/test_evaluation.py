"""Test saving, checking and submitting an evaluation, with and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from companion.config import Settings
from companion.domain.enrolments.pathway import StepForm
from companion.services.act import Actor
from companion.services.caseloads import pathway_steps
from companion.store import people
from companion.store.enrolments.enrolments import Enrolment
from companion.store.operations.open_databases import open_store
from tests.trips.browsers import BOTH_WAYS, Way
from tests.trips.portal import Portal
from tests.trips.reading import is_readable
from tests.trips.sam_and_others import Participant
from tests.trips.staff import Staff


@pytest.fixture
def idris(enter: Callable[..., Participant], portal: Portal) -> Participant:
    """Return Idris, who has completed the programme."""
    completes(portal, "Idris")
    return enter(Participant, "Idris")


def completes(portal: Portal, name: str) -> None:
    """As the practitioner, record that this participant has completed the programme."""
    store = open_store(
        Settings.from_environment({"COMPANION_MODE": "demo", "COMPANION_HOME": str(portal.home)})
    )
    now = portal.now
    with store.reading() as tx:
        for row in tx.scalars(select(Enrolment)):
            if people.name(tx, people.account(tx, row.participant_id)) == name:
                staff = people.viewer(tx, people.account(tx, row.practitioner_id))
                moves = (row.id, StepForm(row.state, "completed", f"{now:%Y-%m-%d}", ""))
    pathway_steps.move_on(Actor(store, staff, now), *moves)
    store.close()


@pytest.mark.parametrize("way", BOTH_WAYS, ids=str)
def test_leads_can_read_a_participants_evaluation(idris: Participant, margaret: Staff, way: Way) -> None:
    idris.opens("/my/")
    idris.presses("See the questions")
    idris.reads("Only the service's leads will see your answers.", "Daniel will never see your answers.")
    if way.javascript:
        is_readable(idris.page)
    idris.presses("Check my answers")
    idris.reads("Please answer at least one question")
    idris.page.get_by_label("4", exact=True).first.check(force=True)
    idris.page.get_by_label("What could the programme do better?").fill("A longer break at noon.")
    if way.javascript:
        expect(idris.page.locator(".save-state")).to_contain_text("Nobody has seen your answers.")
        idris.opens("/my/evaluation")
    else:
        idris.presses("Save for later")
        idris.is_at("/my/")
        idris.presses("See the questions")
    expect(idris.page.get_by_label("What could the programme do better?")).to_have_value(
        "A longer break at noon."
    )
    idris.presses("Check my answers")
    idris.is_at("/my/evaluation/check")
    idris.reads("4 of 5", "A longer break at noon.")
    if way.javascript:
        is_readable(idris.page)
    idris.presses("Send my answers")
    idris.reads("Thank you for your answers")
    idris.opens("/my/")
    idris.reads_nothing_of("How was the programme for you?", "A longer break")
    margaret.opens("/lead/evaluation")
    margaret.reads("5 people have answered.")
    margaret.reads_nothing_of("A longer break at noon.")


def leaves_to_tell(idris: Participant) -> None:
    idris.page.get_by_role("button", name="tell us here").first.click()


def test_an_evaluation_keeps_its_text_while_the_participant_reports_a_concern(idris: Participant) -> None:
    idris.opens("/my/evaluation")
    idris.page.get_by_label("What could the programme do better?").fill("A longer break")
    leaves_to_tell(idris)
    idris.is_at("/my/tell")
    idris.opens("/my/evaluation")
    expect(idris.page.get_by_label("What could the programme do better?")).to_have_value("A longer break")
