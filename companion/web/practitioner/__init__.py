"""Practitioners' pages."""

from flask import Blueprint

from companion.web.practitioner import (
    assign,
    board,
    brief,
    concerns,
    handover,
    invite,
    messages,
    notes,
    paper,
    participants,
    pathway,
    piece,
    plan,
    queue,
    resets,
    review,
    reviewing,
    shared_screen,
    taken_on,
    topics,
    when,
)
from companion.web.practitioner.meetings import (
    absence,
    after_session,
    appointments,
    attendance,
    calendars,
    move_series,
    programme_sessions,
    week,
)

bp = Blueprint("practitioner", __name__)
bp.url_defaults(queue.carry)
bp.context_processor(queue.on_the_way)
bp.add_url_rule("/caseload", "board", board.board_page)
bp.add_url_rule("/caseload/next", "next_in_queue", queue.next_in_queue)
bp.add_url_rule("/caseload/find", "find", queue.find, methods=["POST"])
bp.add_url_rule("/caseload/new", "new_participant", participants.new, methods=["GET", "POST"])
bp.add_url_rule("/participants/<uuid:enrolment_id>", "participant", participants.participant)
bp.add_url_rule("/participants/<uuid:enrolment_id>/brief", "brief", brief.brief)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/together",
    "open_together",
    shared_screen.open_together,
    methods=["POST"],
)
bp.add_url_rule("/participants/<uuid:enrolment_id>/together", "shared_screen", shared_screen.shared_screen)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/together/answers",
    "mark_discussed",
    shared_screen.mark_discussed,
    methods=["POST"],
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/invitation", "invite", invite.invite, methods=["GET", "POST"]
)
bp.add_url_rule("/participants/<uuid:enrolment_id>/reset", "reset", resets.reset, methods=["GET", "POST"])
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
    "/appointments/<uuid:appointment_id>/following",
    "following",
    move_series.following,
    methods=["GET", "POST"],
)
bp.add_url_rule(
    "/appointments/<uuid:appointment_id>/following/proposal",
    "propose_following",
    move_series.propose,
    methods=["POST"],
)
bp.add_url_rule(
    "/appointments/<uuid:appointment_id>/attendance",
    "attendance",
    attendance.attendance,
    methods=["GET", "POST"],
)
bp.add_url_rule(
    "/appointments/<uuid:appointment_id>/after",
    "after_session",
    after_session.after_session,
    methods=["GET", "POST"],
)
bp.add_url_rule(
    "/appointments/<uuid:appointment_id>/after/draft",
    "after_session_draft",
    after_session.draft,
    methods=["POST"],
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/sessions",
    "sessions",
    programme_sessions.sessions,
    methods=["GET", "POST"],
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/sessions/proposal",
    "propose_sessions",
    programme_sessions.propose,
    methods=["POST"],
)
bp.add_url_rule("/caseload/week", "week", week.week_page)
bp.add_url_rule("/caseload/calendar", "calendar", calendars.calendar)
bp.add_url_rule("/caseload/calendar/address", "new_calendar_address", calendars.new_address, methods=["POST"])
bp.add_url_rule("/caseload/calendar/end", "end_calendar_address", calendars.end_address, methods=["POST"])
bp.add_url_rule("/participants/<uuid:enrolment_id>/work/new", "choose", assign.choose)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/work/new/<uuid:version_id>",
    "set_work",
    assign.set_work,
    methods=["GET", "POST"],
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/work/new/<uuid:version_id>/adaptation",
    "adapt",
    assign.adapt,
    methods=["POST"],
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/work/questions",
    "quickly_set",
    assign.quickly_set,
    methods=["GET", "POST"],
)
PIECE = "/participants/<uuid:enrolment_id>/work/<uuid:work_id>"
bp.add_url_rule(PIECE, "piece", piece.piece)
bp.add_url_rule(f"{PIECE}/card", "change_card", piece.change_card, methods=["POST"])
bp.add_url_rule(f"{PIECE}/version", "use_version", piece.use_version, methods=["POST"])
bp.add_url_rule(f"{PIECE}/withdrawal", "withdraw", piece.withdraw, methods=["POST"])
bp.add_url_rule("/participants/<uuid:enrolment_id>/work/<uuid:work_id>/sheets", "sheets", paper.sheets)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/work/<uuid:work_id>/paper",
    "paper",
    paper.paper_page,
    methods=["GET", "POST"],
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/work/<uuid:work_id>/paper/removal",
    "take_back_paper",
    paper.take_back,
    methods=["POST"],
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/work/<uuid:work_id>/when", "when", when.when, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/topics", "topics", topics.topics_page, methods=["GET", "POST"]
)
bp.add_url_rule("/submissions/<uuid:submission_id>", "review", review.review_page)
bp.add_url_rule("/submissions/<uuid:submission_id>/feedback", "feedback", review.feedback, methods=["POST"])
bp.add_url_rule(
    "/submissions/<uuid:submission_id>/phrases", "insert_phrase", review.insert_phrase, methods=["POST"]
)
bp.add_url_rule("/caseload/reviewing", "reviewing", reviewing.reviewing)
bp.add_url_rule("/caseload/reviewing/phrases", "keep_phrase", reviewing.keep_phrase, methods=["POST"])
bp.add_url_rule(
    "/caseload/reviewing/phrases/<uuid:phrase_id>/removal",
    "remove_phrase",
    reviewing.remove_phrase,
    methods=["POST"],
)
bp.add_url_rule("/caseload/reviewing/keys", "choose_keys", reviewing.choose_keys, methods=["POST"])
bp.add_url_rule("/submissions/<uuid:submission_id>/release", "release", review.release, methods=["POST"])
bp.add_url_rule(
    "/submissions/<uuid:submission_id>/return", "return_work", review.return_work, methods=["POST"]
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
bp.add_url_rule("/participants/<uuid:enrolment_id>/path", "path", pathway.path, methods=["GET", "POST"])
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/handover",
    "hand_over",
    handover.hand_over,
    methods=["GET", "POST"],
)
bp.add_url_rule("/participants/<uuid:enrolment_id>/taken-on", "taken_on", taken_on.taken_on)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/messages", "messages", messages.messages, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/participants/<uuid:enrolment_id>/messages/draft", "message_draft", messages.draft, methods=["POST"]
)
bp.add_url_rule("/participants/<uuid:enrolment_id>/notes", "notes", notes.notes, methods=["GET", "POST"])
bp.add_url_rule("/appointments/<uuid:appointment_id>/agreed", "agreed", notes.agreed, methods=["GET", "POST"])
bp.add_url_rule("/away", "away", absence.away, methods=["GET", "POST"])
bp.add_url_rule("/away/<uuid:away_id>/removal", "take_back_away", absence.take_back, methods=["POST"])
bp.add_url_rule("/concerns/<uuid:concern_id>", "concern", concerns.concern)
bp.add_url_rule("/concerns/<uuid:concern_id>/notes", "note_concern", concerns.note, methods=["POST"])
