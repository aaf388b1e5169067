"""Setting work once for a whole group: choose an activity, fill in one card."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.domain.conversation import Conversation
from companion.domain.groups import Group, Meeting, Member
from companion.domain.people import Role
from companion.domain.refusals import NotFound, Problem, Rejected
from companion.domain.topics import as_it_starts
from companion.services import group_work, setting
from companion.store import activities, group_members, programmes, work
from companion.store import groups as stored
from companion.web import access, clock, current, held
from companion.web.i18n import translate_plural as ngettext
from companion.web.practitioner.setting import typed_due


@access.roles(Role.PRACTITIONER)
def choose(group_id: UUID) -> ResponseReturnValue:
    """``GET /groups/<id>/work/new``: what can be set; nothing that was made for one of them alone."""
    group, *_ = _group(group_id)
    with current.store().reading() as tx:
        plan = as_it_starts(programmes.programme_of(tx, stored.group_row(tx, current.viewer(), group_id)))
        versions = setting.may_set(tx, unapproved_too=current.unapproved_too())
    return render_template(
        "groups/choose.html",
        group=group,
        shelves=setting.by_session(setting.offers(versions), plan),
        plan=plan,
    )


@access.roles(Role.PRACTITIONER)
def set_work(group_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/<id>/work/new/<version>``: the preview and the one card for all."""
    if request.method != "POST":
        return _card_page(group_id, version_id)
    try:
        count = group_work.set_for_group(
            current.store(),
            current.viewer(),
            group_id,
            version_id,
            typed_due(),
            clock.now(),
            unapproved_too=current.unapproved_too(),
        )
    except Rejected as rejected:
        return _card_page(group_id, version_id, rejected.problems), 422
    words = ngettext("The work is set for one of them.", "The work is set for %(num)s of them.", count)
    flash(words % {"num": count})
    return redirect(url_for("groups.group", group_id=group_id), 303)


def _group(group_id: UUID) -> tuple[Group, list[Meeting], list[Member]]:
    """The group, its meetings to come, and who takes part."""
    now, viewer = clock.now(), current.viewer()
    with current.store().reading() as tx:
        group = stored.group(tx, stored.group_row(tx, viewer, group_id))
        meetings = [each for each in stored.meetings(tx, [group.id])[group.id] if each.is_to_come(now)]
        everybody = group_members.members(tx, viewer, [group.id])[group.id]
    return group, meetings, [each for each in everybody if each.takes_part]


def _card_page(group_id: UUID, version_id: UUID, problems: tuple[Problem, ...] = ()) -> str:
    group, meetings, those = _group(group_id)
    with current.store().reading() as tx:
        activity_id = activities.activity_of(tx, version_id)
        offered = setting.offers(setting.may_set(tx, unapproved_too=current.unapproved_too()))
    offer = next((each for each in offered if each.version.activity_id == activity_id), None)
    if offer is None:
        raise NotFound
    version = offer.version
    with current.store().reading() as tx:
        before = work.last_set(tx, [each.enrolment_id for each in those], version.activity.id)
    if version.id != version_id:  # there is a newer one by now
        problems = (Problem("changed_elsewhere"),)
    return render_template(
        "groups/set_work.html",
        group=group,
        version=version,
        languages_of=offer.languages,
        ahead=Conversation(version.activity, {}).progress,
        meetings=meetings,
        count=len(those),
        set_before=[each for each in those if each.enrolment_id in before],
        typed=held.form(),
        problems=problems,
    )
