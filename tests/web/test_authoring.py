"""Writing activities in a browser without JavaScript: nothing typed is lost, nothing is saved that was not meant."""

import html
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from companion.domain import authoring, prompt_form
from companion.domain.activity import Activity, BadActivity, read
from companion.domain.answers import Prompt, kinds
from companion.domain.answers.one_choice import OneChoice, Option
from companion.domain.answers.short_text import ShortText
from companion.domain.authoring import About
from companion.services import authoring as writing
from companion.services.authoring import Edit, Seen
from companion.store import activities
from companion.store.activities import State, Version
from companion.store.base import Store
from tests.cast import Cast
from tests.conftest import Clock
from tests.domain.any_activity import activities as any_activity
from tests.domain.planted import PLANTED
from tests.security.test_gates import stored
from tests.services.test_authoring import adapts
from tests.trips.kinds import HOSTILE, SAMPLES, every_kind
from tests.visitor import Page, Visitor
from tests.web.forms import Fields, Forms, filled

ABOUT = About("A walk", None, 10, "This looks at one walk. It helps you plan the next one.")
LONG = "What did you see " + "and hear " * 9 + "on the way?"
CHANGED = "This was changed in another window or on another device"
ANY = {"ask": ["What was it like?"]}
CHOSEN = ("shape", "situation", "recall", "for_each")
"""What is chosen or ticked rather than typed."""
MEDDLED = (
    *("", "x", "[]", "null", "{", "[" * 100_000, '{"question-1": 1}', '{"question-1": ["answered", {}]}'),
    *(
        '{"question-1": ["king", {"answer": ["yes"]}]}',
        '{"question-1": ["answered", {"answer": ["\\u0000"]}]}',
    ),
    *('{"gone": ["talk", {}], "question-2": ["talk", {}]}', '{"question-1": ["answered", {"answer": [1]}]}'),
    *('{"question-1": ["answered", {"answer": ["\\ud800"]}]}', '{"question-1.0123456789": ["talk", {}]}'),
    '{"question-1": ["answered", {"answer": ["' + "x" * 100_000 + '"]}]}',
)


class Desk:
    """An activity that is being written, seen through somebody's browser."""

    def __init__(self, cast: Cast, browser: Visitor, activity_id: UUID) -> None:
        self.cast, self.browser, self.id = cast, browser, activity_id
        self.path = f"/activities/{activity_id}"

    @property
    def version(self) -> Version:
        with self.cast.store.reading() as tx:
            return writing.newest(tx, self.cast.priya.viewer, self.id)

    @property
    def activity(self) -> Activity:
        return self.version.activity

    @property
    def ids(self) -> list[str]:
        return [prompt.id for prompt in self.activity.prompts]

    def page(self, of: str = "") -> Page:
        return self.browser.get(f"{self.path}{of}")

    def form(self, of: str = "", action: str = "") -> Fields:
        """The form of one of its pages that is sent there."""
        return Forms(self.page(of)).of(f"{self.path}{action or of.partition('?')[0]}")

    def sends(self, action: str, form: Mapping[str, Sequence[str]]) -> Page:
        """Send a form; the page that comes of it."""
        reply = self.browser.client.post(f"{self.path}{action}", data=form)
        if reply.status_code == 303:
            return self.browser.get(reply.location.partition("#")[0])
        return Page(reply.status_code, f"{self.path}{action}", reply.text, dict(reply.headers))

    def adds(self, kind: str = "short_text", **typed: Sequence[str]) -> Page:
        form = self.form(f"/questions?kind={kind}")
        return self.sends("/questions", filled(form, typed or ANY))

    def edits(self, edit: Edit) -> None:
        """Somebody else changes it."""
        version = self.version
        at = Seen(version.number, version.revision)
        writing.change(self.cast.store, self.cast.priya.viewer, self.id, at, edit, self.cast.now)

    def holds(self, activity: Activity) -> None:
        """It says this now, however faulty it is."""
        self.edits(lambda before: msgspec.structs.replace(activity, id=before.id))

    def checked(self) -> Version:
        self.sends("/check", self.form(action="/check"))
        return self.version


@pytest.fixture
def desk(cast: Cast, enter: SimpleNamespace) -> Desk:
    """Priya writes an activity without questions."""
    activity_id = uuid4()
    writing.begin(cast.store, cast.priya.viewer, activity_id, ABOUT, cast.now)
    return Desk(cast, enter.priya, activity_id)


@pytest.fixture
def walk(desk: Desk) -> Desk:
    """The same with three questions: the first branches to the last."""
    desk.adds("one_choice", ask=["Did you go?"], **{"options-label": ["Yes", "Not today"]})
    for ask in ("What was in the way?", "What did you see?"):
        desk.adds(ask=[ask])
    form = desk.form("/questions/question-1")
    desk.sends(
        "/questions/question-1", filled(form, {"when": ["question-1|one_of|yes"], "to": ["question-3"]})
    )
    assert desk.activity.prompts[0].branches
    return desk


def words(page: Page) -> str:
    """What can be read on a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def retold(ask: str, prompt_id: str = "question-1") -> Edit:
    """An edit of somebody else."""

    def edit(before: Activity) -> Activity:
        prompt = before.prompt(prompt_id)
        assert prompt
        return authoring.changed(before, msgspec.structs.replace(prompt, ask=ask))

    return edit


def problems_are_linked(page: Page) -> None:
    """Every link within the page leads somewhere, and nothing has the id of another."""
    found = Forms(page)
    assert set(found.anchors) <= set(found.ids) | {"main"}
    assert len(found.ids) == len(set(found.ids)), sorted(
        each for each in found.ids if found.ids.count(each) > 1
    )


def keeps(page: Page, action: str, typed: Mapping[str, Sequence[str]]) -> None:
    """What was typed stands in the form again, row for row; what cannot be shown is taken out."""
    form = Forms(page).of(action)
    for name, texts in typed.items():
        shown = [text.replace("\x00", "") for text in texts if any(texts)]
        assert form.get(name, [])[: len(shown)] == shown, name


def test_a_question_of_every_kind_is_saved_and_filled_in_again(desk: Desk) -> None:
    for number, (kind, sample) in enumerate(samples(), 1):
        typed = {**prompt_form.form_of(sample), "help": ["Take your time.\nThere is no wrong answer."]}
        page = desk.adds(kind, **typed)
        assert page.path == desk.path and "The question is saved." in page, kind
        prompt = desk.activity.prompts[-1]
        assert prompt == msgspec.structs.replace(sample, id=f"question-{number}", help=typed["help"][0])
        assert SAMPLES[kind].ask in words(page)
        problems_are_linked(page)

        of = f"/questions/{prompt.id}"
        keeps(desk.page(of), f"{desk.path}{of}", typed)
        problems_are_linked(desk.page(of))
        revision = desk.version.revision
        desk.sends(of, desk.form(of))
        assert (desk.version.revision, desk.activity.prompts[-1]) == (revision, prompt), kind


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(desk: Desk) -> None:
    action = f"{desk.path}/questions"
    before = stored(desk.cast.store, "audit_entries", "last_seen_at")
    for kind, sample in samples():
        for bad in ("", "x" * 20_001, f"{HOSTILE}\x00"):
            typed = {
                name: texts if name in CHOSEN else [bad] * len(texts)
                for name, texts in prompt_form.form_of(sample).items()
                if not name.endswith("-id")
            }
            page = desk.adds(kind, **typed)
            assert page.status == 422, kind
            problems_are_linked(page)
            keeps(page, action, typed)
            assert "<b>I&" not in page.text and 'aria-invalid="true"' in page.text
    assert stored(desk.cast.store, "audit_entries", "last_seen_at") == before


def samples() -> list[tuple[str, Prompt]]:
    """A question of every kind."""
    return list(zip(SAMPLES, every_kind().prompts, strict=True))


def test_nothing_is_saved_by_choosing_another_kind(walk: Desk) -> None:
    before = walk.version
    form = filled(
        walk.form("/questions/question-1"), {"ask": ["Did you walk?"], "new_kind": ["several_choices"]}
    )
    page = walk.sends("/questions/question-1", {**form, "use": ["kind"]})
    assert page.status == 200 and walk.version == before
    keeps(page, f"{walk.path}/questions/question-1", {
        "ask": ["Did you walk?"], "kind": ["several_choices"], "options-label": ["Yes", "Not today"],
        "when": ["question-1|one_of|yes"], "to": ["question-3"],
    })  # fmt: skip
    walk.sends("/questions/question-1", Forms(page).of(f"{walk.path}/questions/question-1"))
    (first, *_) = walk.activity.prompts
    assert (type(first), first.ask) == (kinds()["several_choices"], "Did you walk?")
    assert first.branches == before.activity.prompts[0].branches

    page = walk.sends("/questions", {**walk.form("/questions"), "new_kind": ["triangle"], "use": ["kind"]})
    assert Forms(page).of(f"{walk.path}/questions")["situation"] == ["yes"]
    page = walk.sends("/questions", {**walk.form("/questions"), "new_kind": ["a king"], "use": ["kind"]})
    assert page.status == 200 and Forms(page).of(f"{walk.path}/questions")["kind"] == ["short_text"]


def test_a_box_that_is_unticked_stays_unticked(desk: Desk) -> None:
    form = desk.form("/questions?kind=triangle")
    assert form.pop("situation") == ["yes"]
    page = desk.sends("/questions", form)  # without a question
    assert page.status == 422
    form = Forms(page).of(f"{desk.path}/questions")
    assert "situation" not in form
    desk.sends("/questions", filled(form, ANY))
    assert not getattr(desk.activity.prompts[0], "situation", True)
    assert "situation" not in desk.form("/questions/question-1")


@pytest.mark.parametrize("right", [True, False])
def test_two_authors_of_one_question(walk: Desk, right: bool) -> None:
    """The second is told, sees both texts, and decides; also where something of his own is wrong besides."""
    ask = "Did you walk far?" if right else "Did you walk\x00far?"
    typed = {
        "ask": [ask],
        "options-label": ["Far", "", "Not far", "Home"],
        "when": ["", "question-1|way|talk"],
        "to": ["", "end"],
    }
    mine = filled(walk.form("/questions/question-1"), typed)
    walk.edits(retold("Did you go anywhere?"))
    page = walk.sends("/questions/question-1", mine)
    assert page.status == (409 if right else 422)
    assert CHANGED in page and "Did you go anywhere?" in page and "It now says" in page
    assert "to question 3" in words(page).partition("What you typed is below")[0]  # its branches, too
    keeps(page, f"{walk.path}/questions/question-1", typed)
    problems_are_linked(page)
    assert walk.activity.prompts[0].ask == "Did you go anywhere?"
    if right:
        walk.sends("/questions/question-1", Forms(page).of(f"{walk.path}/questions/question-1"))
        assert walk.activity.prompts[0].ask == "Did you walk far?"
        assert [each.label for each in walk.activity.prompts[0].options] == ["Far", "Not far", "Home"]  # type: ignore[attr-defined]


def test_a_new_question_while_another_author_writes(walk: Desk) -> None:
    """Also where the question that it was to follow is deleted meanwhile."""
    form = filled(
        walk.form("/questions?kind=one_choice&after=question-2"), {**ANY, "options-label": ["A", "B"]}
    )
    walk.edits(lambda before: authoring.without(before, "question-2"))
    page = walk.sends("/questions", form)
    assert page.status == 409 and CHANGED in page
    keeps(page, f"{walk.path}/questions", {**ANY, "options-label": ["A", "B"]})
    walk.sends("/questions", Forms(page).of(f"{walk.path}/questions"))
    assert [prompt.ask for prompt in walk.activity.prompts] == [
        "Did you go?",
        "What did you see?",
        *ANY["ask"],
    ]


def test_a_question_that_another_author_deletes_is_not_lost(walk: Desk) -> None:
    form = filled(walk.form("/questions/question-2"), {"ask": ["What kept you?"]})
    walk.edits(lambda before: authoring.without(before, "question-2"))
    page = walk.sends("/questions/question-2", form)
    assert page.status == 409 and CHANGED in page
    keeps(page, f"{walk.path}/questions", {"ask": ["What kept you?"]})
    walk.sends("/questions", Forms(page).of(f"{walk.path}/questions"))
    assert "What kept you?" in [prompt.ask for prompt in walk.activity.prompts]
    assert walk.page("/questions/question-2").status == 404


def test_two_authors_of_the_introduction(walk: Desk) -> None:
    form = filled(walk.form("/about"), {"title": ["My walk"], "introduction": ["Mine."], "minutes": ["soon"]})
    walk.edits(lambda before: msgspec.structs.replace(before, introduction="Theirs."))
    page = walk.sends("/about", form)
    assert (page.status, "Theirs." in page, CHANGED in page) == (422, True, True)
    form = filled(Forms(page).of(f"{walk.path}/about"), {"minutes": ["5"]})
    walk.edits(lambda before: msgspec.structs.replace(before, introduction="Theirs again."))
    page = walk.sends("/about", form)
    assert (page.status, "Theirs again." in page) == (409, True)
    keeps(page, f"{walk.path}/about", {"title": ["My walk"], "introduction": ["Mine."], "minutes": ["5"]})
    walk.sends("/about", Forms(page).of(f"{walk.path}/about"))
    assert (walk.activity.title, walk.activity.introduction) == ("My walk", "Mine.")


def test_moving_copying_and_deleting(walk: Desk) -> None:
    forms = Forms(walk.page()).forms
    assert not [where for where, fields in forms if where.endswith("question-1/place") and fields.get("to")]

    def does(prompt_id: str, what: str, **more: str) -> Page:
        form = walk.form(action=f"/questions/{prompt_id}/{what}")
        return walk.sends(f"/questions/{prompt_id}/{what}", {**form, **{k: [v] for k, v in more.items()}})

    does("question-2", "place", to="up")
    assert walk.ids == ["question-2", "question-1", "question-3"]
    revision = walk.version.revision
    for prompt_id, to in (("question-2", "up"), ("question-3", "down")):
        does(prompt_id, "place", to=to)
    assert walk.version.revision == revision
    does("question-3", "copy")
    does("question-2", "removal")
    assert walk.ids == ["question-1", "question-3", "question-3-2"]
    for prompt_id in list(walk.ids):
        assert does(prompt_id, "removal").status == 200
    assert "There is no question yet." in walk.page() and walk.page("/preview").status == 200


def test_a_button_of_an_old_page_changes_nothing_unseen(walk: Desk) -> None:
    old = walk.form(action="/questions/question-2/copy")
    walk.edits(retold("What held you?", "question-2"))
    for what in ("place", "copy", "removal"):
        page = walk.sends(f"/questions/question-2/{what}", old)
        assert page.status == 409 and CHANGED in page and "What held you?" in page
        problems_are_linked(page)
    walk.edits(lambda before: authoring.without(before, "question-2"))
    for what, status in (("place", 409), ("copy", 409), ("removal", 200)):  # it is gone, as was asked for
        assert walk.sends(f"/questions/question-2/{what}", old).status == status
    assert walk.ids == ["question-1", "question-3"]


def test_a_button_that_is_pressed_twice(walk: Desk) -> None:
    form = filled(walk.form("/questions?kind=yes_no&after=question-1"), ANY)
    assert walk.sends("/questions", form).status == walk.sends("/questions", form).status == 200
    assert [prompt.ask for prompt in walk.activity.prompts].count(ANY["ask"][0]) == 1
    begun = Forms(walk.browser.get("/activities/new")).of("/activities/new")
    form = filled(begun, {"title": ["Twice"], "introduction": ["Once."]})
    where = {walk.browser.client.post("/activities/new", data=form).location for _ in range(2)}
    assert len(where) == 1
    delete = walk.form(action="/questions/question-2/removal")
    assert walk.sends("/questions/question-2/removal", delete).status == 200
    assert walk.sends("/questions/question-2/removal", delete).status == 200


def test_deleting_what_a_branch_leads_to_is_said_in_place_and_can_be_mended(walk: Desk) -> None:
    page = walk.sends("/questions/question-3/removal", walk.form(action="/questions/question-3/removal"))
    assert "One thing has to be mended" in page and "A branch leads to a deleted question" in page
    card = page.text.partition('id="question-question-1"')[2].partition('<li class="card"')[0]
    assert "which does not exist" in card
    problems_are_linked(page)
    page = walk.page("/questions/question-1")
    assert "an earlier or deleted question" in page and "which does not exist" in page
    form = walk.form("/questions/question-1")
    assert form["to"][0] == "question-3"
    page = walk.sends("/questions/question-1", form)
    assert page.status == 422 and 'href="#to-1"' in page.text
    problems_are_linked(page)
    walk.sends("/questions/question-1", filled(form, {"to": ["end"]}))
    assert "has to be mended" not in walk.page()


def test_what_an_earlier_question_is_asked_for_stays_to_be_seen(walk: Desk) -> None:
    """A recall and a list that come later by now, and a condition about a question that is gone."""
    walk.holds(every_kind())
    walk.edits(lambda before: authoring.changed(before, msgspec.structs.replace(
        before.prompts[2], recall="list", for_each="list",
        branches=prompt_form.typed_prompt(
            "letter", {"ask": ["x"], "when": ["gone|one_of|yes", "date|way|talk"], "to": ["end", "end"]},
            before, None).branches,
    )))  # fmt: skip
    form = walk.form("/questions/letter")
    assert (form["recall"], form["for_each"]) == (["list"], ["list"])
    assert form["when"][:2] == ["gone|one_of|yes", "date|way|talk"]
    assert "a deleted question is “yes”" in walk.page("/questions/letter")
    revision = walk.version.revision
    walk.sends("/questions/letter", form)
    assert walk.version.revision == revision


def test_many_choices_of_a_file_are_all_there(walk: Desk) -> None:
    many = OneChoice(
        id="question-1",
        ask="Which?",
        options=tuple(Option(id=f"o-{n}", label=f"Walk {n}") for n in range(30)),
    )
    walk.edits(lambda before: authoring.changed(before, many))
    form = walk.form("/questions/question-1")
    walk.sends("/questions/question-1", filled(form, {"ask": ["Which one?"]}))
    assert walk.activity.prompts[0] == msgspec.structs.replace(many, ask="Which one?")


def test_a_warning_is_kept_with_a_reason_that_the_lead_reads(walk: Desk, enter: SimpleNamespace) -> None:
    page = walk.adds(ask=[LONG])
    assert "One thing should be looked at again" in page and "A sentence has" in page
    assert walk.sends("/check", {**walk.form(action="/questions"), **at(walk)}).status == 409
    action = "/acceptances"
    for reason, sentence in (
        ("", "There is nothing here yet."),
        ("x" * 301, "one too many"),
        (" ", "nothing here"),
    ):
        page = walk.sends(action, filled(walk.form(action=action), {"reason": [reason]}))
        assert page.status == 422 and sentence in page
        problems_are_linked(page)
        keeps(page, walk.path + action, {"reason": [reason]})
    page = walk.sends(action, filled(walk.form(action=action), {"reason": ["It is a quotation."]}))
    assert "It is a quotation." in page and "There is nothing to mend." in page
    assert walk.checked().state is State.CHECKED
    assert "It is a quotation." in enter.margaret.get(walk.path)


def test_only_what_is_warned_of_can_be_kept(walk: Desk) -> None:
    for prompt, warning in (("question-1", "long_sentence"), ("gone", "x"), ("", "branch_nowhere")):
        form = {**at(walk), "prompt": [prompt], "warning": [warning], "reason": ["Because."]}
        assert walk.sends("/acceptances", form).status == 409
    assert not walk.activity.accepted


def at(desk: Desk) -> Fields:
    """What the page carries of its version."""
    version = desk.version
    return {
        "csrf_token": [desk.browser.token(desk.path)],
        "number": [str(version.number)],
        "revision": [str(version.revision)],
    }


def faulty() -> list[Activity]:
    """Every faulty activity that a file can hold."""
    found = []
    for planted in PLANTED:
        with suppress(BadActivity):
            found.append(read(planted.data))
    return found


def opens_everything(desk: Desk) -> None:
    """Every page of the activity can be opened, and names what it shows."""
    for of in ("", "/about", "/preview", "/questions?kind=list&after=", f"/versions/{desk.version.id}"):
        page = desk.page(of) if "versions" not in of else desk.browser.get(f"/activities{of}")
        assert page.status == 200, of
        if of == "" and len(set(desk.ids)) == len(desk.ids):
            problems_are_linked(page)
    for prompt_id in desk.ids:
        assert desk.page(f"/questions/{prompt_id}").status == 200
        assert desk.page(f"/preview?start={prompt_id}").status == 200
    assert desk.browser.client.get(f"/activities/versions/{desk.version.id}/file").status_code == 200


def test_a_draft_with_any_fault_can_be_opened_and_tried(desk: Desk) -> None:
    drafts = faulty()
    assert len(drafts) > 20
    for draft in drafts:
        desk.holds(draft)
        opens_everything(desk)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(activity=any_activity())
def test_any_draft_can_be_opened_and_tried(desk: Desk, activity: Activity) -> None:
    desk.holds(activity)
    opens_everything(desk)


def tries(desk: Desk, form: Mapping[str, Sequence[str]], **more: str) -> Page:
    """Send the form of a preview."""
    return desk.sends("/preview", {**form, **{name: [text] for name, text in more.items()}})


def asked(page: Page) -> str:
    """The open question of a preview."""
    return words(Page(200, "", page.text.partition('id="now"')[2].partition("</article>")[0], {}))


def test_a_preview_is_the_real_thing_and_stores_nothing(walk: Desk) -> None:
    """Every row of both databases is as before, whatever is answered, refused and changed."""
    walk.holds(every_kind())
    walk.page("/preview")
    before = stored(walk.cast.store, "last_seen_at")
    page = walk.page("/preview")
    for kind, sample in SAMPLES.items():
        assert sample.ask in asked(page)
        refused = tries(walk, Forms(page).of(f"{walk.path}/preview"), way="answered")
        assert refused.status == 422 and sample.empty in refused
        form = {**Forms(refused).of(f"{walk.path}/preview"), **sample.form}
        page = tries(walk, form, way="answered")
        assert not [each for each in sample.said if each not in words(page)], kind
    assert "That was the last question." in page
    form = Forms(page).of(f"{walk.path}/preview")
    page = tries(walk, form, change="date")
    assert "When will you walk again?" in asked(page) and Forms(page).of(f"{walk.path}/preview")["day"] == [
        "3"
    ]
    page = tries(walk, Forms(page).of(f"{walk.path}/preview"), way="talk")
    assert "I'd rather talk about this in the session" in page
    assert stored(walk.cast.store, "last_seen_at") == before


def test_a_preview_takes_both_ways_of_a_branch_and_begins_anywhere(walk: Desk) -> None:
    page = walk.page("/preview")
    assert "Question 1 of 2 to 3" in page
    form = Forms(page).of(f"{walk.path}/preview")
    assert "What did you see?" in asked(tries(walk, {**form, "answer": ["yes"]}, way="answered"))
    for said in ({"answer": ["not-today"], "way": ["answered"]}, {"way": ["not_sure"]}):
        assert "What was in the way?" in asked(tries(walk, {**form, **said}))
    page = walk.page("/preview?start=question-2")
    assert "Question 1 of 2" in page and "What was in the way?" in asked(page)
    page = tries(walk, Forms(page).of(f"{walk.path}/preview"), way="not_sure")
    assert "What did you see?" in asked(page) and "I'm not sure yet" in page
    assert "Did you go?" in asked(walk.page("/preview?start=gone"))


def test_what_is_meddled_with_does_a_preview_no_harm(walk: Desk) -> None:
    form = walk.form("/preview")
    odd = ({"prompt": "gone"}, {"change": "gone"}, {"prompt": "\x00", "change": "\x00"}, {"way": "answered"})
    for answers in MEDDLED:
        for way in ("not_sure", "answered", "king", ""):
            page = tries(walk, form, answers=answers, way=way)
            assert page.status in (200, 422) and "Did you go?" in page, answers[:50]
        for more in odd:
            assert tries(walk, form, answers=answers, **more).status in (200, 422), answers[:50]
    assert "Did you go?" in asked(tries(walk, form, start="gone"))


def test_from_draft_to_approved_and_what_was_read_is_what_is_approved(
    walk: Desk, enter: SimpleNamespace
) -> None:
    lead = Desk(walk.cast, enter.margaret, walk.id)
    walk.checked()
    version = walk.version
    approval = f"/activities/versions/{version.id}/approval"
    read_then = Forms(lead.page()).of(approval)
    assert walk.browser.client.post(approval, data=read_then).status_code in (400, 404)
    walk.edits(retold("Did you go anywhere at all?"))
    walk.checked()
    reply = lead.browser.client.post(approval, data=read_then)
    assert reply.status_code == 409 and walk.version.state is State.CHECKED
    page = Page(409, approval, reply.text, {})
    assert CHANGED in page and "Did you go anywhere at all?" in page
    for _ in range(2):
        assert lead.browser.client.post(approval, data=Forms(page).of(approval)).status_code == 303
    assert walk.version.state is State.APPROVED
    assert "It is approved and can be set" in walk.page() and "become version 2" in walk.page()
    walk.edits(retold("Did you go out?"))
    assert (walk.version.number, walk.version.state) == (2, State.DRAFT)
    library = words(walk.browser.get("/activities/"))
    assert "version 1 can be set" in library
    old = walk.browser.get(f"/activities/versions/{version.id}")
    assert "Did you go anywhere at all?" in old and "Version 1" in old


def test_many_save_at_the_same_moment(walk: Desk, enter: SimpleNamespace) -> None:
    """One is first, and every other one is told."""
    browsers = [enter.priya, enter.daniel, enter.margaret]
    path = f"{walk.path}/questions/question-2"
    for round_ in range(3):
        forms = [Forms(browser.get(path)).of(path) for browser in browsers]
        sent = [filled(form, {"ask": [f"Round {round_}, author {n}?"]}) for n, form in enumerate(forms)]
        with ThreadPoolExecutor(len(browsers)) as pool:
            replies = list(pool.map(lambda b, f: b.client.post(path, data=f).status_code, browsers, sent))
        assert sorted(replies) == [303, 409, 409]
        assert walk.activity.prompts[1].ask == f"Round {round_}, author {replies.index(303)}?"


def test_a_lead_approves_at_the_moment_of_a_change(walk: Desk, enter: SimpleNamespace) -> None:
    """What is approved is what she read, whoever comes first."""
    path = f"{walk.path}/questions/question-2"
    for round_ in range(3):
        read_by_her = walk.checked()
        approval = f"/activities/versions/{read_by_her.id}/approval"
        approving = Forms(enter.margaret.get(walk.path)).of(approval)
        changing = filled(walk.form("/questions/question-2"), {"ask": [f"Round {round_}?"]})
        posts = [(enter.margaret, approval, approving), (walk.browser, path, changing)]
        with ThreadPoolExecutor(2) as pool:
            approved, changed = pool.map(lambda p: p[0].client.post(p[1], data=p[2]).status_code, posts)
        assert (approved, changed) in ((303, 303), (409, 303))
        with walk.cast.store.reading() as tx:
            fixed = [
                each for each in activities.versions(tx, walk.cast.priya.viewer, walk.id) if each.approved_at
            ]
        assert (read_by_her.activity in [each.activity for each in fixed]) == (approved == 303)
        assert all(each.activity != walk.activity for each in fixed)


def test_a_draft_that_is_not_ready_is_not_sent_to_a_lead(walk: Desk) -> None:
    form = walk.form(action="/check")
    walk.edits(lambda before: authoring.without(before, "question-3"))
    assert walk.sends("/check", form).status == 409
    assert walk.sends("/check", at(walk)).status == 409
    assert walk.version.state is State.DRAFT


def test_retiring_and_bringing_back(walk: Desk, enter: SimpleNamespace) -> None:
    lead = Desk(walk.cast, enter.margaret, walk.id)
    assert "Retire it" not in walk.page()
    page = lead.sends("/retirement", lead.form(action="/retirement"))
    assert "It is retired: it cannot be set any more." in page
    assert "One is retired" in walk.browser.get("/activities/")
    page = lead.sends("/return", lead.form(action="/return"))
    assert "Retire it" in page and "It is retired" not in page


def test_a_version_is_kept_as_a_file(walk: Desk) -> None:
    reply = walk.browser.client.get(f"/activities/versions/{walk.version.id}/file")
    assert read(reply.data) == walk.activity
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{walk.activity.id}.toml"'
    assert reply.mimetype == "application/toml"


def test_what_is_made_for_one_participant_is_his_practitioners_alone(
    cast: Cast, enter: SimpleNamespace, store: Store
) -> None:
    others = (enter.daniel, enter.margaret, enter.sam)
    version = adapts(cast)
    desk = Desk(cast, enter.priya, version.activity_id)
    opens_everything(desk)
    assert "made by you for Sam alone" in desk.page() and "Set it for Sam" in desk.page()
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


class Away:
    """Somebody who was away while a page was open, and signs in again."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self.desk, self.clock = desk, clock

    def sends(self, action: str, form: Mapping[str, Sequence[str]]) -> Page:
        """Send a form from a page that is locked by then, and come back to it."""
        self.clock.forward(minutes=31)
        reply = self.desk.browser.client.post(action, data=form)
        assert reply.status_code == 302 and "/sign-in?next=" in reply.location
        self.clock.forward(seconds=31)
        self.desk.browser.sign_in(self.desk.cast, self.desk.cast.priya)
        return self.desk.browser.get(dict(form)["page"][0])


@pytest.fixture
def away(walk: Desk, clock: Clock) -> Away:
    return Away(walk, clock)


def test_a_question_sent_from_a_locked_page_comes_back_whole(walk: Desk, away: Away) -> None:
    """Its kind, its place and its rows, too."""
    typed = {
        "ask": ["Which way?"],
        "options-label": ["Up", "", "Down"],
        "when": ["", "|way|talk"],
        "to": ["", "end"],
    }
    form = filled(walk.form("/questions?kind=several_choices&after=question-1"), typed)
    page = away.sends(f"{walk.path}/questions", form)
    assert page.status == 200 and CHANGED not in page
    keeps(page, f"{walk.path}/questions", {**typed, "kind": ["several_choices"], "after": ["question-1"]})
    walk.sends("/questions", Forms(page).of(f"{walk.path}/questions"))
    (new,) = (each for each in walk.activity.prompts if each.ask == "Which way?")
    assert walk.activity.prompts.index(new) == 1
    assert [each.label for each in new.options] == ["Up", "Down"]  # type: ignore[attr-defined]
    assert Forms(walk.page("/questions")).of(f"{walk.path}/questions")["ask"] == [""]


def test_what_another_changed_while_a_page_was_locked_is_not_overwritten(walk: Desk, away: Away) -> None:
    path = f"{walk.path}/questions/question-1"
    form = filled(walk.form("/questions/question-1"), {"ask": ["Mine?"]})
    walk.edits(retold("Theirs?"))
    page = away.sends(path, form)
    assert CHANGED in page and "Theirs?" in page
    keeps(page, path, {"ask": ["Mine?"]})
    form = filled(walk.form("/about"), {"title": ["Mine"]})
    walk.edits(lambda before: msgspec.structs.replace(before, introduction="Theirs."))
    page = away.sends(f"{walk.path}/about", form)
    assert CHANGED in page and "Theirs." in page
    keeps(page, f"{walk.path}/about", {"title": ["Mine"]})


def test_a_question_that_was_deleted_while_its_page_was_locked_comes_back(walk: Desk, away: Away) -> None:
    path = f"{walk.path}/questions/question-2"
    form = filled(walk.form("/questions/question-2"), {"ask": ["Mine?"]})
    walk.edits(lambda before: authoring.without(before, "question-2"))
    page = away.sends(path, form)
    assert page.status == 200 and CHANGED in page
    keeps(page, f"{walk.path}/questions", {"ask": ["Mine?"]})


def test_a_reason_sent_from_a_locked_page_comes_back(walk: Desk, away: Away) -> None:
    walk.adds(ask=[LONG])
    form = filled(walk.form(action="/acceptances"), {"reason": ["It is a quotation."]})
    page = away.sends(f"{walk.path}/acceptances", form)
    keeps(page, f"{walk.path}/acceptances", {"reason": ["It is a quotation."]})
    assert re.search(r"<details open><summary>\s*Keep it as it is", page.text)


def test_a_preview_goes_on_where_it_was(walk: Desk, away: Away) -> None:
    page = tries(walk, walk.form("/preview?start=question-2"), way="not_sure")
    form = Forms(page).of(f"{walk.path}/preview")
    page = away.sends(f"{walk.path}/preview", {**form, "answer": ["A heron"], "way": ["answered"]})
    assert page.status == 200 and "A heron" in page and "I'm not sure yet" in page
    assert "That was the last question." in page
    assert "A heron" not in walk.page("/preview?start=question-2")  # he begins again
    page = tries(walk, Forms(page).of(f"{walk.path}/preview"), change="question-3")
    assert Forms(page).of(f"{walk.path}/preview")["answer"] == ["A heron"]
    assert "A heron" not in walk.page("/preview")


def test_quickly_typed_questions_sent_from_a_locked_page_come_back(walk: Desk, away: Away) -> None:
    path = f"/participants/{walk.cast.sam.enrolment_id}/work/questions"
    form = filled(
        Forms(walk.browser.get(path)).of(path), {"questions": ["One?\nTwo?"], "why": ["To look back."]}
    )
    page = away.sends(path, form)
    keeps(page, path, {"questions": ["One?\nTwo?"], "why": ["To look back."]})


def test_an_address_of_nothing(walk: Desk) -> None:
    nothing = uuid4()
    for path in (f"/activities/{nothing}", f"/activities/versions/{nothing}", f"{walk.path}/questions/gone"):
        assert walk.browser.get(path).status == 404
    for query in ("kind=king", "after=gone", "kind=list&kind=x", "kind=%00&after=%00"):
        page = walk.page(f"/questions?{query}")
        assert page.status == 200
        assert Forms(page).of(f"{walk.path}/questions")["after"] == ["question-3"]  # at the end, as a rule
    assert Forms(walk.page("/questions?after=")).of(f"{walk.path}/questions")["after"] == [""]


def test_a_forged_number_of_a_version_changes_nothing(walk: Desk) -> None:
    before = walk.version
    form = filled(walk.form("/questions/question-1"), {"ask": ["Forged?"]})
    for name in ("number", "revision"):
        for number in ("", "-1", "x", "9" * 20, "0", "٣"):
            page = walk.sends("/questions/question-1", {**form, name: [number]})
            assert page.status == 409 and "Forged?" in page
    assert walk.version == before


def test_authored_words_are_words(walk: Desk) -> None:
    """Mark-up, signs of templates, writing that turns round: shown, never done."""
    title = f"{HOSTILE} \u202eemoh"
    walk.sends("/about", filled(walk.form("/about"), {"title": [title], "introduction": [HOSTILE]}))
    walk.adds("one_choice", ask=[HOSTILE], help=[HOSTILE], **{"options-label": [HOSTILE, title]})
    for page in (walk.page(), walk.page("/questions/question-4"), walk.page("/preview"), walk.page("/about"),
                 walk.browser.get("/activities/")):  # fmt: skip
        assert page.status == 200 and title in page
        assert "<b>I&" not in page.text and "I&49" not in page.text


def test_an_activity_of_two_hundred_questions(walk: Desk) -> None:
    many = tuple(
        ShortText(id=f"q-{n}", ask="What was it like there? " * 80, recall=f"q-{n - 1}" if n else "")
        for n in range(200)
    )
    walk.edits(lambda before: msgspec.structs.replace(before, prompts=many))
    assert walk.page().status == walk.page("/questions/q-199").status == walk.page("/preview").status == 200
    page = walk.adds(ask=["One more?"])
    assert page.status == 422 and "There is room for 200." in page
    keeps(page, f"{walk.path}/questions", {"ask": ["One more?"]})
    copy = walk.sends("/questions/q-7/copy", walk.form(action="/questions/q-7/copy"))
    assert copy.status == 422 and "There is room for 200." in copy


def test_an_activity_that_is_changed_while_it_is_being_set(cast: Cast, enter: SimpleNamespace) -> None:
    """The newest version stands there then, with the card as it was typed."""
    desk = Desk(cast, enter.priya, adapts(cast).activity_id)
    place = f"/participants/{cast.sam.enrolment_id}/work/new"
    path = f"{place}/{desk.version.id}"
    open_card = filled(Forms(desk.browser.get(path)).of(path), {"why": ["So that it fits."]})
    other_card = filled(Forms(desk.browser.get(path)).of(path), {"why": ["In another window."]})
    assert desk.browser.client.post(path, data=other_card).status_code == 303
    desk.edits(retold("Did you go out?", desk.ids[0]))
    reply = desk.browser.client.post(path, data=open_card)
    page = Page(reply.status_code, path, reply.text, {})
    assert page.status == 422 and CHANGED in page and "Did you go out?" in page
    newest = f"{place}/{desk.version.id}"
    keeps(page, newest, {"why": ["So that it fits."]})
    assert desk.browser.client.post(newest, data=Forms(page).of(newest)).status_code == 303
    assert desk.browser.get(f"{place}/{uuid4()}").status == 404


def test_many_sets_of_typed_questions_can_be_told_apart(cast: Cast, enter: SimpleNamespace) -> None:
    place = f"/participants/{cast.sam.enrolment_id}/work"
    for number in range(5):
        form = Forms(enter.priya.get(f"{place}/questions")).of(f"{place}/questions")
        typed = {"questions": [f"How was walk {number}?"], "why": ["To look back."]}
        assert enter.priya.client.post(f"{place}/questions", data=filled(form, typed)).status_code == 303
    page = enter.priya.get(f"{place}/new")
    assert all(f"How was walk {number}?" in page for number in range(5))
    assert "2 earlier ones" in page
