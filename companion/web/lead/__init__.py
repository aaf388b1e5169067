"""Leads' pages.

Leads' pages list participants by reference, such as K7-402, and not by name.
"""

from flask import Blueprint

from companion.web.lead import (
    after_programme,
    board,
    caseloads,
    concern_rules,
    concerns,
    evaluation,
    evaluation_questions,
    figures,
    home,
    plan,
    resets,
    staff,
    tailored,
)
from companion.web.lead.records import (
    corrections,
    erasure,
    lead_access,
    lead_reads,
    legal_holds,
    retention,
    withheld_entries,
)

bp = Blueprint("lead", __name__, url_prefix="/lead")
bp.add_url_rule("/", "home", home.home)
bp.add_url_rule("/board", "board", board.board_page)
bp.add_url_rule("/slips", "slips", home.slips)
bp.add_url_rule("/own-activities", "own_activities", tailored.own_activities)
bp.add_url_rule("/own-activities/<uuid:version_id>", "own_activity", tailored.own_activity)
bp.add_url_rule("/staff", "staff", staff.staff)
bp.add_url_rule("/staff/<uuid:account_id>/approval", "approve_staff", staff.approve, methods=["GET", "POST"])
bp.add_url_rule("/staff/<uuid:account_id>/return", "take_back", staff.take_back, methods=["POST"])
bp.add_url_rule("/staff/<uuid:account_id>/caseload", "caseload", caseloads.caseload, methods=["GET", "POST"])
bp.add_url_rule("/staff/<uuid:account_id>/reset", "reset", resets.reset, methods=["GET", "POST"])
bp.add_url_rule("/after", "after", after_programme.after, methods=["GET", "POST"])
bp.add_url_rule("/plan", "plan_parts", plan.plan_parts)
bp.add_url_rule("/plan/new", "new_plan_part", plan.new_plan_part, methods=["GET", "POST"])
bp.add_url_rule("/plan/parts/<item>", "plan_part", plan.plan_part, methods=["GET", "POST"])
plan.ORDER.add_urls(bp, "/plan/parts", "plan_part")
bp.add_url_rule("/concerns", "concerns", concerns.open_ones)
bp.add_url_rule("/concerns/closed", "closed_concerns", concerns.closed_ones)
bp.add_url_rule("/concerns/rules", "concern_rules", concern_rules.rules, methods=["GET", "POST"])
bp.add_url_rule("/concerns/<uuid:concern_id>", "concern", concerns.concern)
bp.add_url_rule("/concerns/<uuid:concern_id>/taking", "take_concern", concerns.take, methods=["POST"])
bp.add_url_rule(
    "/concerns/<uuid:concern_id>/passing-on", "pass_on_concern", concerns.pass_on, methods=["POST"]
)
bp.add_url_rule("/concerns/<uuid:concern_id>/closing", "close_concern", concerns.close, methods=["POST"])
bp.add_url_rule("/concerns/<uuid:concern_id>/notes", "note_concern", concerns.note, methods=["POST"])
bp.add_url_rule("/looks", "looks", lead_access.all_looks, methods=["GET", "POST"])
look = "/looks/<uuid:look_id>"
bp.add_url_rule(look, "look", lead_reads.look)
bp.add_url_rule(f"{look}/submissions/<uuid:submission_id>", "look_submission", lead_reads.submission)
bp.add_url_rule(f"{look}/plan", "look_plan", lead_reads.plan)
bp.add_url_rule(f"{look}/messages", "look_messages", lead_reads.messages)
bp.add_url_rule(f"{look}/notes", "look_notes", lead_reads.notes)
bp.add_url_rule(f"{look}/decision", "look_decision", lead_access.decision)
bp.add_url_rule(f"{look}/agreement", "agree_to_look", lead_access.agree, methods=["POST"])
bp.add_url_rule(f"{look}/refusal", "refuse_look", lead_access.refuse, methods=["POST"])
bp.add_url_rule(f"{look}/opening", "begin_look", lead_access.begin, methods=["POST"])
bp.add_url_rule(f"{look}/telling", "tell_of_look", lead_access.tell, methods=["POST"])
bp.add_url_rule("/withheld", "withheld", withheld_entries.withheld)
bp.add_url_rule(
    "/withheld/<uuid:enrolment_id>/<uuid:entry_id>",
    "disclosure",
    withheld_entries.disclosure,
    methods=["GET", "POST"],
)
bp.add_url_rule("/erasures", "erasures", erasure.requests)
bp.add_url_rule("/erasures/<uuid:request_id>", "erasure", erasure.one)
bp.add_url_rule("/erasures/<uuid:request_id>/refusal", "refuse_erasure", erasure.refuse, methods=["POST"])
bp.add_url_rule("/erasures/<uuid:request_id>/approval", "approve_erasure", erasure.approve, methods=["POST"])
bp.add_url_rule("/corrections", "corrections", corrections.corrections_page)
bp.add_url_rule(
    "/corrections/<uuid:correction_id>", "correction", corrections.correction, methods=["GET", "POST"]
)
bp.add_url_rule("/holds", "holds", legal_holds.holds, methods=["GET", "POST"])
bp.add_url_rule("/holds/<uuid:hold_id>/lifting", "lift_hold", legal_holds.lift, methods=["GET", "POST"])
bp.add_url_rule("/retention", "retention", retention.retention_page)
bp.add_url_rule("/figures", "figures", figures.figures_page)
bp.add_url_rule("/figures/file", "figures_file", figures.file)
bp.add_url_rule("/evaluation", "evaluation", evaluation.evaluation)
bp.add_url_rule("/evaluation/file", "evaluation_file", evaluation.file)
asking = "/evaluation/questions"
bp.add_url_rule(asking, "evaluation_questions", evaluation_questions.questions_page)
bp.add_url_rule(f"{asking}/preview", "preview_evaluation", evaluation_questions.preview)
bp.add_url_rule(f"{asking}/approval", "approve_evaluation", evaluation_questions.approve, methods=["POST"])
bp.add_url_rule(f"{asking}/new", "new_evaluation_question", evaluation_questions.new, methods=["GET", "POST"])
bp.add_url_rule(
    f"{asking}/<item>", "evaluation_question", evaluation_questions.reword, methods=["GET", "POST"]
)
evaluation_questions.ORDER.add_urls(bp, asking, "evaluation_question")
