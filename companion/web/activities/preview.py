"""A preview of an activity.

The preview runs the real conversation's code but saves nothing. The preview page contains the answers given
so far, because the server doesn't store them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args
from uuid import UUID

import msgspec
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from companion.domain.activities import editing
from companion.domain.activities.activity import Activity
from companion.domain.activities.answers import Value, Way
from companion.domain.activities.conversation import Conversation, Given
from companion.domain.activities.replies import replies
from companion.domain.forms import Form
from companion.domain.people import Role
from companion.domain.refusals import Problem, Rejected
from companion.services.authoring import drafts
from companion.web.activities.forms import PreviewForm
from companion.web.gate import access, clock, current
from companion.web.page.form import takes

Typed = dict[str, tuple[str, dict[str, list[str]]]]
"""By question id: how the author answered in the preview (for example ``answered``), and what they typed."""


@access.roles(Role.PRACTITIONER, Role.LEAD)
@takes(PreviewForm)
def preview(form: PreviewForm, activity_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /activities/<id>/preview``: preview an activity, from the first or a chosen
    question.
    """
    with current.store().reading() as tx:
        activity = drafts.newest(tx, current.viewer(), activity_id).activity
    if "start" in request.args and request.method != "POST":
        form = PreviewForm(MultiDict())  # a parked form may contain another preview's answers
    start = form.start.data or request.args.get("start", "")
    if activity.prompt(start):  # the chosen question may no longer exist
        activity = editing.starting_at(activity, start)
    typed, changing, way = _typed(form.answers.data), form.change.data, form.way.data
    conversation = Conversation(activity, _given(activity, typed, clock.now()))
    question = conversation.asked(form.prompt.data)
    if question and not changing and way in get_args(Way):
        said = {name: form.lists.get(name, []) for name in question.prompt.fields}
        try:
            if way == "answered":
                question.prompt.parse(said)
            typed[question.prompt.id] = (way, said)
        except Rejected as rejected:
            refused = _Shown(question.prompt.id, said, rejected.as_one)
            return _page(activity_id, start, conversation, typed, refused)
    conversation = Conversation(activity, _given(activity, typed, clock.now()))
    return _page(activity_id, start, conversation, typed, _Shown(changing))


@dataclass(frozen=True)
class _Shown:
    """The question to ask again, if the author is changing its answer or the preview rejected it. ``form``
    holds the answer that the preview rejected. If the answer typed in the preview has an error, ``problem``
    describes it.
    """

    changing: str
    form: Form | None = None
    problem: Problem | None = None


def _page(
    activity_id: UUID, start: str, conversation: Conversation, typed: Typed, shown: _Shown
) -> ResponseReturnValue:
    g.page = url_for("activities.preview", activity_id=activity_id)
    asked, form = conversation.asked(shown.changing) or conversation.open, shown.form
    if asked and form is None:
        form = typed[asked.prompt.id][1] if asked.prompt.id in typed else {}
    page = render_template(
        "activities/preview.html",
        activity_id=activity_id,
        activity=conversation.activity,
        conversation=conversation,
        guide=replies(conversation),
        asked=asked,
        changing=asked is not None and asked is not conversation.open,
        form=form or {},
        problem=shown.problem,
        start=start,
        answers=msgspec.json.encode(typed).decode(),
        practitioner=current.viewer().name,
    )
    return page, 422 if shown.problem else 200


def _typed(text: str) -> Typed:
    """Return the answers typed on the preview page, or {} if they can't be read."""
    try:
        return msgspec.json.decode(text or "{}", type=Typed)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return {}


def _given(activity: Activity, typed: Typed, now: datetime) -> Mapping[str, Given]:
    """Return the answers that the author gave in the preview, without those that no longer fit the activity."""
    answers: dict[str, Given] = {}
    any_of_it = Conversation(activity, {})
    for prompt_id, (way, form) in typed.items():
        prompt, value = any_of_it.prompt(prompt_id), cast(Value, None)
        if prompt is None or way not in get_args(Way):
            continue
        try:
            if way == "answered":
                value = prompt.parse(form)
        except Rejected:
            continue
        answers[prompt_id] = Given(cast(Way, way), value, 1, now)
    return answers
