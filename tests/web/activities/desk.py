"""Helpers that open, change and check an activity's authoring pages."""

import html
import re
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from companion.domain.activities import editing
from companion.domain.activities.activity import Activity
from companion.domain.activities.editing import About
from companion.services.authoring import drafts
from companion.services.authoring.drafts import Edit, Seen
from companion.store.activities.library import Version
from tests.cast import Cast
from tests.visitor import Page, Visitor
from tests.web.forms import Fields, Forms, filled

ABOUT = About("A walk", None, 10, "This looks at one walk. It helps you plan the next one.")
CHANGED = "page was changed in another window or on another device"
ANY = {"ask": ["What was it like?"]}


class Desk:
    """An unfinished activity, and the browser in which its author is writing it."""

    def __init__(self, cast: Cast, browser: Visitor, activity_id: UUID) -> None:
        self.cast, self.browser, self.id = cast, browser, activity_id
        self.path = f"/activities/{activity_id}"

    @property
    def version(self) -> Version:
        with self.cast.store.reading() as tx:
            return drafts.newest(tx, self.cast.priya.viewer, self.id)

    @property
    def activity(self) -> Activity:
        return self.version.activity

    @property
    def ids(self) -> list[str]:
        return [prompt.id for prompt in self.activity.prompts]

    def page(self, of: str = "") -> Page:
        return self.browser.get(f"{self.path}{of}")

    def form(self, of: str = "", action: str = "") -> Fields:
        """Return the fields of the form with this action on this page."""
        return Forms(self.page(of)).of(f"{self.path}{action or of.partition('?')[0]}")

    def sends(self, action: str, form: Mapping[str, Sequence[str]]) -> Page:
        """Send a form and return the page that the response leads to."""
        reply = self.browser.client.post(f"{self.path}{action}", data=form)
        if reply.status_code == 303:
            return self.browser.get(reply.location.partition("#")[0])
        return Page(reply.status_code, f"{self.path}{action}", reply.text, dict(reply.headers))

    def adds(self, kind: str = "short_text", **typed: Sequence[str]) -> Page:
        form = self.form(f"/questions?kind={kind}")
        return self.sends("/questions", filled(form, typed or ANY))

    def edits(self, edit: Edit) -> None:
        """Change the activity outside this browser, as if another author had changed it."""
        version = self.version
        at = Seen(version.number, version.revision)
        drafts.change(self.cast.priya.actor, self.id, at, edit)

    def holds(self, activity: Activity) -> None:
        """Store this version of the activity, even if it has errors."""
        self.edits(lambda before: msgspec.structs.replace(activity, id=before.id))

    def checked(self) -> Version:
        self.sends("/check", self.form(action="/check"))
        return self.version


def opens_everything(desk: Desk) -> None:
    """Check that the activity's pages open, and that their #links lead somewhere."""
    for of in ("", "/about", "/preview", "/questions?kind=list&after=", f"/versions/{desk.version.id}"):
        page = desk.page(of) if "versions" not in of else desk.browser.get(f"/activities{of}")
        assert page.status == 200, of
        if of == "" and len(set(desk.ids)) == len(desk.ids):
            problems_are_linked(page)
    for prompt_id in desk.ids:
        assert desk.page(f"/questions/{prompt_id}").status == 200
        assert desk.page(f"/preview?start={prompt_id}").status == 200
    assert desk.browser.client.get(f"/activities/versions/{desk.version.id}/file").status_code == 200


def tries(desk: Desk, form: Mapping[str, Sequence[str]], **more: str) -> Page:
    """Send the preview's form and return the page that the response leads to."""
    return desk.sends("/preview", {**form, **{name: [text] for name, text in more.items()}})


def words(page: Page) -> str:
    """Return the text that people can read on a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def retold(ask: str, prompt_id: str = "question-1") -> Edit:
    """Return another author's edit that rewords a question."""

    def edit(before: Activity) -> Activity:
        prompt = before.prompt(prompt_id)
        assert prompt
        return editing.changed(before, msgspec.structs.replace(prompt, ask=ask))

    return edit


def problems_are_linked(page: Page) -> None:
    """Check that links within the page have targets. Check that HTML ids are unique."""
    found = Forms(page)
    assert set(found.anchors) <= set(found.ids) | {"main"}
    assert len(found.ids) == len(set(found.ids)), sorted(
        each for each in found.ids if found.ids.count(each) > 1
    )


def keeps(page: Page, action: str, typed: Mapping[str, Sequence[str]]) -> None:
    """Check that the form still shows the typed text, without NUL characters."""
    form = Forms(page).of(action)
    for name, texts in typed.items():
        shown = [text.replace("\x00", "") for text in texts if any(texts)]
        assert form.get(name, [])[: len(shown)] == shown, name


def at(desk: Desk) -> Fields:
    """Return the form fields that identify a version of the activity."""
    version = desk.version
    return {
        "csrf_token": [desk.browser.token(desk.path)],
        "number": [str(version.number)],
        "revision": [str(version.revision)],
    }
