"""The pages for setting work for a whole group."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.activities.conversation import Conversation
from companion.domain.meetings.groups import Group, Meeting, Member
from companion.domain.people import Role
from companion.domain.programme.topics import as_it_starts
from companion.domain.refusals import NotFound, Problem
from companion.services.work import assign, assign_to_group
from companion.store.activities import activities
from companion.store.meetings import group_members, groups
from companion.store.programme import programmes
from companion.store.work import piece_list
from companion.web.activities.search import finder
from companion.web.gate import access, clock, current
from companion.web.page.form import done, takes
from companion.web.page.i18n import translate_plural as ngettext
from companion.web.practitioner.assign import due_of
from companion.web.practitioner.forms import SettingCard


@access.roles(Role.PRACTITIONER)
def choose(group_id: UUID) -> ResponseReturnValue:
    """``GET /groups/<id>/work/new``: list the activities for the group.

    Activities for a single participant are left out.
    """
    group, *_ = _group(group_id)
    with current.store().reading() as tx:
        plan = as_it_starts(programmes.programme_of(tx, groups.group_row(tx, current.viewer(), group_id)))
        versions = assign.may_set(tx, unapproved_too=current.unapproved_too())
        find = finder(tx)
    return render_template(
        "groups/choose.html",
        group=group,
        shelves=assign.by_session(find.among(assign.offers(versions)), plan),
        find=find,
        plan=plan,
    )


def _group(group_id: UUID) -> tuple[Group, list[Meeting], list[Member]]:
    """Return the group, its future meetings, and the members who still take part."""
    now, viewer = clock.now(), current.viewer()
    with current.store().reading() as tx:
        group = groups.group(tx, groups.group_row(tx, viewer, group_id))
        meetings = [each for each in groups.meetings(tx, [group.id])[group.id] if each.is_to_come(now)]
        everybody = group_members.members(tx, viewer, [group.id])[group.id]
    return group, meetings, [each for each in everybody if each.takes_part]


def _card_page(form: SettingCard, group_id: UUID, version_id: UUID) -> str:
    group, meetings, those = _group(group_id)
    with current.store().reading() as tx:
        activity_id = activities.activity_of(tx, version_id)
        offered = assign.offers(assign.may_set(tx, unapproved_too=current.unapproved_too()))
    offer = next((each for each in offered if each.version.activity_id == activity_id), None)
    if offer is None:
        raise NotFound
    version = offer.version
    with current.store().reading() as tx:
        before = piece_list.last_set(tx, [each.enrolment_id for each in those], version.activity.id)
    if version.id != version_id:  # there is now a newer version
        form.problems = (Problem("changed_elsewhere"),)
    form.begins_with(minutes=version.activity.minutes)
    return render_template(
        "groups/set_work.html",
        group=group,
        version=version,
        languages_of=offer.languages,
        ahead=Conversation(version.activity, {}).progress,
        meetings=meetings,
        count=len(those),
        set_before=[each for each in those if each.enrolment_id in before],
        form=form,
    )


@access.roles(Role.PRACTITIONER)
@takes(SettingCard, _card_page)
def set_work(form: SettingCard, group_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/<id>/work/new/<version>``: preview an activity, and set the activity for
    every member who can currently be given work.
    """
    count = assign_to_group.set_for_group(
        current.actor(), group_id, version_id, due_of(form), unapproved_too=current.unapproved_too()
    )
    words = ngettext("Work set for one person.", "Work set for %(num)s people.", count)
    return done(words % {"num": count}, url_for("groups.group", group_id=group_id))
