"""Test approving, retiring, downloading and adapting versions of an activity."""

from types import SimpleNamespace

from companion.domain.activities import editing
from companion.domain.activities.activity import read
from companion.store.activities.library import VersionState
from companion.store.base import Store
from tests.cast import Cast
from tests.services.authoring.test_tailored import adapts
from tests.stored import stored
from tests.visitor import Page
from tests.web.activities.desk import CHANGED, Desk, at, opens_everything, retold, words
from tests.web.forms import Forms, filled


def test_a_lead_can_approve_only_the_text_that_they_have_read(walk: Desk, enter: SimpleNamespace) -> None:
    lead = Desk(walk.cast, enter.margaret, walk.id)
    walk.checked()
    version = walk.version
    approval = f"/activities/versions/{version.id}/approval"
    read_then = Forms(lead.page()).of(approval)
    assert walk.browser.client.post(approval, data=read_then).status_code in (400, 404)
    walk.edits(retold("Did you go anywhere at all?"))
    walk.checked()
    reply = lead.browser.client.post(approval, data=read_then)
    assert reply.status_code == 409 and walk.version.state is VersionState.CHECKED
    page = Page(409, approval, reply.text, {})
    assert CHANGED in page and "Did you go anywhere at all?" in page
    for _ in range(2):
        assert lead.browser.client.post(approval, data=Forms(page).of(approval)).status_code == 303
    assert walk.version.state is VersionState.APPROVED
    assert "It's approved. To set it" in walk.page() and "become version 2" in walk.page()
    walk.edits(retold("Did you go out?"))
    assert (walk.version.number, walk.version.state) == (2, VersionState.DRAFT)
    library = words(walk.browser.get("/activities/"))
    assert "version 1 can be set" in library
    old = walk.browser.get(f"/activities/versions/{version.id}")
    assert "Did you go anywhere at all?" in old and "Version 1" in old


def test_a_draft_with_errors_is_not_sent_for_approval(walk: Desk) -> None:
    form = walk.form(action="/check")
    walk.edits(lambda before: editing.without(before, "question-3"))
    assert walk.sends("/check", form).status == 409
    assert walk.sends("/check", at(walk)).status == 409
    assert walk.version.state is VersionState.DRAFT


def test_an_activity_can_be_retired_and_brought_back(walk: Desk, enter: SimpleNamespace) -> None:
    lead = Desk(walk.cast, enter.margaret, walk.id)
    assert "Retire it" not in walk.page()
    page = lead.sends("/retirement", lead.form(action="/retirement"))
    assert "It's retired, so it can't be set any more." in page
    assert "One is retired" in walk.browser.get("/activities/")
    page = lead.sends("/return", lead.form(action="/return"))
    assert "Retire it" in page and "It's retired" not in page


def test_a_version_can_be_downloaded_as_a_file(walk: Desk) -> None:
    reply = walk.browser.client.get(f"/activities/versions/{walk.version.id}/file")
    assert read(reply.data) == walk.activity
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{walk.activity.id}.toml"'
    assert reply.mimetype == "application/toml"


def test_an_adapted_activity_is_visible_only_to_its_practitioner(
    cast: Cast, enter: SimpleNamespace, store: Store
) -> None:
    others = (enter.daniel, enter.margaret, enter.sam)
    version = adapts(cast)
    desk = Desk(cast, enter.priya, version.activity_id)
    opens_everything(desk)
    assert "made only for Sam" in desk.page() and "Set it for Sam" in desk.page()
    assert "Ask for approval" not in desk.page()
    before = stored(store, "audit_entries", "last_seen_at")
    prompt_id, token = desk.ids[0], at(desk)
    for nobody in others:
        for of in ("", "/about", "/preview", "/questions", f"/questions/{prompt_id}"):
            assert nobody.get(f"{desk.path}{of}").status == 404, of
        for of in ("", "/file"):
            assert nobody.get(f"/activities/versions/{version.id}{of}").status == 404, of
        form = {**token, "csrf_token": [nobody.token("/account" if nobody is not enter.sam else "/my/")]}
        for of in ("/about", "/check", "/preview", "/questions", "/acceptances", "/retirement", "/return",
                   *(f"/questions/{prompt_id}{end}" for end in ("", "/place", "/copy", "/removal"))):  # fmt: skip
            assert nobody.client.post(f"{desk.path}{of}", data=form).status_code == 404, of
    assert stored(store, "audit_entries", "last_seen_at") == before


def test_the_page_for_setting_work_shows_the_questions_that_the_practitioner_typed_earlier(
    cast: Cast, enter: SimpleNamespace
) -> None:
    place = f"/participants/{cast.sam.enrolment_id}/work"
    for number in range(5):
        form = Forms(enter.priya.get(f"{place}/questions")).of(f"{place}/questions")
        typed = {"questions": [f"How was walk {number}?"], "why": ["To look back."]}
        assert enter.priya.client.post(f"{place}/questions", data=filled(form, typed)).status_code == 303
    page = enter.priya.get(f"{place}/new")
    assert all(f"How was walk {number}?" in page for number in range(5))
    assert "2 made earlier" in page
