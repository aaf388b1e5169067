"""Everything of a participant, under ``/my/``."""

from flask import Blueprint

from companion.web.participant import home, plan, plan_print, plan_versions, work

bp = Blueprint("participant", __name__, url_prefix="/my")
bp.add_url_rule("/", "home", home.home)
bp.add_url_rule("/plan", "plan", plan.plan)
bp.add_url_rule("/work/<uuid:work_id>", "work", work.ask)
bp.add_url_rule("/work/<uuid:work_id>/answers", "answer", work.answer, methods=["POST"])
bp.add_url_rule("/work/<uuid:work_id>/draft", "draft", work.draft, methods=["POST"])
bp.add_url_rule("/work/<uuid:work_id>/pause", "pause", work.pause)
bp.add_url_rule("/work/<uuid:work_id>/check", "check", work.check)
bp.add_url_rule("/work/<uuid:work_id>/submission", "submit", work.submit, methods=["POST"])
bp.add_url_rule("/work/<uuid:work_id>/receipt", "receipt", work.receipt)
bp.add_url_rule("/plan/versions", "plan_versions", plan_versions.plan_versions)
bp.add_url_rule("/plan/versions/<string(maxlength=9):number>", "plan_version", plan_versions.plan_version)
bp.add_url_rule("/plan/compared", "plan_compared", plan_versions.plan_compared)
bp.add_url_rule("/plan/printed", "plan_printed", plan_print.plan_printed)
bp.add_url_rule("/plan/card", "plan_card", plan_print.plan_card)
bp.add_url_rule("/plan/text", "plan_text", plan_print.plan_text)
