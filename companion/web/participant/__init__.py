"""Everything of a participant, under ``/my/``."""

from flask import Blueprint

from companion.web.participant import (
    appointments,
    evaluation,
    held,
    home,
    messages,
    plan,
    plan_adding,
    plan_building,
    plan_items,
    plan_print,
    plan_review,
    plan_suggestions,
    plan_today,
    plan_versions,
    practitioner,
    record,
    telling,
    work,
)

bp = Blueprint("participant", __name__, url_prefix="/my")
bp.add_url_rule("/", "home", home.home)
bp.add_url_rule("/practitioner", "practitioner", practitioner.practitioner)
bp.add_url_rule("/record", "record", record.record_page)
bp.add_url_rule("/appointments", "appointments", appointments.his_appointments)
bp.add_url_rule("/appointments/<uuid:appointment_id>.ics", "appointment_file", appointments.appointment_file)
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
bp.add_url_rule("/plan/today", "plan_today", plan_today.today)
bp.add_url_rule("/plan/add", "plan_add", plan_adding.add, methods=["GET", "POST"])
bp.add_url_rule("/plan/build/<part>", "plan_build", plan_building.build, methods=["GET", "POST"])
bp.add_url_rule("/plan/built", "plan_built", plan_building.built)
bp.add_url_rule("/plan/draft", "plan_draft", plan_building.draft, methods=["POST"])
bp.add_url_rule("/plan/pause", "plan_pause", plan_building.pause)
bp.add_url_rule("/plan/items/<uuid:item_id>", "plan_item", plan_items.change, methods=["GET", "POST"])
bp.add_url_rule("/plan/items/<uuid:item_id>/source", "plan_source", plan.source)
bp.add_url_rule("/plan/items/<uuid:item_id>/removal", "plan_removal", plan.take_out, methods=["POST"])
bp.add_url_rule("/plan/items/<uuid:item_id>/return", "plan_return", plan.put_back, methods=["POST"])
bp.add_url_rule(
    "/plan/suggestions/<uuid:suggestion_id>",
    "plan_suggestion",
    plan_suggestions.suggestion,
    methods=["GET", "POST"],
)
bp.add_url_rule("/plan/review", "plan_review", plan_review.review, methods=["GET", "POST"])
bp.add_url_rule("/plan/review/items/<uuid:item_id>", "plan_review_item", plan_review.item, methods=["POST"])
bp.add_url_rule("/plan/review/version", "plan_review_end", plan_review.end, methods=["POST"])
bp.add_url_rule("/messages", "messages", messages.messages, methods=["GET", "POST"])
bp.add_url_rule("/messages/draft", "message_draft", messages.draft, methods=["POST"])
bp.add_url_rule("/evaluation", "evaluation", evaluation.evaluation, methods=["GET", "POST"])
bp.add_url_rule("/evaluation/draft", "evaluation_draft", evaluation.draft, methods=["POST"])
bp.add_url_rule("/evaluation/check", "evaluation_check", evaluation.check)
bp.add_url_rule("/evaluation/handing-in", "give_evaluation", evaluation.give, methods=["POST"])
bp.add_url_rule("/tell", "tell", telling.tell, methods=["GET", "POST"])
bp.add_url_rule(
    "/about-my-practitioner", "about_practitioner", telling.about_practitioner, methods=["GET", "POST"]
)
bp.add_url_rule("/held", "held_on_me", held.held_on_me)
bp.add_url_rule("/held/download", "download", held.download, methods=["POST"])
bp.add_url_rule("/held/corrections", "ask_for_correction", held.ask_for_correction, methods=["POST"])
bp.add_url_rule("/erasure", "ask_for_erasure", held.ask_for_erasure, methods=["GET", "POST"])
