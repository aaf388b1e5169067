"""Test that a lead can return an activity with a remark for the author."""

from types import SimpleNamespace

from companion.store.activities.library import VersionState
from tests.fixtures import Clock
from tests.visitor import Page
from tests.web.activities.desk import CHANGED, Desk, retold, words
from tests.web.forms import Forms


def returns(lead: Desk, remark: str, form: dict[str, list[str]] | None = None) -> Page:
    action = f"/activities/versions/{lead.version.id}/returns"
    form = form or Forms(lead.page()).of(action)
    reply = lead.browser.client.post(action, data={**form, "remark": [remark]})
    if reply.status_code == 303:
        return lead.browser.get(reply.location)
    return Page(reply.status_code, lead.path, reply.text, dict(reply.headers))


def test_the_author_of_a_returned_activity_reads_the_remark(
    walk: Desk, enter: SimpleNamespace, clock: Clock
) -> None:
    lead = Desk(walk.cast, enter.margaret, walk.id)
    walk.checked()
    assert "Priya wrote this." in words(lead.page())
    assert "Activity sent back." in returns(lead, "Too long.\n\nPart the first question.")
    assert walk.version.state is VersionState.DRAFT
    assert "sent back with a remark" in walk.browser.get("/activities/")
    assert "One of your activities was sent back with a remark" in walk.browser.get("/caseload")
    page = words(walk.page())
    assert "Sent back with a remark" in page and "Part the first question." in page
    assert "Change what the remark asks for" in page and "Nothing to correct." not in page
    theirs = words(lead.page())
    assert "Priya can change this and ask for approval again." in theirs and "Ask for approval" not in theirs
    walk.edits(retold("Did you go out?"))
    walk.checked()
    assert "sent back with a remark" not in walk.browser.get("/activities/")
    assert "was sent back with a remark" not in walk.browser.get("/caseload")
    assert "It was sent back once" in words(lead.page())
    clock.forward(minutes=5)
    returns(lead, "And the second.")
    page = words(walk.page())
    assert page.index("And the second.") < page.index("Earlier remarks") < page.index("Too long.")


def test_returning_an_activity_needs_a_remark(walk: Desk, enter: SimpleNamespace) -> None:
    lead = Desk(walk.cast, enter.margaret, walk.id)
    walk.checked()
    page = returns(lead, " ")
    assert page.status == 422 and 'href="#remark"' in page.text and "<details open>" in page.text
    page = returns(lead, "x" * 2001)
    assert page.status == 422 and "x" * 2001 in page.text
    assert walk.version.state is VersionState.CHECKED


def test_a_leads_remark_is_kept_if_the_activity_has_changed(walk: Desk, enter: SimpleNamespace) -> None:
    lead = Desk(walk.cast, enter.margaret, walk.id)
    walk.checked()
    form = Forms(lead.page()).of(f"/activities/versions/{walk.version.id}/returns")
    walk.edits(retold("Did you go anywhere?"))
    page = returns(lead, "Part the first question.", form)
    assert page.status == 409 and CHANGED in page
    assert "Your remark wasn't saved" in page and "Part the first question." in page
    walk.checked()
    page = returns(lead, "Part the first question.", form)
    assert page.status == 409 and "Did you go anywhere?" in page
    kept = Forms(page).of(f"/activities/versions/{walk.version.id}/returns")
    assert kept["remark"] == ["Part the first question."]
    assert "Activity sent back." in returns(lead, kept["remark"][0], kept)


def test_only_a_lead_can_send_an_activity_back_to_its_author(walk: Desk, enter: SimpleNamespace) -> None:
    version = walk.checked()
    form = {
        **walk.form(action="/questions/question-1/copy"),
        "remark": ["No."],
        "revision": [str(version.revision)],
    }
    reply = walk.browser.client.post(f"/activities/versions/{version.id}/returns", data=form)
    assert reply.status_code == 404 and walk.version.state is VersionState.CHECKED
    assert "Send it back with a remark" not in walk.page()


def test_the_lead_sees_changes_since_the_last_approved_version(walk: Desk, enter: SimpleNamespace) -> None:
    lead = Desk(walk.cast, enter.margaret, walk.id)
    version = walk.checked()
    assert "Changed since version" not in lead.page()
    approval = f"/activities/versions/{version.id}/approval"
    lead.browser.client.post(approval, data=Forms(lead.page()).of(approval))
    assert "Changed since version" not in lead.page()
    walk.edits(retold("Did you go far?"))
    walk.checked()
    page = lead.page()
    assert "Changed since version 1" in page and "by Margaret" in words(page)
    assert "<del> go?</del>" in page.text and "<ins> go far?</ins>" in page.text
    assert "Changes since it was approved" in walk.page()
