"""A practitioner's caseload: the board, a participant's page, setting work, reading and answering it."""

from flask import Blueprint

from companion.web.practitioner import (
    appointments,
    attending,
    away,
    board,
    brief,
    calendars,
    concerns,
    following,
    handing_over,
    inviting,
    messages,
    notes,
    paper,
    participants,
    path,
    plan,
    resetting,
    reviewing,
    sessions,
    setting,
    topics,
)

bp = Blueprint("practitioner", __name__)
bp.add_url_rule("/caseload", "board", board.board)
bp.add_url_rule("/caseload/new", "new_participant", participants.new, methods=["GET", "POST"])
bp.add_url_rule("/participants/<uuid:enrolment_id>", "participant", participants.participant)
bp.add_url_rule("/participants/<uuid:enrolment_id>/brief", "brief", brief.brief)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/invitation", "invite", inviting.invite, methods=["GET", "POST"]
)
bp.add_url_rule("/participants/<uuid:enrolment_id>/reset", "reset", resetting.reset, methods=["GET", "POST"])
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/undelivered/dismissal",
    "dismiss_undelivered",
    participants.dismiss_undelivered,
    methods=["POST"],
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/appointments", "add_appointment", appointments.add, methods=["POST"]
)
bp.add_url_rule(
    "/appointments/<uuid:appointment_id>/time", "move", appointments.move, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/appointments/<uuid:appointment_id>/following", "following", following.following, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/appointments/<uuid:appointment_id>/following/proposal",
    "propose_following",
    following.propose,
    methods=["POST"],
)
bp.add_url_rule(
    "/appointments/<uuid:appointment_id>/attendance",
    "attendance",
    attending.attendance,
    methods=["GET", "POST"],
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/sessions", "sessions", sessions.sessions, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/sessions/proposal",
    "propose_sessions",
    sessions.propose,
    methods=["POST"],
)
bp.add_url_rule("/caseload/calendar", "calendar", calendars.calendar)
bp.add_url_rule("/caseload/calendar/address", "new_calendar_address", calendars.new_address, methods=["POST"])
bp.add_url_rule("/caseload/calendar/end", "end_calendar_address", calendars.end_address, methods=["POST"])
bp.add_url_rule("/participants/<uuid:enrolment_id>/work/new", "choose", setting.choose)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/work/new/<uuid:version_id>",
    "set_work",
    setting.set_work,
    methods=["GET", "POST"],
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/work/new/<uuid:version_id>/adaptation",
    "adapt",
    setting.adapt,
    methods=["POST"],
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/work/questions",
    "quickly_set",
    setting.quickly_set,
    methods=["GET", "POST"],
)
bp.add_url_rule("/participants/<uuid:enrolment_id>/work/<uuid:work_id>/sheets", "sheets", paper.sheets)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/work/<uuid:work_id>/paper",
    "paper",
    paper.paper,
    methods=["GET", "POST"],
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/work/<uuid:work_id>/paper/removal",
    "take_back_paper",
    paper.take_back,
    methods=["POST"],
)
bp.add_url_rule("/participants/<uuid:enrolment_id>/topics", "topics", topics.topics)
bp.add_url_rule("/participants/<uuid:enrolment_id>/topics/marks", "mark_topic", topics.mark, methods=["POST"])
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/topics/places", "move_topic", topics.move, methods=["POST"]
)
bp.add_url_rule("/submissions/<uuid:submission_id>", "review", reviewing.review)
bp.add_url_rule(
    "/submissions/<uuid:submission_id>/feedback", "feedback", reviewing.feedback, methods=["POST"]
)
bp.add_url_rule("/submissions/<uuid:submission_id>/release", "release", reviewing.release, methods=["POST"])
bp.add_url_rule(
    "/submissions/<uuid:submission_id>/return", "return_work", reviewing.return_work, methods=["POST"]
)
bp.add_url_rule("/participants/<uuid:enrolment_id>/plan", "plan", plan.plan_now)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/plan/suggestions", "suggest", plan.suggest, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/plan/reviews", "review_plan", plan.review_plan, methods=["POST"]
)
bp.add_url_rule("/participants/<uuid:enrolment_id>/plan/versions", "plan_versions", plan.plan_versions)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/plan/versions/<string(maxlength=9):number>",
    "plan_version",
    plan.plan_version,
)
bp.add_url_rule("/participants/<uuid:enrolment_id>/plan/compared", "plan_compared", plan.plan_compared)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/concerns/new",
    "raise_concern",
    concerns.raise_concern,
    methods=["GET", "POST"],
)
bp.add_url_rule("/participants/<uuid:enrolment_id>/path", "path", path.path, methods=["GET", "POST"])
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/handover",
    "hand_over",
    handing_over.hand_over,
    methods=["GET", "POST"],
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/messages", "messages", messages.messages, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/messages/draft", "message_draft", messages.draft, methods=["POST"]
)
bp.add_url_rule("/participants/<uuid:enrolment_id>/notes", "notes", notes.notes, methods=["GET", "POST"])
bp.add_url_rule("/appointments/<uuid:appointment_id>/agreed", "agreed", notes.agreed, methods=["GET", "POST"])
bp.add_url_rule("/away", "away", away.away, methods=["GET", "POST"])
bp.add_url_rule("/away/<uuid:away_id>/removal", "take_back_away", away.take_back, methods=["POST"])
bp.add_url_rule("/concerns/<uuid:concern_id>", "concern", concerns.concern)
bp.add_url_rule("/concerns/<uuid:concern_id>/notes", "note_concern", concerns.note, methods=["POST"])
