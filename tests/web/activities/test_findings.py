"""Test that the activity checker's findings are shown beside the questions. Test that faulty drafts can be
opened.
"""

from contextlib import suppress
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from companion.domain.activities.activity import Activity, BadActivity, read
from companion.store.activities.library import VersionState
from tests.domain.any_activity import activities as any_activity
from tests.domain.planted import PLANTED
from tests.pages import KEPT_IN
from tests.web.activities.desk import Desk, at, keeps, opens_everything, problems_are_linked
from tests.web.forms import filled

LONG = "What did you see " + "and hear " * 9 + "on the way?"


@pytest.fixture(autouse=True)
def keep_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Don't let the HTML checker check pages that show a faulty draft."""
    monkeypatch.delenv(KEPT_IN, raising=False)


def test_deleting_a_branchs_target_is_reported_and_can_be_corrected(walk: Desk) -> None:
    page = walk.sends("/questions/question-3/removal", walk.form(action="/questions/question-3/removal"))
    assert "One thing has to be corrected" in page and "A branch leads to a deleted question" in page
    card = page.text.partition('id="question-question-1"')[2].partition('<li class="card"')[0]
    assert "which doesn&#39;t exist" in card
    problems_are_linked(page)
    page = walk.page("/questions/question-1")
    assert "an earlier or deleted question" in page and "which doesn't exist" in page
    form = walk.form("/questions/question-1")
    assert form["options-to"][0] == "question-3"
    page = walk.sends("/questions/question-1", form)
    assert page.status == 422 and 'href="#options-to-1"' in page.text
    problems_are_linked(page)
    walk.sends("/questions/question-1", filled(form, {"options-to": ["end"]}))
    assert "has to be corrected" not in walk.page()


def test_a_lead_can_read_the_reason_for_accepting_a_warning(walk: Desk, enter: SimpleNamespace) -> None:
    page = walk.adds(ask=[LONG])
    assert "Look at one thing again" in page and "A sentence has" in page
    assert walk.sends("/check", {**walk.form(action="/questions"), **at(walk)}).status == 409
    action = "/acceptances"
    for reason, sentence in (
        ("", "You haven't written anything yet."),
        ("x" * 301, "one too many"),
        (" ", "written anything"),
    ):
        page = walk.sends(action, filled(walk.form(action=action), {"reason": [reason]}))
        assert page.status == 422 and sentence in page
        problems_are_linked(page)
        keeps(page, walk.path + action, {"reason": [reason]})
    page = walk.sends(action, filled(walk.form(action=action), {"reason": ["It is a quotation."]}))
    assert "It is a quotation." in page and "Nothing to correct." in page
    assert walk.checked().state is VersionState.CHECKED
    assert "It is a quotation." in enter.margaret.get(walk.path)


def test_only_warnings_that_the_checker_gave_can_be_accepted(walk: Desk) -> None:
    for prompt, warning in (("question-1", "long_sentence"), ("gone", "x"), ("", "branch_nowhere")):
        form = {**at(walk), "prompt": [prompt], "warning": [warning], "reason": ["Because."]}
        assert walk.sends("/acceptances", form).status == 409
    assert not walk.activity.accepted


def faulty() -> list[Activity]:
    """Return an activity for each kind of fault that an imported file can contain."""
    found = []
    for planted in PLANTED:
        with suppress(BadActivity):
            found.append(read(planted.data))
    return found


def test_a_draft_with_any_known_fault_can_be_opened(desk: Desk) -> None:
    drafts = faulty()
    assert len(drafts) > 20
    for draft in drafts:
        desk.holds(draft)
        opens_everything(desk)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(activity=any_activity())
def test_any_randomly_generated_draft_can_be_opened(desk: Desk, activity: Activity) -> None:
    desk.holds(activity)
    opens_everything(desk)
