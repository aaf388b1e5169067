"""The pages for adding and changing an activity's questions."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.activities import editing
from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Prompt, kinds
from companion.domain.authoring import new_questions
from companion.domain.authoring.branch_form import new_asks
from companion.domain.authoring.prompt_form import form_of, in_another_kind, typed_prompt
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotFound
from companion.services.authoring.drafts import Edit
from companion.web.activities import library, question
from companion.web.activities.forms import Place, QuestionForm
from companion.web.activities.library import Desk, desk, desk_page
from companion.web.gate import access
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate as _


def _new_page(form: QuestionForm, activity_id: UUID) -> str:
    found = desk(activity_id)
    asked = form.lists or question.new_form(found.version.activity, request.args.to_dict(flat=False))
    return question.page(found, None, asked, form.problems)


@access.roles(Role.PRACTITIONER, Role.LEAD)
@takes(QuestionForm, _new_page)
def add(form: QuestionForm, activity_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /activities/<id>/questions``: add a question."""
    typed, added, parts = form.lists, "", [part.id for part in question.plan_parts()]

    def edit(before: Activity) -> Activity:
        nonlocal added
        prompt = typed_prompt(question.kind_in(typed, None), typed, before, None, parts)
        after, place = question.place_in(before, typed)
        activity = new_questions.added(before, prompt, after, new_asks(typed), form.through.data)
        added = activity.prompts[place].id
        return activity

    if form.use.data:
        return _in_another_kind(form, desk(activity_id), None)
    library.change(form, activity_id, edit)
    return _saved(form, activity_id, added)


def _page(form: QuestionForm, activity_id: UUID, prompt_id: str) -> str:
    found = desk(activity_id)
    old = found.version.activity.prompt(prompt_id)
    typed = form.lists or (form_of(old) if old else {})
    if not typed:
        raise NotFound
    return question.page(found, old, typed, form.problems)


@access.roles(Role.PRACTITIONER, Role.LEAD)
@takes(QuestionForm, _page)
def change(form: QuestionForm, activity_id: UUID, prompt_id: str) -> ResponseReturnValue:
    """``GET`` and ``POST /activities/<id>/questions/<prompt>``: change a question."""
    typed, parts = form.lists, [part.id for part in question.plan_parts()]

    def edit(before: Activity) -> Activity:
        here = before.prompt(prompt_id)
        if here is None:
            raise ChangedElsewhere
        prompt = typed_prompt(question.kind_in(typed, here), typed, before, here, parts)
        return new_questions.changed(before, prompt, new_asks(typed))

    if form.use.data:
        found = desk(activity_id)
        return _in_another_kind(form, found, found.version.activity.prompt(prompt_id))
    library.change(form, activity_id, edit)
    return _saved(form, activity_id, prompt_id)


def _desk_page(form: Place, activity_id: UUID, prompt_id: str) -> str:
    return desk_page(form, activity_id)


@access.roles(Role.PRACTITIONER, Role.LEAD)
@takes(Place, _desk_page)
def move(form: Place, activity_id: UUID, prompt_id: str) -> ResponseReturnValue:
    """``POST …/place``: move a question up or down."""
    by = -1 if form.to.data == "up" else 1
    return _at_once(form, activity_id, prompt_id, lambda before: editing.moved(before, prompt_id, by))


@access.roles(Role.PRACTITIONER, Role.LEAD)
@takes(Place, _desk_page)
def copy(form: Place, activity_id: UUID, prompt_id: str) -> ResponseReturnValue:
    """``POST …/copy``: copy a question."""
    return _at_once(form, activity_id, prompt_id, lambda before: editing.copied(before, prompt_id))


@access.roles(Role.PRACTITIONER, Role.LEAD)
@takes(Place, _desk_page)
def remove(form: Place, activity_id: UUID, prompt_id: str) -> ResponseReturnValue:
    """``POST …/removal``: remove a question."""
    return _at_once(form, activity_id, "", lambda before: editing.without(before, prompt_id))


def _in_another_kind(form: QuestionForm, found: Desk, old: Prompt | None) -> str:
    """Show the form for the kind of question just chosen, keeping the text typed so far."""
    kind = question.kind_in(form.lists, old)
    chosen = form.new_kind.data if form.new_kind.data in kinds() else kind
    return question.page(found, old, in_another_kind(form.lists, kind, chosen))


def _saved(form: QuestionForm, activity_id: UUID, prompt_id: str) -> ResponseReturnValue:
    """Redirect to the activity, or to the form for the next question.

    A form can save several questions at once. Add the next new question straight after the questions that
    were just saved.
    """
    if form.then.data != "next":
        return done(_("Question saved."), _address(activity_id, prompt_id))
    ids = [prompt.id for prompt in desk(activity_id).version.activity.prompts]
    place = ids.index(prompt_id) if prompt_id in ids else len(ids) - 1
    after = ids[place : place + len(new_asks(form.lists)) + 1][-1:]
    address = url_for("activities.add", activity_id=activity_id, kind=form.next_kind.data, after=after)
    return done(_("Question saved. Write the next one."), address)


@access.roles(Role.PRACTITIONER, Role.LEAD)
@takes(Place, _desk_page)
def shorten(form: Place, activity_id: UUID, prompt_id: str) -> ResponseReturnValue:
    """``POST …/short``: add a question to an activity's short version, or remove it."""
    short = form.to.data == "in"
    return _at_once(form, activity_id, prompt_id, lambda before: editing.shortened(before, prompt_id, short))


def _address(activity_id: UUID, prompt_id: str) -> str:
    anchor = f"question-{prompt_id}" if prompt_id else "questions"
    return url_for("activities.activity", activity_id=activity_id, _anchor=anchor)


def _at_once(form: Place, activity_id: UUID, prompt_id: str, edit: Edit) -> ResponseReturnValue:
    def if_there(before: Activity) -> Activity:
        if prompt_id and before.prompt(prompt_id) is None:
            raise ChangedElsewhere
        return edit(before)

    library.change(form, activity_id, if_there)
    return redirect(_address(activity_id, prompt_id), 303)
