"""Practitioners' pages about groups."""

from flask import Blueprint

from companion.web.groups import assign, attendance, groups, meetings, members, programme_sessions

bp = Blueprint("groups", __name__)
BOTH = ["GET", "POST"]
GROUP, MEETING = "/groups/<uuid:group_id>", "/groups/meetings/<uuid:meeting_id>"
bp.add_url_rule("/groups", "groups", groups.groups_page)
bp.add_url_rule("/groups/new", "new", groups.new, methods=BOTH)
bp.add_url_rule(GROUP, "group", groups.group)
bp.add_url_rule(f"{GROUP}/label", "label", groups.label, methods=BOTH)
bp.add_url_rule(f"{GROUP}/members", "join", members.join, methods=["POST"])
bp.add_url_rule(f"{GROUP}/members/<uuid:enrolment_id>/leaving", "leave", members.leave, methods=BOTH)
bp.add_url_rule(f"{GROUP}/meetings", "add_meeting", meetings.add, methods=["POST"])
bp.add_url_rule(f"{GROUP}/sessions", "sessions", programme_sessions.sessions, methods=BOTH)
bp.add_url_rule(f"{GROUP}/sessions/proposal", "propose", programme_sessions.propose, methods=["POST"])
bp.add_url_rule(f"{MEETING}/time", "move", meetings.move, methods=BOTH)
bp.add_url_rule(f"{MEETING}/cancellation", "cancel", meetings.cancel, methods=BOTH)
bp.add_url_rule(f"{MEETING}/attendance", "attendance", attendance.attendance, methods=BOTH)
bp.add_url_rule(f"{GROUP}/work/new", "choose", assign.choose)
bp.add_url_rule(f"{GROUP}/work/new/<uuid:version_id>", "set_work", assign.set_work, methods=BOTH)
