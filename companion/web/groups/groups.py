"""The pages for a practitioner's groups."""

from dataclasses import dataclass
from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.domain.meetings.appointments import Appointment
from companion.domain.meetings.groups import KINDS, Group, Meeting, Member
from companion.domain.meetings.progress import numbers
from companion.domain.people import Role
from companion.domain.work.work import Piece, Stage
from companion.services.caseloads import add_participant
from companion.services.meetings import group_meetings, manage_groups
from companion.services.meetings.manage_groups import NewGroup
from companion.store.meetings import appointments, group_members, groups
from companion.store.programme import programmes
from companion.store.work import piece_list
from companion.web.gate import access, clock, current
from companion.web.groups.forms import GroupMeeting, Joining, Label, NewGroupForm
from companion.web.page.form import Form, done, takes
from companion.web.page.i18n import translate as _
from companion.web.practitioner.participants import appointment_choices


@dataclass(frozen=True)
class MemberLine:
    """A member's line on the group's page, without anything that the member wrote."""

    member: Member
    pieces: list[Piece]
    appointment: Appointment | None

    @property
    def unread(self) -> int:
        """Return how many of the member's submissions the practitioner hasn't read."""
        return sum(piece.stage is Stage.SUBMITTED for piece in self.pieces)


@dataclass(frozen=True)
class GroupListRow:
    group: Group
    size: int
    meeting: Meeting | None
    unread: int


@access.roles(Role.PRACTITIONER)
def groups_page() -> ResponseReturnValue:
    """``GET /groups``: list the viewer's groups."""
    now = clock.now()
    with current.store().reading() as tx:
        found = groups.groups(tx, current.viewer())
        ids = [each.id for each in found]
        inside = {
            group_id: [each for each in those if each.left_at is None]
            for group_id, those in group_members.members(tx, current.viewer(), ids).items()
        }
        meetings = groups.meetings(tx, ids)
        pieces = piece_list.pieces(tx, [each.enrolment_id for those in inside.values() for each in those])
    rows = []
    for each in found:
        lines = [MemberLine(member, pieces[member.enrolment_id], None) for member in inside.get(each.id, [])]
        ahead = next((meeting for meeting in meetings[each.id] if meeting.is_to_come(now)), None)
        rows.append(GroupListRow(each, len(lines), ahead, sum(line.unread for line in lines)))
    return render_template("groups/groups.html", rows=rows)


def _new_page(form: NewGroupForm) -> str:
    with current.store().reading() as tx:
        offered = programmes.offered(tx)
        free = [who for each in offered for who in group_members.free(tx, current.viewer(), each.id)]
    return render_template(
        "groups/new.html",
        free=free,
        form=form,
        programmes=[(each.id, each.title) for each in offered],
        sites=appointment_choices(*offered)["sites"],
    )


@access.roles(Role.PRACTITIONER)
@takes(NewGroupForm, _new_page)
def new(form: NewGroupForm) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/new``: create a group."""
    group_id = form.once.id_of_new
    with current.store().reading() as tx:
        offered = programmes.offered(tx)
    manage_groups.begin(
        current.actor(),
        group_id,
        NewGroup(form.label.data, form.site.data, add_participant.chosen(offered, form.programme.data)),
        form.members.data,
    )
    return done(_("Group created."), url_for("groups.group", group_id=group_id))


@access.roles(Role.PRACTITIONER)
def group(group_id: UUID) -> ResponseReturnValue:
    """``GET /groups/<id>``: show one group."""
    return group_page(GroupMeeting(), group_id)


def group_page(form: Form, group_id: UUID) -> str:
    """Return a group's page, with any errors in its form."""
    g.page = url_for("groups.group", group_id=group_id)
    now, viewer = clock.now(), current.viewer()
    with current.store().reading() as tx:
        row = groups.group_row(tx, viewer, group_id)
        found, programme = groups.group(tx, row), programmes.programme_of(tx, row)
        everybody = group_members.members(tx, viewer, [found.id])[found.id]
        inside = [each for each in everybody if each.left_at is None]
        ids = [each.enrolment_id for each in inside]
        pieces = piece_list.pieces(tx, ids)
        upcoming = appointments.next_appointments(tx, ids, now)
        meetings = groups.meetings(tx, [found.id])[found.id]
        left = group_meetings.left_to_book(tx, found.id, programme)
        free = group_members.free(tx, viewer, found.programme_id)
    choices = appointment_choices(programme)
    adding = GroupMeeting.beside(form)
    adding.begins_with(kind="session", site=found.site)
    return render_template(
        "groups/group.html",
        group=found,
        lines=[
            MemberLine(each, pieces[each.enrolment_id], upcoming.get(each.enrolment_id)) for each in inside
        ],
        gone=[each for each in everybody if each.left_at is not None],
        meetings=meetings,
        numbers=numbers(each.appointment for each in meetings),
        sessions_left=left,
        free=free,
        problems=form.problems,
        adding=adding,
        joining=Joining.beside(form),
        now=now,
        kinds=[(kind, name) for kind, name in choices["kinds"] if kind in KINDS],
        sites=choices["sites"],
        length=choices["length"],
    )


def _label_page(form: Label, group_id: UUID) -> str:
    with current.store().reading() as tx:
        found = groups.group(tx, groups.group_row(tx, current.viewer(), group_id))
    form.begins_with(label=found.label)
    form.saw(found.revision)
    return render_template("groups/label.html", group=found, form=form)


@access.roles(Role.PRACTITIONER)
@takes(Label, _label_page)
def label(form: Label, group_id: UUID) -> ResponseReturnValue:
    """``GET`` and ``POST /groups/<id>/label``: change a group's label."""
    manage_groups.relabel(current.actor(), group_id, form.label.data, form.seen.data)
    return done(_("Label saved."), url_for("groups.group", group_id=group_id))
