"""Everything of a participant, under ``/my/``."""

from flask import Blueprint

from companion.web.participant import home, plan, telling, work

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
bp.add_url_rule("/tell", "tell", telling.tell, methods=["GET", "POST"])
bp.add_url_rule(
    "/about-my-practitioner", "about_practitioner", telling.about_practitioner, methods=["GET", "POST"]
)
bp.add_url_rule("/erasure", "ask_for_erasure", telling.ask_for_erasure, methods=["POST"])
