"""The questions of an activity: add, change, move, copy, remove."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.activities import editing
from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Prompt, kinds
from companion.domain.authoring.prompt_form import form_of, in_another_kind, typed_prompt
from companion.domain.forms import Form, first
from companion.domain.people import Role
from companion.domain.refusals import ChangedElsewhere, NotFound, Problem, Rejected
from companion.services.authoring.drafts import Edit
from companion.web.activities import library, question
from companion.web.activities.library import Desk, desk, desk_page
from companion.web.gate import access, parked_forms
from companion.web.page.i18n import translate as _


@access.roles(Role.PRACTITIONER, Role.LEAD)
def add(activity_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /activities/<id>/questions``: a new one, after the one that is named."""
    found = desk(activity_id)
    if request.method != "POST":
        asked = question.new_form(request.args.to_dict(flat=False))
        return question.page(found, None, parked_forms.form().to_dict(flat=False) or asked)
    form, added = request.form.to_dict(flat=False), ""

    def edit(before: Activity) -> Activity:
        nonlocal added
        prompt = typed_prompt(question.kind_in(form, None), form, before, None)
        after, place = question.place_in(before, form)
        activity = editing.added(before, prompt, after)
        added = activity.prompts[place].id
        return activity

    return _not_saved(found, None, form, edit) or _saved(activity_id, added)


@access.roles(Role.PRACTITIONER, Role.LEAD)
def change(activity_id: UUID, prompt_id: str) -> ResponseReturnValue:
    """``GET`` and ``POST /activities/<id>/questions/<prompt>``: its words, its kind, where it leads."""
    found = desk(activity_id)
    old = found.version.activity.prompt(prompt_id)
    if request.method != "POST":
        form = parked_forms.form().to_dict(flat=False) or (form_of(old) if old else {})
        if not form:
            raise NotFound
        return question.page(found, old, form)
    form = request.form.to_dict(flat=False)

    def edit(before: Activity) -> Activity:
        here = before.prompt(prompt_id)
        if here is None:
            raise ChangedElsewhere
        return editing.changed(before, typed_prompt(question.kind_in(form, here), form, before, here))

    return _not_saved(found, old, form, edit) or _saved(activity_id, prompt_id)


@access.roles(Role.PRACTITIONER, Role.LEAD)
def move(activity_id: UUID, prompt_id: str) -> ResponseReturnValue:
    """``POST …/place``: one place up or down."""
    by = -1 if request.form.get("to") == "up" else 1
    return _at_once(activity_id, prompt_id, lambda before: editing.moved(before, prompt_id, by))


@access.roles(Role.PRACTITIONER, Role.LEAD)
def copy(activity_id: UUID, prompt_id: str) -> ResponseReturnValue:
    """``POST …/copy``: once more, below itself."""
    return _at_once(activity_id, prompt_id, lambda before: editing.copied(before, prompt_id))


@access.roles(Role.PRACTITIONER, Role.LEAD)
def remove(activity_id: UUID, prompt_id: str) -> ResponseReturnValue:
    """``POST …/removal``"""
    return _at_once(activity_id, "", lambda before: editing.without(before, prompt_id))


def _not_saved(found: Desk, old: Prompt | None, form: Form, edit: Edit) -> ResponseReturnValue | None:
    """Save it; the page with what was typed where that is not to be, or not yet."""
    if "use" in form:
        kind, chosen = question.kind_in(form, old), first(form, "new_kind")
        return question.page(found, old, in_another_kind(form, kind, chosen if chosen in kinds() else kind))
    try:
        library.change(found.version.activity_id, edit)
    except Rejected as rejected:
        return question.page(found, old, form, rejected.problems), 422
    except ChangedElsewhere:
        newest = desk(found.version.activity_id)
        return question.page(newest, newest.version.activity.prompt(old.id) if old else None, form), 409
    return None


def _saved(activity_id: UUID, prompt_id: str) -> ResponseReturnValue:
    flash(_("The question is saved."))
    return _at(activity_id, prompt_id)


def _at(activity_id: UUID, prompt_id: str) -> ResponseReturnValue:
    anchor = f"question-{prompt_id}" if prompt_id else "questions"
    return redirect(url_for("activities.activity", activity_id=activity_id, _anchor=anchor), 303)


def _at_once(activity_id: UUID, prompt_id: str, edit: Edit) -> ResponseReturnValue:
    def if_there(before: Activity) -> Activity:
        if prompt_id and before.prompt(prompt_id) is None:
            raise ChangedElsewhere
        return edit(before)

    try:
        library.change(activity_id, if_there)
    except Rejected as rejected:
        return desk_page(activity_id, rejected.problems), 422
    except ChangedElsewhere:
        return desk_page(activity_id, (Problem("changed_elsewhere"),)), 409
    return _at(activity_id, prompt_id)
